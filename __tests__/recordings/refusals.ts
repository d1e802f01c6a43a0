import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Recording } from './gitea.js';

/** How a server comes to say it. */
export type Way =
  /** A hook before the whole push: every ref is refused. */
  | 'hook'
  /** The report on the push: one ref is refused. */
  | 'status'
  /** The same in the words of a race, of a ref that nobody has moved. */
  | 'unmoved'
  /** An HTTP answer that is no Git answer. */
  | 'http'
  /** The program at the other end of an SSH connection. */
  | 'ssh';

/** What a server says when it refuses. */
export interface Refusal {
  /** Of the rule in `REJECTIONS` that is to explain it. */
  readonly id: string;
  /** Where it can be read, or what was run. */
  readonly from: string;
  readonly how: Way;
  /** What it writes for people, without `remote: `; over SSH, what it writes to standard error. */
  readonly remote: readonly string[];
  /** Its verdict on the ref, if there is a report. */
  readonly reason: string;
  /** Its verdict on the objects, if that is not `ok`. */
  readonly unpack?: string;
  readonly httpStatus?: number;
  readonly contentType?: string;
  readonly body?: string;
}

const HOOK = 'pre-receive hook declined';

/** Refused by a hook, as a whole. */
function hook(id: string, from: string, ...remote: readonly string[]): Refusal {
  return { id, from, how: 'hook', remote, reason: HOOK };
}

/** Refused in the report. */
function status(id: string, from: string, reason: string, ...remote: readonly string[]): Refusal {
  return { id, from, how: 'status', remote, reason };
}

/** Refused in the report in the words of a race, which was none. */
function unmoved(id: string, from: string, reason: string, ...remote: readonly string[]): Refusal {
  return { id, from, how: 'unmoved', remote, reason };
}

/** Refused because of the objects. */
function unpack(id: string, from: string, problem: string, reason: string, ...remote: readonly string[]): Refusal {
  return { ...status(id, from, reason, ...remote), unpack: problem };
}

/** Refused at the first request. */
function http(id: string, from: string, httpStatus: number, body: string, contentType = 'text/plain'): Refusal {
  return { id, from, how: 'http', remote: [], reason: '', httpStatus, contentType, body };
}

function ssh(id: string, from: string, ...remote: readonly string[]): Refusal {
  return { id, from, how: 'ssh', remote, reason: '' };
}

/** A line of GitLab's, which its hook sets off by empty ones. */
function gitlab(id: string, from: string, line: string, ...more: readonly string[]): Refusal {
  return hook(id, from, '', `GitLab: ${line}`, ...more, '');
}

