/** One mirror of several, with the attribute names of GitLab's remote mirrors API where it has one. */
export interface MirrorEntry {
  readonly url: string;
  readonly name?: string;
  readonly enabled?: boolean;
  readonly only_protected_branches?: boolean;
  readonly keep_divergent_refs?: boolean;
  readonly mirror_branch_regex?: string;
  readonly branches?: readonly string[];
  readonly tags?: readonly string[];
  readonly prune?: string;
  readonly lfs?: string;
  readonly lfs_url?: string;
  readonly push_options?: readonly string[];
  readonly username?: string;
  readonly token_variable?: string;
  readonly ssh_private_key_variable?: string;
  readonly ssh_known_hosts?: string;
}

const VARIABLE = { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' } as const;
const PATTERNS = { type: 'array', items: { type: 'string', minLength: 1 } } as const;

/** The JSON schema of a file of mirrors (JSON Schema 2020-12). */
export const MIRRORS_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Mirrors of a repository, for push-mirror',
  description: 'Every mirror takes what it does not say from the inputs of the action or the options of the command.',
  type: 'array',
  minItems: 1,
  maxItems: 100,
  items: {
    type: 'object',
    required: ['url'],
    additionalProperties: false,
    properties: {
      url: {
        type: 'string',
        minLength: 1,
        description: 'The mirror: https://…, ssh://…, git@host:path, codecommit::region://name, file://… or a path.',
      },
      name: {
        type: 'string',
        minLength: 1,
        maxLength: 100,
        description: 'By which messages and reports speak of it; without one, its URL.',
      },
      enabled: { type: 'boolean', default: true, description: 'Whether it is mirrored at all.' },
      only_protected_branches: {
        type: 'boolean',
        description: "Mirror only the branches that the source's host protects.",
      },
      keep_divergent_refs: {
        type: 'boolean',
        description: 'Leave refs alone that have diverged, delete nothing, and fail if there are any.',
      },
      mirror_branch_regex: {
        type: 'string',
        minLength: 1,
        description: 'Mirror the branches in whose name this expression (RE2) is found. Not with branches.',
      },
      branches: {
        ...PATTERNS,
        description: 'Patterns of the branches to mirror; * matches anything, a leading ! excludes.',
      },
      tags: { ...PATTERNS, description: 'Patterns of the tags to mirror, as for branches.' },
      prune: { enum: ['merged', 'never', 'always'], description: 'Which refs are deleted that only the mirror has.' },
      lfs: { enum: ['auto', 'always', 'never'], description: 'Git LFS objects.' },
      lfs_url: {
        type: 'string',
        minLength: 1,
        description: "The Git LFS server for the mirror's objects, if it is not the mirror itself.",
      },
      push_options: { ...PATTERNS, description: "Push options for the mirror's server." },
      username: { type: 'string', minLength: 1, description: 'User name for the mirror.' },
      token_variable: {
        ...VARIABLE,
        description: 'The name of the environment variable that holds the token. The token itself never stands here.',
      },
      ssh_private_key_variable: {
        ...VARIABLE,
        description: 'The name of the environment variable that holds the private key for SSH.',
      },
      ssh_known_hosts: { type: 'string', description: "Lines of a known_hosts file with the host's keys." },
    },
  },
} as const;
