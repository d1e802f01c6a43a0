import type { Host } from './host.js';

/**
 * GitLab, in the cloud and self-managed (docs.gitlab.com: "Protected branches", "Push rules", "SSH host keys
 * fingerprints").
 */
export const GITLAB: Host = {
  title: 'GitLab',
  hostname: /(?:^|\.)gitlab\.com$|^gitlab\./,
  ignoresCase: true,
  username: 'oauth2',
  sshUsername: 'git',
  hints: {
    401: 'After many failed sign-ins, GitLab blocks the network address for some minutes.',
    403: {
      read: 'The token needs the scope `read_repository` (a fine-grained token: "Code: Download") and at least the role Reporter.',
      write:
        'The token needs the scope `write_repository` (a fine-grained token: "Code: Push") and at least the role Developer (Maintainer for protected branches). A job token can push only where the project allows it.',
    },
    404: 'GitLab answers the same if the token may not see a private project.',
  },
  defaultBranchPage: 'Settings, Repository, "Branch defaults"',
  hostKeys: [
    'gitlab.com,[altssh.gitlab.com]:443 ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBFSMqzJeV9rUzU4kWitGjeR4PWSa29SPqJ1fVkhtj3Hw9xjLVXVYrU9QlYWrOLXBpQ6KWjbjTDTdDkoohFzgbEY=',
    'gitlab.com,[altssh.gitlab.com]:443 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf',
    'gitlab.com,[altssh.gitlab.com]:443 ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCsj2bNKTBSpIYDEGk9KxsGh3mySTRgMtXL583qmBpzeQ+jqCMRgBqB98u3z++J1sKlXHWfM9dyhSevkMwSbhoR8XIq/U0tCNyokEi/ueaBMCvbcTHhO7FcwzY92WK4Yt0aGROY5qX2UKSeOvuP4D6TPqKF1onrSzH9bx9XUf2lEdWT/ia1NEKjunUqu1xOB/StKDHMoX4/OKyIzuS0q/T1zOATthvasJFoPrAjkohTyaDUz2LN5JoH839hViyEG82yB+MjcFV5MU3N1l1QL3cVUCh93xSaua1N85qivl+siMkPGbO5xR/En4iEY6K2XPASUEMaieWVNTRCtJ4S8H+9',
  ],
  commitPage: ({ server, path }, id) => (path.length >= 2 ? { server, path: [...path, '-', 'commit', id] } : undefined),
  rejections: [
    {
      id: 'gitlab-force-push',
      pattern: /not allowed to force push code to a protected branch/,
      meaning: 'The branch is protected on the target, and it has diverged there.',
      remedy:
        'Allow force push for the branch on the target (Settings, Repository, Protected branches), or set `keep-divergent-refs`.',
    },
    {
      id: 'gitlab-delete-protected',
      pattern: /can only delete protected branches using the web interface/,
      meaning:
        'The branch is protected on the target, and GitLab deletes protected branches only in its web interface.',
      remedy: 'Unprotect or delete the branch on the target, or set `prune: never`.',
    },
    {
      id: 'gitlab-default-branch',
      pattern: /default branch of a project cannot be deleted/,
      meaning: "It is the target's default branch.",
      remedy: 'To delete it, choose another default branch on the target (Settings, Repository).',
    },
    {
      id: 'gitlab-protected-branch',
      pattern:
        /not allowed to (?:push code to|create|merge code into|delete) protected branches|can only (?:create protected branches using|use an existing protected branch ref)/,
      meaning: "The branch is protected on the target, and the token's role is too low for it.",
      remedy: 'Give the token the role that the protection asks for (usually Maintainer), or allow that role to push.',
    },
    {
      id: 'gitlab-sha-name',
      pattern: /40-character hexadecimal|with a SHA-1 or SHA-256 tag name/,
      meaning: 'The name looks like an object id, and GitLab does not accept such names.',
      remedy: 'Rename the ref, or exclude it.',
    },
    {
      id: 'gitlab-tag-name',
      pattern: /cannot use default branch name to create a tag/,
      meaning: "The tag has the name of the target's default branch.",
      remedy: 'Rename the tag, or exclude it with `tags`.',
    },
    {
      id: 'gitlab-empty-project',
      pattern: /default branch \(e\.g\. \S+\) does not yet exist/,
      meaning: 'The target is empty, and the role of the token is too low to create the first branch.',
      remedy: 'Use a token with the role Maintainer, or create the default branch on the target first.',
    },
    {
      id: 'gitlab-protocol-off',
      pattern: /(?:Pushing|Pulling|Git access) over (?:HTTP|SSH) is not allowed/,
      meaning: 'The server does not allow this protocol.',
      remedy: 'Use the other URL of the repository (https or SSH), or ask an administrator to allow this protocol.',
      isOfReading: true,
      isOfAll: true,
    },
    {
      id: 'gitlab-protected-tag',
      pattern:
        /[Pp]rotected tags cannot be (?:updated|deleted)|not allowed to (?:change existing tags|create this tag|delete(?: protected| this)? tag)|can only delete protected tags using the web interface/,
      meaning: 'The tag is protected on the target.',
      remedy: 'Unprotect the tag on the target (Settings, Repository, Protected tags), or exclude it with `tags`.',
    },
    {
      id: 'gitlab-lfs-missing',
      pattern: /LFS objects are missing/,
      meaning: 'GitLab lacks Git LFS objects that the history refers to.',
      remedy:
        'Set `lfs: always` and run the mirror again. Objects that the source lacks, too, must first be pushed to the source. Or disable Git LFS for the target project.',
    },
    {
      id: 'gitlab-large-file',
      pattern: /check in one or more (?:files|blobs) which exceed/,
      meaning:
        'The history contains a file that is larger than GitLab accepts (100 MiB on gitlab.com without a licence).',
      remedy: 'Move the file to Git LFS, or rewrite the history without the file. Until then, exclude the ref.',
    },
    {
      id: 'gitlab-quota',
      pattern:
        /exceed(?:ed)? (?:its size limit|the allocated storage|the [a-z]+ (?:[a-z]+ )?limit)|above the size limit|storage (?:size )?limit|pack size exceeds/,
      meaning: 'The target would grow beyond its storage quota.',
      remedy: 'Raise the quota or free space, then run the mirror again.',
    },
    {
      id: 'gitlab-secret',
      pattern: /PUSH BLOCKED: Secrets? detected|[Ss]ecret push protection/,
      meaning: 'The history contains a secret, and GitLab refuses such pushes.',
      remedy:
        "Revoke the secret. Then disable the target's secret push protection, or give the push option that GitLab names.",
    },
    {
      id: 'gitlab-push-rule',
      pattern:
        /does not follow the pattern|contains the forbidden pattern|is not a member of team|[Cc]ommit must (?:be signed|contain a DCO)|username is inconsistent|is larger than the allowed size|File name \S+ (?:was prohibited|is not allowed)|[Cc]ommitter'?s? (?:email )?\S+ (?:is not|was not|not) (?:a member|verified|recognized)|You cannot push commits for|prohibited by the pattern|[Bb]ranch name \S+ is invalid/,
      meaning: 'A push rule of the target forbids a commit or a name.',
      remedy: 'Loosen the push rule on the target (Settings, Repository, Push rules): a mirror cannot rewrite commits.',
    },
    {
      id: 'gitlab-archived',
      pattern:
        /archived project|project is archived|repository is (?:temporarily )?read-only|read-only GitLab instance/i,
      meaning: 'The target is read-only.',
      remedy: 'Unarchive the target, or wait until the maintenance is over.',
      isOfAll: true,
    },
    {
      id: 'gitlab-deploy-key',
      pattern: /deploy key does not have write access/,
      meaning: 'The SSH key is a deploy key that may only read.',
      remedy: 'Grant the key write permissions on the target (Settings, Repository, Deploy keys).',
      isOfAll: true,
    },
    {
      id: 'gitlab-permission',
      pattern: /not allowed to (?:upload code|push code|push)|not been granted access to push/,
      meaning: 'The token, or the key, may not write to the target.',
      remedy: 'Give the token the scope `write_repository` and at least the role Developer.',
    },
  ],
};