const GITHUB: readonly Refusal[] = [
  hook(
    'github-large-file',
    'https://github.com/git-lfs/git-lfs/issues/6330',
    'error: Trace: 654c8d72f32f9965c4734092a2fb75d32fe2a39f6d10881c1465db48addc3ea4',
    'error: See https://gh.io/lfs for more information.',
    "error: File images/drive-download.zip is 301.74 MB; this exceeds GitHub's file size limit of 100.00 MB",
    'error: GH001: Large files detected. You may want to try Git Large File Storage - https://git-lfs.github.com/.',
  ),
  hook(
    'github-sha-name',
    'https://github.com/astral-sh/uv/issues/10779',
    'error: GH002: Sorry, branch or tag names consisting of 40 hex characters are not allowed.',
    'error: Invalid branch or tag name "8f14eb5bb69b017915bc7cb23a39e97ab0ab1b5a"',
  ),
  hook(
    'github-long-name',
    'https://github.com/ship-studio/ship-studio/issues/636',
    'error: GH005: Sorry, refs longer than 255 bytes are not allowed.',
    `ref too long: "refs/heads/${'a'.repeat(250)}"`,
  ),
  status(
    'github-email-privacy',
    'https://github.com/desktop/dugite, parse-error tests; https://iq.opengenus.org/push-declined-due-to-email-privacy-restrictions/',
    'push declined due to email privacy restrictions',
    'error: GH007: Your push would publish a private email address.',
    'You can make your email public or disable this protection by visiting:',
    'https://github.com/settings/emails',
  ),
  hook(
    'github-lfs-missing',
    'https://github.com/go-gitea/gitea/issues/31162',
    'error: GH008: Your push referenced at least 1 unknown Git LFS object:',
    '    cd0e6edf7a48b6b12ca737319acdc0ec1e4ff8918a264499d7e60bfc558c4341',
    "Try to push them with 'git lfs push --all'.",
  ),
  hook(
    'github-lfs-unchecked',
    'https://github.com/git-lfs/git-lfs/issues/4787',
    'error: GH009: Git LFS object integrity could not be checked. Please contact GitHub support.',
  ),
  status(
    'github-secret',
    'https://github.com/Commando-X/vuln-bank/issues/53',
    'push declined due to repository rule violations',
    'error: GH013: Repository rule violations found for refs/heads/main.',
    '',
    '- GITHUB PUSH PROTECTION',
    '  —————————————————————————————————————————',
    '    Resolve the following violations before pushing again',
    '',
    '    - Push cannot contain secrets',
    '',
    '',
    '     (?) Learn how to resolve a blocked push',
    '     https://docs.github.com/code-security/secret-scanning/working-with-secret-scanning-and-push-protection/working-with-push-protection-from-the-command-line#resolving-a-blocked-push',
    '',
    '',
    '      —— GitHub Personal Access Token ——————————————————————',
    '       locations:',
    '         - commit: b6ba2be62ff7d6c34065648997f6f53b44ab2092',
    '           path: .env:6',
    '',
    '       (?) To push, remove secret from commit(s) or follow this URL to allow the secret.',
    '       https://github.com/owner/name/security/secret-scanning/unblock-secret/30wrXAdc1banfjSNP45cvVLGdBC',
    '',
  ),
  hook(
    'github-secret',
    'https://github.com/github/docs, push protection before rulesets',
    'error GH009: Secrets detected! This push failed.',
    '',
    '            GITHUB PUSH PROTECTION (beta)',
    '——————————————————————————————————————————————————————',
    ' Resolve the following secrets before pushing again.',
    '',
    ' (?) Learn how to resolve a blocked push',
  ),
  status(
    'github-creation',
    'https://4ster.dev/en/posts/github-immutable-tags',
    'push declined due to repository rule violations',
    'error: GH013: Repository rule violations found for refs/heads/main.',
    'Review all repository rules at https://github.com/owner/name/rules?ref=refs%2Fheads%2Fmain',
    '',
    '- Cannot create ref due to creations being restricted.',
    '',
  ),
  status(
    'github-ref-limit',
    'https://docs.github.com, managing the push policy for your repository',
    'push declined due to repository rule violations',
    'error: GH013: Repository rule violations found for refs/heads/main.',
    'Review all repository rules at https://github.com/owner/name/rules?ref=refs%2Fheads%2Fmain',
    '',
    '- Pushes can not update more than 5 branches or tags.',
    '',
  ),
  status(
    'github-ruleset',
    'https://github.com/henne49/dbus-opendtu/issues/235',
    'push declined due to repository rule violations',
    'error: GH013: Repository rule violations found for refs/heads/main.',
    'Review all repository rules at https://github.com/owner/name/rules?ref=refs%2Fheads%2Fmain',
    '',
    '- Changes must be made through a pull request.',
    '',
  ),
  status(
    'github-protected-branch',
    'https://github.com/az-digital/arizona-bootstrap/issues/1524',
    'protected branch hook declined',
    'error: GH006: Protected branch update failed for refs/heads/main.',
    '',
    '- Changes must be made through a pull request.',
    '',
    "- You're not authorized to push to this branch. Visit https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches for more information.",
  ),
  status(
    'github-protected-branch',
    'https://github.com/hexojs/hexo/issues/2817',
    'protected branch hook declined',
    'error: GH006: Protected branch update failed for refs/heads/main.',
    'error: Cannot force-push to a protected branch',
  ),
  hook(
    'github-protected-branch',
    'https://github.com/haskell/meta/issues/14',
    'error: GH003: Sorry, force-pushing to main is not allowed.',
  ),
  status(
    'github-workflow-permission',
    'https://github.com/repo-sync/github-sync/issues/23',
    'refusing to allow a GitHub App to create or update workflow `.github/workflows/dlc.yml` without `workflows` permission',
  ),
  status(
    'github-workflow-permission',
    'https://docs.github.com, scopes for OAuth apps',
    'refusing to allow a Personal Access Token to create or update workflow `.github/workflows/ci.yml` without `workflow` scope',
  ),
  status('github-failure', 'https://github.com/orgs/community/discussions', 'failure', 'fatal error in commit_refs'),
  http(
    'github-archived',
    'https://docs.github.com, archiving repositories',
    403,
    'This repository was archived so it is read-only.\n',
  ),
  ssh(
    'github-archived',
    'https://github.com/nextcloud/docker-ci/pull/859',
    'ERROR: This repository was archived so it is read-only.',
  ),
  http(
    'github-permission',
    'https://github.com/ad-m/github-push-action/issues/96',
    403,
    'Permission to owner/name.git denied to github-actions[bot].\n',
  ),
  ssh(
    'github-permission',
    'https://github.com/githubschool/on-demand-github-pages/issues/3864',
    'ERROR: Permission to owner/name.git denied to somebody.',
  ),
  http(
    'github-sso',
    'https://github.com/AzureCosmosDB/cosmosdb-nosql-copilot/pull/55',
    403,
    "The 'acme' organization has enabled or enforced SAML SSO.\nTo access this repository, you must re-authorize the OAuth Application 'GitHub CLI'.\n",
  ),
  http(
    'github-sso',
    'https://github.com/OU-CS3560, setting up git',
    403,
    "The `acme' organization has enabled or enforced SAML SSO. To access\nthis repository, visit https://github.com/enterprises/acme/sso?authorization_request=CjJ7Eqm5\nand try your request again.\n",
  ),
  // Bitbucket, with another limit, and git itself say so, too: the words do not tell whose limit it is.
  unpack(
    'pack-size',
    'https://github.com/rtyley/bfg-repo-cleaner/issues/403',
    'index-pack abnormal exit',
    'failed',
    'fatal: pack exceeds maximum allowed size (2.00 GiB)',
  ),
];

