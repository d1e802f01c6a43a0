import type { OptionSpec } from './spec.js';

const EXPANDED = 'CI/CD variables are expanded.';

/**
 * Every option of every door. The doors, their help, the checks, the list's schema, action.yml, the GitLab component and
 * the tables in the documents come from here.
 */
export const OPTIONS = {
  'target-url': {
    kind: 'text',
    description:
      'The target repository: `https://…`, `ssh://…`, `git@host:path`, `codecommit::region://name`, `file://…` or a path.',
    note: 'Required, unless `mirrors` is given.',
    command: '<target>',
    library: 'target',
    list: { attribute: 'url', isOwn: true },
    component: { default: 'none', note: EXPANDED },
  },
  mirrors: {
    kind: 'block',
    description:
      'Several targets instead of `target-url`: a YAML list, or the path of a file with such a list. Other options are the defaults of each entry. The list names secrets by environment variables.',
    chapter: 'course',
    placeholder: 'LIST',
    library: null,
    component: { note: 'Here only a list of mappings, no path.' },
  },
  'max-parallel': {
    kind: 'number',
    description: 'How many mirrors of a list run at the same time.',
    default: '4',
    range: [1, 20],
    chapter: 'course',
    placeholder: 'N',
    library: null,
  },
  token: {
    kind: 'secret',
    description: 'Password, access token or app token for an HTTPS target.',
    variable: 'PUSH_MIRROR_TARGET_TOKEN',
    library: 'targetToken',
    list: { attribute: 'token_variable', isOwn: true },
    component: { default: 'PUSH_MIRROR_TARGET_TOKEN' },
  },
  username: {
    kind: 'text',
    description:
      'User name for the target. By default, the name that the host expects with a token. The URL can contain it, too.',
    variable: 'PUSH_MIRROR_TARGET_USERNAME',
    library: 'targetUsername',
    list: { attribute: 'username', isOwn: true },
    component: { default: 'auto', note: EXPANDED },
  },
  'ssh-private-key': {
    kind: 'secret',
    description: 'Private key for an SSH target or source, without a passphrase.',
    variable: 'PUSH_MIRROR_SSH_PRIVATE_KEY',
    list: { attribute: 'ssh_private_key_variable' },
    component: {
      default: 'PUSH_MIRROR_SSH_PRIVATE_KEY',
      note: 'The variable may be one of the type "File". The image must have `ssh`.',
    },
  },
  'ssh-known-hosts': {
    kind: 'block',
    description:
      "Lines of a known_hosts file with the host's keys. Host keys are always checked. The keys of github.com, gitlab.com, bitbucket.org and Azure Repos are built in, and so are the fingerprints of CodeCommit.",
    variable: 'PUSH_MIRROR_SSH_KNOWN_HOSTS',
    list: { attribute: 'ssh_known_hosts' },
  },
  'only-protected-branches': {
    kind: 'flag',
    description:
      "Mirror only the branches that the source's host protects (GitHub, GitLab, Gitea, Forgejo). If no branch is protected, no branch is mirrored.",
    default: 'false',
    chapter: 'selection',
    list: { attribute: 'only_protected_branches' },
  },
  branches: {
    kind: 'patterns',
    description:
      'Patterns of the branches to mirror. `*` matches any characters, including `/`; a leading `!` excludes; everything else is literal. Default: all branches. Of a source on GitHub, the branches of a merge queue are left out unless a pattern begins with `gh-readonly-queue`.',
    chapter: 'selection',
    command: 'branch',
    placeholder: 'PATTERN',
    list: { attribute: 'branches' },
  },
  'mirror-branch-regex': {
    kind: 'text',
    description:
      "Mirror the branches whose name contains a match of this regular expression (RE2), like GitLab's setting of the same name. Cannot be combined with `branches` or `only-protected-branches`.",
    chapter: 'selection',
    placeholder: 'REGEX',
    list: { attribute: 'mirror_branch_regex' },
    component: { default: '.', isLiteral: true },
  },
  tags: {
    kind: 'patterns',
    description: 'Patterns of the tags to mirror, as for `branches`. `!*` selects no tags. Default: all tags.',
    chapter: 'selection',
    command: 'tag',
    placeholder: 'PATTERN',
    list: { attribute: 'tags' },
  },
  'keep-divergent-refs': {
    kind: 'flag',
    description:
      'Leave divergent refs unchanged, delete nothing, and fail if a ref has diverged. Without this, divergent refs are overwritten, and commits that only the target has are lost.',
    default: 'false',
    chapter: 'differences',
    list: { attribute: 'keep_divergent_refs' },
  },
  prune: {
    kind: 'choice',
    description:
      "Which of the refs that only the target has are deleted: `merged` (those merged into the source's default branch), `never` (none), `always` (all).",
    default: 'merged',
    values: ['merged', 'never', 'always'],
    chapter: 'differences',
    list: { attribute: 'prune' },
  },
  'default-branch': {
    kind: 'choice',
    description:
      "Whether the default branch of the target may be changed: `auto` (made that of the source if the target's HEAD names a branch that does not exist, or one that is gone from the source and merged), or `never`. On GitHub, GitLab, Gitea and Forgejo the token must be allowed to do it.",
    default: 'auto',
    values: ['auto', 'never'],
    chapter: 'differences',
    list: { attribute: 'default_branch' },
  },
  lfs: {
    kind: 'choice',
    description:
      'When to mirror Git LFS objects: `auto` (if a `.gitattributes` says that the repository uses Git LFS), `always`, or `never`. Missing objects are sent before the refs that need them.',
    default: 'auto',
    values: ['auto', 'always', 'never'],
    chapter: 'course',
    list: { attribute: 'lfs' },
  },
  'lfs-url': {
    kind: 'text',
    description:
      "The Git LFS server for the target's objects, if it is not the target's own: `https://…`. The URL can contain user name and password.",
    chapter: 'course',
    placeholder: 'URL',
    list: { attribute: 'lfs_url', isOwn: true },
    component: { default: 'auto', note: EXPANDED },
  },
  'dry-run': {
    kind: 'flag',
    description: 'Plan and report, but change nothing.',
    default: 'false',
    chapter: 'course',
  },
  check: {
    kind: 'flag',
    description: 'Change nothing, and fail if the target is not as it should be. Useful on a schedule.',
    default: 'false',
    chapter: 'course',
  },
  'push-options': {
    kind: 'lines',
    description: "Push options for the target's server.",
    chapter: 'course',
    command: 'push-option',
    placeholder: 'OPTION',
    list: { attribute: 'push_options' },
  },
  'source-url': {
    kind: 'text',
    description: 'The source repository.',
    note: 'Default: the repository in which the job runs.',
    command: '<source>',
    library: 'source',
    component: { default: '$CI_PROJECT_URL.git', note: EXPANDED },
  },
  'source-token': {
    kind: 'secret',
    description: 'Token to read an HTTPS source.',
    note: "Default: the job's own token, which is sent only to the job's own server.",
    variable: 'PUSH_MIRROR_SOURCE_TOKEN',
    component: { default: 'CI_JOB_TOKEN' },
  },
  'source-username': {
    kind: 'text',
    description: 'User name to read an HTTPS source.',
    variable: 'PUSH_MIRROR_SOURCE_USERNAME',
    component: {
      default: 'auto',
      note: `Default: \`gitlab-ci-token\` for the job's own token, otherwise the name that the host expects. ${EXPANDED}`,
    },
  },
  'source-lfs-url': {
    kind: 'text',
    description:
      "The Git LFS server of the source's objects, if neither the source's host nor its `.lfsconfig` names it rightly: `https://…`. The URL can contain user name and password; otherwise the source's sign-in is used on its own origin.",
    chapter: 'course',
    placeholder: 'URL',
    component: { default: 'auto', note: EXPANDED },
  },
  timeout: {
    kind: 'number',
    description:
      'How many seconds a server may send nothing before the run gives up. All pauses before another try take no longer together (at least ten seconds).',
    default: '300',
    range: [1, 86_400],
    chapter: 'course',
    placeholder: 'SECONDS',
  },
  'isolation-timeout': {
    kind: 'number',
    description:
      'How many seconds a run may take to find the refs that keep others from being pushed. If nothing lands meanwhile, a tenth of that.',
    default: '600',
    range: [1, 86_400],
    chapter: 'course',
    placeholder: 'SECONDS',
  },
  'ca-certificate': {
    kind: 'text',
    description:
      'Certificate of a private authority to trust in addition to the usual ones: PEM text, or the path of a PEM file.',
    chapter: 'course',
    placeholder: 'FILE',
    component: {
      default: 'none',
      note: 'Here only the path of a file: `$NAME` for a CI/CD variable of the type "File".',
    },
  },
  'allow-insecure-http': {
    kind: 'flag',
    description: 'Allow sending tokens over plain http, where others on the network can read them.',
    default: 'false',
    chapter: 'course',
  },
  'job-token': {
    kind: 'secret',
    description: "The job's own token, used to read the repository in which the job runs. Do not change it.",
    default: '${{ github.token }}',
    only: 'action',
  },
  report: {
    kind: 'text',
    description: 'Write the report to this file, as JSON.',
    only: 'command',
    chapter: 'course',
    placeholder: 'FILE',
  },
  dotenv: {
    kind: 'text',
    description: 'Write the outputs to this file, as variables: PUSH_MIRROR_STATUS and so on.',
    only: 'command',
    chapter: 'course',
    placeholder: 'FILE',
  },
  json: {
    kind: 'flag',
    description: 'Print the report on stdout as JSON, and print nothing else there.',
    only: 'command',
    chapter: 'course',
  },
  verbose: { kind: 'flag', description: 'Log more details.', only: 'command', chapter: 'course', short: 'v' },
  help: { kind: 'flag', description: 'Print this help.', only: 'command', chapter: 'course', short: 'h' },
  version: { kind: 'flag', description: 'Print the version.', only: 'command', chapter: 'course' },
} as const satisfies Readonly<Record<string, OptionSpec>>;
