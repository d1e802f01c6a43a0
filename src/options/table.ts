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
      'The target: `https://…`, `ssh://…`, `git@host:path`, `codecommit::region://name`, `file://…` or a path.',
    note: 'Required, unless `mirrors` is given.',
    command: '<target>',
    library: 'target',
    list: { attribute: 'url', isOwn: true },
    component: { default: 'none', note: EXPANDED },
  },
  mirrors: {
    kind: 'text',
    description:
      'Several mirrors of one source, instead of `target-url`: a YAML list, or the path of a file with one. Every mirror takes ' +
      'what it does not say from the other options; secrets are given by the names of environment variables.',
    chapter: 'course',
    placeholder: 'LIST',
    library: null,
    component: { note: 'Here always a list of mappings.' },
  },
  'max-parallel': {
    kind: 'number',
    description: 'Number of mirrors that are made at the same time, where there are several.',
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
      'User name for the target; the default is what the host wants beside a token. May also stand in the URL.',
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
      "Lines of a known_hosts file with the host's keys. Host keys are always checked; those of github.com, gitlab.com, " +
      'bitbucket.org and Azure Repos are known, those of CodeCommit by their fingerprints.',
    variable: 'PUSH_MIRROR_SSH_KNOWN_HOSTS',
    list: { attribute: 'ssh_known_hosts' },
  },
  'only-protected-branches': {
    kind: 'flag',
    description:
      "Mirror only the branches that the source's host protects (GitHub, GitLab, Gitea, Forgejo); none if it protects none.",
    default: 'false',
    chapter: 'selection',
    list: { attribute: 'only_protected_branches' },
  },
  branches: {
    kind: 'patterns',
    description:
      'Patterns of the branches to mirror. `*` matches any run of characters, `/` too; a leading `!` excludes; everything else is ' +
      'literal. All branches if there is no pattern.',
    chapter: 'selection',
    command: 'branch',
    placeholder: 'PATTERN',
    list: { attribute: 'branches' },
  },
  'mirror-branch-regex': {
    kind: 'text',
    description:
      "Mirror the branches in whose name this expression (RE2) is found, as GitLab's setting of that name. Not with `branches`.",
    chapter: 'selection',
    placeholder: 'REGEX',
    list: { attribute: 'mirror_branch_regex' },
    component: { default: '.', isLiteral: true },
  },
  tags: {
    kind: 'patterns',
    description: 'Patterns of the tags to mirror, as for `branches`; `!*` for none. All tags if there is no pattern.',
    chapter: 'selection',
    command: 'tag',
    placeholder: 'PATTERN',
    list: { attribute: 'tags' },
  },
  'keep-divergent-refs': {
    kind: 'flag',
    description:
      'Leave refs alone that have diverged on the target, delete nothing, and fail if there are any. Otherwise such refs are ' +
      'overwritten, and commits that only the target had are lost.',
    default: 'false',
    chapter: 'differences',
    list: { attribute: 'keep_divergent_refs' },
  },
  prune: {
    kind: 'choice',
    description:
      "Which refs are deleted that only the target has: `merged` (those merged into the source's default branch), `never`, `always`.",
    default: 'merged',
    values: ['merged', 'never', 'always'],
    chapter: 'differences',
    list: { attribute: 'prune' },
  },
  lfs: {
    kind: 'choice',
    description:
      'Git LFS objects, of which those that the target lacks go over before the refs that need them: `auto` where the repository ' +
      'uses Git LFS (a `.gitattributes` says so), `always` looks anyway, `never` never.',
    default: 'auto',
    values: ['auto', 'always', 'never'],
    chapter: 'course',
    list: { attribute: 'lfs' },
  },
  'lfs-url': {
    kind: 'text',
    description:
      "The Git LFS server for the target's objects, if it is not the target itself: `https://…`; user and password may stand in it.",
    chapter: 'course',
    placeholder: 'URL',
    list: { attribute: 'lfs_url', isOwn: true },
    component: { default: 'auto', note: EXPANDED },
  },
  'dry-run': {
    kind: 'flag',
    description: 'Plan and report, and change nothing.',
    default: 'false',
    chapter: 'course',
  },
  check: {
    kind: 'flag',
    description: 'Change nothing, and fail if the target is not as it should be; for a schedule.',
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
    description: 'The repository to mirror.',
    note: 'The default is the one that the job runs in.',
    command: '<source>',
    library: 'source',
    component: { default: '$CI_PROJECT_URL.git', note: EXPANDED },
  },
  'source-token': {
    kind: 'secret',
    description: 'Token to read an HTTPS source.',
    note: "The default is the job's own token, which is sent to the job's own server alone.",
    variable: 'PUSH_MIRROR_SOURCE_TOKEN',
    component: { default: 'CI_JOB_TOKEN' },
  },
  'source-username': {
    kind: 'text',
    description: 'User name to read an HTTPS source.',
    variable: 'PUSH_MIRROR_SOURCE_USERNAME',
    component: {
      default: 'auto',
      note: `The default is \`gitlab-ci-token\` for the job's own token, and otherwise what the host wants. ${EXPANDED}`,
    },
  },
  timeout: {
    kind: 'number',
    description: 'Seconds that a server may stay silent.',
    default: '300',
    range: [1, 86_400],
    chapter: 'course',
    placeholder: 'SECONDS',
  },
  'ca-certificate': {
    kind: 'text',
    description: 'Certificate of a private authority that is trusted, too; PEM, or the path of a PEM file.',
    chapter: 'course',
    placeholder: 'FILE',
    component: { default: 'none', note: 'Here the path of a file: `$NAME` for a CI/CD variable of the type "File".' },
  },
  'allow-insecure-http': {
    kind: 'flag',
    description: 'Send tokens over plain http, which everybody on the way can read.',
    default: 'false',
    chapter: 'course',
  },
  'job-token': {
    kind: 'secret',
    description: "The job's own token, to read the repository that the job runs in. Leave it as it is.",
    default: '${{ github.token }}',
    only: 'action',
  },
  report: {
    kind: 'text',
    description: 'Write the report, as JSON.',
    only: 'command',
    chapter: 'course',
    placeholder: 'FILE',
  },
  dotenv: {
    kind: 'text',
    description: 'Write the outcome as variables, PUSH_MIRROR_STATUS and so on.',
    only: 'command',
    chapter: 'course',
    placeholder: 'FILE',
  },
  json: {
    kind: 'flag',
    description: 'Print the report as JSON on stdout, and nothing else there.',
    only: 'command',
    chapter: 'course',
  },
  verbose: { kind: 'flag', description: 'Say more.', only: 'command', chapter: 'course', short: 'v' },
  help: { kind: 'flag', description: 'Print this text.', only: 'command', chapter: 'course', short: 'h' },
  version: { kind: 'flag', description: 'Print the version.', only: 'command', chapter: 'course' },
} as const satisfies Readonly<Record<string, OptionSpec>>;