const GITLAB_CHECKS = 'https://gitlab.com/gitlab-org/gitlab, lib/gitlab/checks';
const GITLAB_ACCESS = 'https://gitlab.com/gitlab-org/gitlab, lib/gitlab/git_access.rb';
const GITLAB_PUSH_RULES = 'https://gitlab.com/gitlab-org/gitlab, ee/lib/ee/gitlab/checks/push_rules';

const GITLAB: readonly Refusal[] = [
  gitlab(
    'gitlab-force-push',
    'https://github.com/sameersbn/docker-gitlab/issues/1012',
    'You are not allowed to force push code to a protected branch on this project.',
  ),
  gitlab('gitlab-delete-protected', GITLAB_CHECKS, 'You can only delete protected branches using the web interface.'),
  gitlab('gitlab-default-branch', GITLAB_CHECKS, 'The default branch of a project cannot be deleted.'),
  gitlab('gitlab-sha-name', GITLAB_CHECKS, 'You cannot create a branch with a 40-character hexadecimal branch name.'),
  gitlab('gitlab-sha-name', GITLAB_CHECKS, 'You cannot create a tag with a SHA-1 or SHA-256 tag name.'),
  gitlab('gitlab-tag-name', GITLAB_CHECKS, 'You cannot use default branch name to create a tag'),
  gitlab('gitlab-empty-project', GITLAB_CHECKS, 'A default branch (e.g. main) does not yet exist for me/project'),
  http('gitlab-protocol-off', GITLAB_CHECKS, 403, 'Pushing over HTTP is not allowed.'),
  ssh('gitlab-protocol-off', GITLAB_CHECKS, 'remote: ', 'remote: ERROR: Pulling over SSH is not allowed.', 'remote: '),
  ...[
    'You are not allowed to push code to protected branches on this project.',
    'You are not allowed to merge code into protected branches on this project.',
    'You are not allowed to create protected branches on this project.',
    'You are not allowed to delete protected branches from this project. Only a project maintainer or owner can delete a protected branch.',
    'You can only create protected branches using the web interface and API.',
    'You can only use an existing protected branch ref as the basis of a new protected branch.',
  ].map((line) => gitlab('gitlab-protected-branch', GITLAB_CHECKS, line)),
  ...[
    'You are not allowed to change existing tags on this project.',
    'Protected tags cannot be updated.',
    'You are not allowed to delete protected tags from this project. Only a project maintainer or owner can delete a protected tag.',
    'You can only delete protected tags using the web interface.',
    'You are not allowed to create this tag as it is protected.',
  ].map((line) => gitlab('gitlab-protected-tag', GITLAB_CHECKS, line)),
  gitlab(
    'gitlab-lfs-missing',
    'https://gitlab.com/gitlab-org/gitlab, lib/gitlab/checks/lfs_check.rb',
    'LFS objects are missing. Ensure LFS is properly set up or try a manual "git lfs push --all".',
  ),
  ...[
    'Your push to this repository cannot be completed because this repository has exceeded the allocated storage for your project. Contact your GitLab administrator for more information.',
    'Your push to this repository cannot be completed as it would exceed the allocated storage for your project. Contact your GitLab administrator for more information.',
    'Your push to this repository would cause it to exceed the size limit of 10 GiB by 2 MiB. Please contact your GitLab administrator for more information.',
    'Your push to this repository has been rejected because it would exceed the namespace storage limit of 10 GiB. Reduce your namespace storage or purchase additional storage.',
  ].map((line) => gitlab('gitlab-quota', 'https://docs.gitlab.com, troubleshooting repository size', line)),
  gitlab(
    'gitlab-large-file',
    'https://archives.docs.gitlab.com/16.10/ee/user/free_push_limit.html',
    'You are attempting to check in one or more files which exceed the 100MiB limit:',
    '',
    '- 257cc5642cb1a054f08cc83f2d943e56fd3ebe99 (123 MiB)',
    '- 5716ca5987cbf97d6bb54920bea6adde242d87e6 (396 MiB)',
    '',
    'Please refer to https://docs.gitlab.com/ee/user/free_user_limit.html for further information.',
  ),
  gitlab(
    'gitlab-large-file',
    'https://openillumi.com/en/en-gitlab-100mib-push-limit-fix',
    'You are attempting to check in one or more blobs which exceed the 100.0MiB limit:',
    '- ca6ed555e459936e7ef77058b41f4f2db2a33a26 (965 MiB)',
  ),
  gitlab(
    'gitlab-secret',
    'https://docs.gitlab.com, tutorial on secret push protection',
    '',
    'PUSH BLOCKED: Secrets detected in code changes',
    '',
    'Secret push protection found the following secrets in commit: 37e54de5e78c31d9e3c3821fd15f7069e3d375b6',
    '-- test.txt:2 | GitLab Personal Access Token',
    '',
    'To push your changes you must remove the identified secrets.',
    '',
    'To skip secret push protection, add the following Git push option to your push command: `-o secret_push_protection.skip_all`',
  ),
  ...[
    "Commit message does not follow the pattern '^JIRA-\\d+'",
    "Commit rejected: Commit message of 54fcc214 contains the forbidden pattern 'WIP'. See https://docs.gitlab.com/ee/push_rules/push_rules.html for advice.",
    "Author's email 'user@example.com' does not follow the pattern '@acme\\.example$'",
    "Author 'user@example.com' is not a member of team",
    "Committer's email 'user@example.com' does not follow the pattern '@acme\\.example$'",
    "Committer email 'user@example.com' is not verified.",
    "You cannot push commits for 'noreply@github.com'. You can only push commits if the committer email is one of your own verified emails.",
    'Commit must be signed with a GPG key',
    "Branch name does not follow the pattern '^(main|release/.*)$'",
    'File name id_rsa was prohibited by the pattern "id_rsa$".',
    'File "file.bin" is larger than the allowed size of 1 MiB. Use Git LFS to manage this file.',
  ].map((line) => gitlab('gitlab-push-rule', GITLAB_PUSH_RULES, line)),
  http('gitlab-archived', GITLAB_ACCESS, 403, "You can't push code to an archived project."),
  http('gitlab-archived', GITLAB_ACCESS, 403, "You can't push code to a read-only GitLab instance."),
  http('gitlab-archived', GITLAB_ACCESS, 403, 'The repository is temporarily read-only. Please try again later.'),
  ssh(
    'gitlab-archived',
    'gitlab-shell',
    'remote: ',
    'remote: ========================================================================',
    'remote: ',
    "remote: ERROR: You can't push code to an archived project.",
    'remote: ',
    'remote: ========================================================================',
    'remote: ',
  ),
  http('gitlab-deploy-key', GITLAB_ACCESS, 403, 'This deploy key does not have write access to this project.'),
  ssh(
    'gitlab-deploy-key',
    'gitlab-shell',
    'remote: ',
    'remote: ERROR: This deploy key does not have write access to this project.',
    'remote: ',
  ),
  http('gitlab-permission', GITLAB_ACCESS, 403, 'You are not allowed to push code to this project.'),
  http('gitlab-permission', GITLAB_ACCESS, 403, 'You are not allowed to upload code.'),
  http('gitlab-permission', GITLAB_ACCESS, 403, 'You are not allowed to upload code for this project.'),
];

