import type { Host } from './host.js';

/**
 * GitHub, in the cloud and as Enterprise Server (docs.github.com: "GitHub's SSH key fingerprints", "About large files",
 * "Available rules for rulesets", "Pushing a branch blocked by push protection").
 */
export const GITHUB: Host = {
  title: 'GitHub',
  hostname: /(?:^|\.)github\.com$|\.ghe\.com$|^github\./,
  ignoresCase: true,
  username: 'x-access-token',
  sshUsername: 'git',
  hints: {
    403: {
      read: 'A fine-grained or app token needs "Contents: read", a classic token needs the scope `repo`.',
      write:
        'A fine-grained or app token needs "Contents: write", a classic token needs the scope `repo`. The organization may have to authorize the token for single sign-on.',
    },
    404: 'GitHub answers the same if the token may not see a private repository.',
  },
  defaultBranchPage: 'Settings, General, "Default branch"',
  // Those of a merge queue ("Managing a merge queue").
  passingBranches: 'gh-readonly-queue/',
  // A push with more branches causes no push event.
  refsPerPush: 5000,
  hostKeys: [
    'github.com,[ssh.github.com]:443 ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg=',
    'github.com,[ssh.github.com]:443 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl',
    'github.com,[ssh.github.com]:443 ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQCj7ndNxQowgcQnjshcLrqPEiiphnt+VTTvDP6mHBL9j1aNUkY4Ue1gvwnGLVlOhGeYrnZaMgRK6+PKCUXaDbC7qtbW8gIkhL7aGCsOr/C56SJMy/BCZfxd1nWzAOxSDPgVsmerOBYfNqltV9/hWCqBywINIR+5dIg6JTJ72pcEpEjcYgXkE2YEFXV1JHnsKgbLWNlhScqb2UmyRkQyytRLtL+38TGxkxCflmO+5Z8CSSNY7GidjMIZ7Q4zMjA2n1nGrlTDkzwDCsw+wqFPGQA179cnfGWOWRVruj16z6XyvxvjJwbz0wQZ75XK5tKSb7FNyeIEs4TT4jk+S4dhPeAUC5y+bDYirYgM4GC7uEnztnZyaVWQ7B381AK4Qdrwt51ZqExKbQpTUNn+EjqoTwvqNj4kqx5QUCI0ThS/YkOxJCXmPUWZbhjpCg56i+2aB6CmK2JGhn57K5mj0MNdBXA4/WnwH6XoPWJzK5Nyu2zB3nAZp+S5hpQs+p1vN1/wsjk=',
  ],
  commitPage: ({ server, path }, id) => (path.length === 2 ? { server, path: [...path, 'commit', id] } : undefined),
  rejections: [
    {
      id: 'github-large-file',
      pattern: /error: GH001|exceeds GitHub's file size limit/,
      meaning: 'The history contains a file that is larger than GitHub accepts (100 MB).',
      remedy: 'Move the file to Git LFS, or rewrite the history without the file. Until then, exclude the ref.',
    },
    {
      id: 'github-sha-name',
      pattern: /GH002/,
      meaning: 'The name looks like an object id, and GitHub does not accept such names.',
      remedy: 'Rename the ref, or exclude it.',
    },
    {
      id: 'github-long-name',
      pattern: /GH005/,
      meaning: 'The name is longer than the 255 bytes that GitHub accepts.',
      remedy: 'Rename the ref, or exclude it.',
    },
    {
      id: 'github-email-privacy',
      pattern: /GH007/,
      meaning: 'A commit would make an e-mail address public that its owner keeps private.',
      remedy:
        'The owner of the token can allow such pushes on GitHub (Settings, Emails: "Block command line pushes that expose my email").',
    },
    {
      id: 'github-lfs-missing',
      pattern: /GH008|unknown Git LFS objects/,
      meaning: 'GitHub lacks Git LFS objects that the history refers to.',
      remedy:
        'Set `lfs: always` and run the mirror again. Objects that the source lacks, too, must first be pushed to the source.',
    },
    {
      id: 'github-lfs-unchecked',
      pattern: /Git LFS object integrity could not be checked/,
      meaning: 'GitHub could not check the Git LFS objects that the history refers to.',
      remedy: 'Run the mirror again later; if it happens every time, ask the support of GitHub.',
    },
    {
      id: 'github-secret',
      pattern: /GITHUB PUSH PROTECTION|GH009: Secrets|[Pp]ush cannot contain secrets/,
      meaning: 'The history contains a secret, and GitHub refuses such pushes.',
      remedy: 'Revoke the secret. Then open the link in the message of GitHub, and allow the push.',
    },
    {
      id: 'github-creation',
      pattern: /Cannot create ref due to creations being restricted/,
      meaning:
        'The target forbids to create this ref: the tag is, or once was, that of an immutable release, or a ruleset restricts creations.',
      remedy:
        'Exclude a tag of an immutable release with `tags`: nobody can bypass that, even if the release was deleted. If it is a ruleset, add the owner of the token (or the app) to its bypass list.',
    },
    {
      id: 'github-ref-limit',
      pattern: /[Pp]ushes can ?not update more than|maximum ref updates exceeded/,
      meaning: 'The push updates more branches and tags than the push policy of the target allows.',
      remedy: 'Raise the limit (Settings, General, "Pushes"), or mirror fewer refs at once with `branches` and `tags`.',
    },
    {
      id: 'github-ruleset',
      pattern: /GH013|repository rule violations/i,
      meaning: 'A ruleset of the target forbids the change.',
      remedy: "Add the owner of the token (or the app) to the ruleset's bypass list.",
      isVague: true,
    },
    {
      id: 'github-protected-branch',
      pattern: /GH003|GH006|[Pp]rotected branch update failed|protected branch hook declined/,
      meaning: 'A branch protection rule of the target forbids the change.',
      remedy: 'Let the owner of the token bypass the rule, or allow force pushes and deletions in it.',
      isVague: true,
    },
    {
      id: 'github-workflow-permission',
      pattern: /to create or update workflow/,
      meaning: 'The token may not push workflow files (.github/workflows).',
      remedy:
        'A fine-grained or app token needs "Workflows: write", a classic token needs the scope `workflow`. A job\'s own GITHUB_TOKEN can never push workflow files.',
    },
    {
      id: 'github-failure',
      pattern: /fatal error in commit_refs/,
      meaning: 'GitHub had an internal error, or the push updates more refs than GitHub can handle.',
      remedy: 'Run the mirror again later; look at githubstatus.com if it happens every time.',
    },
    {
      id: 'github-archived',
      pattern: /[Rr]epository was archived/,
      meaning: 'The target is archived, so it is read-only.',
      remedy: 'Unarchive the target on GitHub (Settings, "Unarchive this repository"), or stop mirroring to it.',
      isOfAll: true,
    },
    {
      id: 'github-permission',
      pattern: /Permission to \S+ denied to/,
      meaning: 'The token, or the key, belongs to somebody who may not write to the target.',
      remedy: 'Give the owner write access; a deploy key needs "Allow write access".',
      isOfAll: true,
    },
    {
      id: 'github-sso',
      pattern: /enabled or enforced SAML SSO/,
      meaning: 'The organization requires single sign-on for tokens.',
      remedy: 'Authorize the token for the organization (GitHub, Settings, Developer settings, "Configure SSO").',
      isOfReading: true,
      isOfAll: true,
    },
  ],
};