const GITEA_HERE = '__tests__/recordings/gitea.json';
const GITEA_SOURCE = 'https://github.com/go-gitea/gitea, routers/private/hook_pre_receive.go';

/** What Gitea really said, by the situation that was made here. */
const GITEA_SITUATIONS: Readonly<Record<string, string>> = {
  'a branch that nobody may push to': 'gitea-protected-branch',
  'a new branch whose name a rule fits': 'gitea-protected-branch',
  'a force push to a protected branch': 'gitea-force-push',
  'a force push that is not for everybody': 'gitea-force-push',
  'the deletion of a protected branch': 'gitea-deletion',
  'the deletion of the default branch': 'gitea-default-branch',
  'refs/pull': 'gitea-reserved-name',
  'refs/for': 'gitea-reserved-name',
  'a new protected tag': 'gitea-protected-tag',
  'a protected tag that moves': 'gitea-protected-tag',
  'a user who may only read': 'gitea-permission',
  'no such repository': 'gitea-missing',
  'an archived repository': 'gitea-archived',
  'no such repository, over SSH': 'gitea-missing',
  'an archived repository, over SSH': 'gitea-archived',
  'a key that may only read, over SSH': 'gitea-permission',
  'reading no such repository, over SSH': 'gitea-missing',
};

const RECORDED = JSON.parse(readFileSync(resolve('__tests__/recordings/gitea.json'), 'utf8')) as readonly Recording[];

const GITEA: readonly Refusal[] = [
  ...RECORDED.flatMap((recorded): Refusal[] => {
    const id = GITEA_SITUATIONS[recorded.situation];
    if (id === undefined) return [];
    const { remote } = recorded;
    if (recorded.status !== null) return [http(id, GITEA_HERE, recorded.status, recorded.body ?? '')];
    if (recorded.ng === null) return [ssh(id, GITEA_HERE, ...remote)];
    return recorded.ng === HOOK ? [hook(id, GITEA_HERE, ...remote)] : [status(id, GITEA_HERE, recorded.ng, ...remote)];
  }),
  hook(
    'gitea-protected-files',
    GITEA_SOURCE,
    '',
    'error:',
    'error: branch main is protected from changing file .drone.yml',
    'error:',
  ),
  hook('gitea-quota', 'https://codeberg.org/forgejo/forgejo, routers/private/hook_pre_receive.go', 'Quota exceeded'),
];

const CODECOMMIT: readonly Refusal[] = [
  hook(
    'codecommit-too-many-refs',
    'https://docs.aws.amazon.com, CodeCommit user guide, quotas',
    'Too many reference update commands',
  ),
  http(
    'codecommit-throttled',
    'https://docs.aws.amazon.com, CodeCommit user guide, troubleshooting access errors',
    429,
    'Rate Exceeded',
  ),
  http(
    'codecommit-denied',
    'https://docs.aws.amazon.com, IAM user guide, access denied error messages',
    403,
    'User: arn:aws:iam::123456789012:user/mirror is not authorized to perform: codecommit:GitPush on resource: arn:aws:codecommit:us-east-1:123456789012:name with an explicit deny in an identity-based policy\n',
  ),
  http(
    'codecommit-denied',
    'https://docs.aws.amazon.com, IAM user guide, access denied error messages',
    403,
    'User: arn:aws:iam::123456789012:user/mirror is not authorized to perform: codecommit:GitPull on resource: arn:aws:codecommit:us-east-1:123456789012:name because no identity-based policy allows the codecommit:GitPull action\n',
  ),
  status(
    'codecommit-denied',
    'a workshop on limiting pushes to branches in CodeCommit',
    "You don't have permission to push changes to this branch.",
  ),
  status(
    'codecommit-default-branch',
    'https://docs.aws.amazon.com, CodeCommit user guide, delete a branch',
    'You cannot delete the default branch of a repository.',
  ),
  hook(
    'codecommit-large-file',
    'https://docs.aws.amazon.com, CodeCommit user guide, quotas',
    'The file video.mp4 exceeds the maximum file size of 2 GB.',
  ),
  hook('codecommit-size', 'nobody has recorded it: as the others are worded', 'Repository size limit exceeded'),
];

const BITBUCKET: readonly Refusal[] = [
  hook(
    'bitbucket-branch-permission',
    'https://community.atlassian.com/t5/Bitbucket-questions/qaq-p/2249496',
    'Permission denied to update branch main.',
  ),
  hook(
    'bitbucket-size',
    'https://support.atlassian.com/bitbucket-cloud/docs/reduce-repository-size/',
    'Repository is over the size limit (4 GB) and will not accept further additions.',
    '',
    'Learn how to reduce your repository size: https://confluence.atlassian.com/x/xgMvEw.',
    "'",
  ),
];

const AZURE_CONTRIBUTE =
  "TF401027: You need the Git 'GenericContribute' permission to perform this action. Details: identity 'Build\\9ae909ca-d00d-4819-ad4a-736f9b355ad8', scope 'repository'.";

const AZURE: readonly Refusal[] = [
  http(
    'azure-permission',
    'https://github.com/gbrueckl/PowerBI.CICD/issues/2',
    403,
    `001f# service=git-receive-pack\n0000000000aa${AZURE_CONTRIBUTE}\n${AZURE_CONTRIBUTE}\n`,
  ),
  status(
    'azure-permission',
    'https://learn.microsoft.com, Azure Repos, Git permissions',
    "TF401027: You need the Git 'ForcePush' permission to perform this action. Details: identity 'somebody', scope 'branch'.",
  ),
  status(
    'azure-policy',
    'https://github.com/semantic-release/semantic-release/issues/2563',
    'TF402455: Pushes to this branch are not permitted; you must use a pull request to update this branch.',
  ),
  status(
    'azure-commit-policy',
    'https://learn.microsoft.com, Azure Repos, Git repository settings and policies',
    "VS403702: The push was rejected because one or more commits contain author email 'me@example.com' which does not match the policy-specified patterns.",
  ),
  unpack(
    'azure-secret',
    'https://github.com/libgit2/libgit2sharp/issues/2105',
    'error VS403654: The push was rejected because it contains one or more secrets.',
    'VS403654: The push was rejected because it contains one or more secrets.',
    'Analyzing objects... (3/3) (27 ms)',
    'Validating commits... (1/1) done (0 ms)',
    'Checking for credentials and other secrets...  done (59 ms)',
  ),
  status(
    'azure-size',
    'https://learn.microsoft.com, Azure Repos, Git limits',
    'TF402462: This push was rejected because its size is greater than the 5120 MB limit for pushes in this repository.',
  ),
];

const GIT = 'git, builtin/receive-pack.c and refs.c';
const JGIT = 'JGit, transport/ReceivePack.java and its resources';
const [ONE, OTHER] = ['1'.repeat(40), '2'.repeat(40)];

const GIT_ITSELF: readonly Refusal[] = [
  ...[
    'failed to update ref',
    'failed to delete',
    'incorrect old value provided',
    'reference already exists',
    'reference does not exist',
    `cannot lock ref 'refs/heads/main': is at ${ONE} but expected ${OTHER}`,
    "cannot lock ref 'refs/heads/main': unable to resolve reference 'refs/heads/main'",
    'stale info',
    'failed to lock',
    'failed to write',
    'reference has changed concurrently',
  ].map((reason) => status('race', GIT, reason)),
  status('name-conflict', GIT, 'refname conflict'),
  status(
    'name-conflict',
    GIT,
    "cannot lock ref 'refs/heads/main': 'refs/heads/main/a' exists; cannot create 'refs/heads/main'",
  ),
  status('case-conflict', GIT, 'reference conflict due to case-insensitive filesystem'),
  status('hidden-ref', GIT, 'deny updating a hidden ref'),
  status('hidden-ref', GIT, 'deny deleting a hidden ref'),
  status(
    'force-push',
    GIT,
    'non-fast-forward',
    'error: denying non-fast-forward refs/heads/main (you should pull first)',
  ),
  status(
    'current-branch-deletion',
    GIT,
    'deletion of the current branch prohibited',
    'error: By default, deleting the current branch is denied, because the next',
    "error: 'git clone' won't result in any file checked out, causing confusion.",
    'error: ',
    "error: You can set 'receive.denyDeleteCurrent' configuration variable to",
    "error: 'warn' or 'ignore' in the remote repository to allow deleting the",
    'error: current branch, with or without a warning message.',
    'error: ',
    "error: To squelch this message, you can set it to 'refuse'.",
    'error: refusing to delete the current branch: refs/heads/main',
  ),
  status('deletion', GIT, 'deletion prohibited', 'error: denying ref deletion for refs/heads/main'),
  status(
    'checked-out',
    GIT,
    'branch is currently checked out',
    'error: refusing to update checked out branch: refs/heads/main',
  ),
  ...[
    'Working directory has unstaged changes',
    'Working directory has staged changes',
    'Could not update working tree to new HEAD',
  ].map((reason) => status('dirty-work-tree', GIT, reason)),
  status('shallow', GIT, 'shallow update not allowed'),
  status('missing-objects', GIT, 'missing necessary objects'),
  status('missing-objects', GIT, 'missing necessary objects', `fatal: bad object ${ONE}`),
  status('broken-target', GIT, 'missing necessary objects', 'fatal: bad object refs/heads/other'),
  unpack(
    'missing-objects',
    GIT,
    'index-pack abnormal exit',
    'unpacker error',
    `fatal: did not receive expected object ${ONE}`,
  ),
  unpack('missing-objects', GIT, 'index-pack abnormal exit', 'unpacker error', 'fatal: pack has 3 unresolved deltas'),
  status('missing-objects', JGIT, `missing tree ${ONE}`),
  status('missing-objects', JGIT, 'missing object(s)'),
  unpack(
    'pack-size',
    GIT,
    'index-pack abnormal exit',
    'unpacker error',
    'fatal: pack exceeds maximum allowed size (1.00 KiB)',
  ),
  unpack(
    'fsck',
    GIT,
    'index-pack abnormal exit',
    'unpacker error',
    `error: object ${ONE}: zeroPaddedFilemode: contains zero-padded file modes`,
    'fatal: fsck error in packed object',
  ),
  unpack(
    'fsck',
    'git up to 2.5',
    'index-pack abnormal exit',
    'unpacker error',
    `error: object ${ONE}:contains zero-padded file modes`,
    'fatal: Error in object',
  ),
  status('fsck', 'JGit, ObjectChecker', `zeroPaddedFilemode: object ${ONE}: mode starts with '0'`),
  unpack('not-stored', GIT, 'unable to create temporary object directory', 'unpacker error'),
  status('not-stored', GIT, 'unable to migrate objects to permanent storage'),
  unpack(
    'disk-full',
    'git on a full disk',
    'unpack-objects abnormal exit',
    'unpacker error',
    'fatal: unable to write loose object file: No space left on device',
  ),
  unpack(
    'disk-full',
    'git beyond a quota',
    'index-pack abnormal exit',
    'unpacker error',
    'fatal: write error: Disk quota exceeded',
  ),
  unpack(
    'disk-read-only',
    GIT,
    'unpack-objects abnormal exit',
    'unpacker error',
    'error: unable to create temporary file: Read-only file system',
    'fatal: failed to write object',
  ),
  unpack(
    'file-permission',
    GIT,
    'unpack-objects abnormal exit',
    'unpacker error',
    'error: insufficient permission for adding an object to repository database ./objects',
    'fatal: failed to write object',
  ),
  ssh(
    'file-permission',
    'git, whose packed-refs may not be read',
    "fatal: couldn't read ./packed-refs: Permission denied",
  ),
  ssh(
    'foreign-owner',
    GIT,
    "fatal: detected dubious ownership in repository at '/srv/git/project.git'",
    'To add an exception for this directory, call:',
    '',
    '\tgit config --global --add safe.directory /srv/git/project.git',
  ),
  ssh('foreign-owner', 'git 2.35.2', "fatal: unsafe repository ('/srv/git/project.git' is owned by someone else)"),
  hook('hook', GIT, 'Not on a Friday.'),
  status('hook', GIT, 'hook declined', 'Not on a Friday.', 'error: hook declined to update refs/heads/main'),
];

const UPDATE = 'failed to update ref';
const lockError = (problem: string): string =>
  `error: cannot lock ref 'refs/heads/main': Unable to create '/srv/x.git/./refs/heads/main.lock': ${problem}`;

/** What git says of a target's files, as it was run here, and systems. Only the next reading tells it from a race. */
const OF_FILES: readonly Refusal[] = [
  unmoved(
    'lock-file',
    GIT,
    UPDATE,
    lockError('File exists.'),
    'Another git process seems to be running in this repository, e.g.',
    "an editor opened by 'git commit'. Please make sure all processes",
    'are terminated then try again. If it still fails, a git process',
    'may have crashed in this repository earlier:',
    'remove the file manually to continue.',
  ),
  unmoved('lock-file', GIT, UPDATE, "error: Unable to create '/srv/x.git/./packed-refs.lock': File exists."),
  unmoved('lock-file', JGIT, 'failed to lock'),
  unmoved('long-name', GIT, UPDATE, lockError('File name too long')),
  // The words of the C library of Windows.
  unmoved(
    'long-name',
    'https://github.com/git-for-windows/git/wiki/Git-cannot-create-a-file-or-directory-with-a-long-path',
    UPDATE,
    "error: cannot lock ref 'refs/heads/main': Unable to create 'C:/x.git/refs/heads/main.lock': Filename too long",
  ),
  unmoved(
    'unfit-name',
    'https://github.com/Unstructured-IO/unstructured/issues/4249',
    UPDATE,
    lockError('Invalid argument'),
  ),
  unmoved('disk-full', GIT, UPDATE, lockError('No space left on device')),
  unmoved('disk-full', GIT, UPDATE, lockError('Disk quota exceeded')),
  unmoved('disk-read-only', GIT, UPDATE, lockError('Read-only file system')),
  unmoved('file-permission', GIT, UPDATE, lockError('Permission denied')),
  unmoved(
    'file-permission',
    'https://github.com/go-gitea/gitea/issues/33003',
    UPDATE,
    "error: cannot update the ref 'refs/heads/main': unable to append to './logs/refs/heads/main': Permission denied",
  ),
  unmoved('disk-error', GIT, UPDATE, lockError('Input/output error')),
  unmoved(
    'reflog',
    GIT,
    UPDATE,
    "error: cannot update the ref 'refs/heads/main': there are still logs under './logs/refs/heads/main'",
  ),
  unmoved(
    'reflog',
    GIT,
    UPDATE,
    "error: cannot update the ref 'refs/heads/main': unable to append to './logs/refs/heads/main': Not a directory",
  ),
  unmoved(
    'ref-in-the-way',
    GIT,
    UPDATE,
    "error: cannot lock ref 'refs/heads/main': there is a non-empty directory './refs/heads/main' blocking reference 'refs/heads/main'",
  ),
  unmoved('ref-in-the-way', GIT, UPDATE, lockError('Not a directory')),
  unmoved(
    'name-conflict',
    GIT,
    UPDATE,
    "error: cannot lock ref 'refs/heads/main': 'refs/heads/main/x' exists; cannot create 'refs/heads/main'",
  ),
  unmoved('broken-ref', GIT, "cannot lock ref 'refs/heads/main': unable to resolve reference 'refs/heads/main'"),
  unmoved('unlike-listed', GIT, 'reference already exists'),
  unmoved('unlike-listed', GIT, 'reference does not exist'),
  unmoved('unlike-listed', GIT, 'incorrect old value provided'),
  unmoved('unlike-listed', GIT, 'stale info'),
  unmoved('unmoved', GIT, UPDATE),
  unmoved('unmoved', GIT, 'failed to delete'),
  unmoved('unmoved', 'go-git, storage/storer.go', 'reference has changed concurrently'),
  unmoved('unmoved', 'dulwich, server.py', 'failed to write'),
  unpack('disk-full', GIT, 'index-pack abnormal exit', 'unpacker error', 'fatal: write error: No space left on device'),
  unpack(
    'file-permission',
    GIT,
    'unpack-objects abnormal exit',
    'unpacker error',
    'error: insufficient permission for adding an object to repository database ./objects',
    'fatal: failed to write object',
  ),
];

/** What servers say when they refuse, as it was seen in public, or here. */
export const REFUSALS: readonly Refusal[] = [
  ...GITHUB,
  ...GITLAB,
  ...GITEA,
  ...CODECOMMIT,
  ...BITBUCKET,
  ...AZURE,
  ...GIT_ITSELF,
  ...OF_FILES,
];

/** What an answer over HTTP or SSH says, or a report on a push, as texts to be explained. */
export function wordsOf({ how, remote, reason, unpack: problem, body = '' }: Refusal): [string, readonly string[]] {
  if (how === 'http') return [body, []];
  if (how === 'ssh') return [remote.join(' '), []];
  return [problem === undefined ? reason : `${reason}: ${problem}`, remote];
}
