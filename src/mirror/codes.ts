import type { RejectionId } from '../hosts/rejection-id.js';

// Users' programs decide by these names: a name that was published stays. docs/codes.md is made from the tables.

/** Codes of single refs, beside the names of refusals, with their meanings. */
export const REF_CODES = {
  'keep-divergent-refs': 'Only the target has it; with `keep-divergent-refs` nothing is deleted.',
  'prune-never': 'Only the target has it; with `prune: never` nothing is deleted.',
  'no-default-branch': 'Only the target has it; the source has no default branch, so nothing is deleted.',
  'clone-on-source': 'Only the target has it; the source is a clone that may lack branches, so nothing is deleted.',
  'default-branch-of-target': "Only the target has it, but it is the target's default branch.",
  'symref-on-source': 'It is a symbolic ref on the source: symbolic refs are not mirrored.',
  'broken-on-source': 'The ref of this name on the source is broken, so the ref of the target is left unchanged.',
  'broken-on-target': 'The target has a broken ref of this name.',
  'symref-on-target':
    'It is a symbolic ref on the target: a change would change the branch to which it points. Kept, or rejected if the source has a ref of this name.',
  'behind-symref-on-target': 'Only the target has it, but a symbolic ref on the target points to it.',
  'perhaps-symref-on-target': 'Only the target has it, and it may be a symbolic ref there; the server does not say.',
  'default-branch-not-told':
    'Only the target has it, and the target does not tell for certain which branch is its default branch, so nothing is deleted.',
  'told-differently':
    'Only the target has it, and it lists it differently to a push and to a fetch, so it is not deleted.',
  'not-asked': 'Only the target has it; the run could not find out whether it may be deleted.',
  'not-merged': "Only the target has it, and it is not merged into the source's default branch.",
  'not-a-commit': 'Only the target has it, and it points to no commit.',
  'unknown-object': 'The target has commits or a tag here that the source does not have.',
  'not-ancestor': 'The target has commits here that the ref of the source does not contain.',
  merged: "Deleted: gone from the source, and merged into the source's default branch.",
  'prune-always': 'Deleted: gone from the source, with `prune: always`.',
  behind: 'A check found that the target lacks commits; the message says how many, and since when.',
  lfs: 'A Git LFS object that the ref needs could not be transferred.',
  refused: 'The target refuses it with words that push-mirror does not know; the message quotes them.',
  'not-tried':
    'It was pushed only together with refs that were refused or failed, and the time to find those was over before it was tried without them.',
  'not-given': 'The source does not give the objects that it needs.',
  'no-result':
    'The push of this ref fails at the target, even alone: the connection breaks, the server answers with an error, or not at all.',
  'not-told':
    'The source does not tell how it relates to the ref of the target; with `keep-divergent-refs` it is left unchanged.',
  'not-reached': 'The run broke off before this ref was pushed.',
  'in-doubt': 'The push broke off before the target reported the result for this ref.',
  'not-changed':
    'The push broke off before the target reported the result for this ref, and a later reading found it as it was.',
  stopped: 'The run was stopped before this ref was pushed.',
  'stopped-in-doubt':
    'The run was stopped while this ref was pushed, before the target reported the result: it may have been changed all the same.',
  'not-moved': 'The target reported that it was done, and a later reading found the ref as it was.',
} as const;

/** Codes of runs, beside the names of refusals, with their meanings. */
export const RUN_CODES = {
  'refs-rejected': 'Some refs were rejected; each has its own code.',
  'refs-diverged': 'Some refs have diverged and were left unchanged, and no ref was rejected.',
  behind: 'A check found that the target is not as it should be.',
  stopped: 'The run was stopped: by a signal, or by the program that embeds it.',
  configuration: 'An option or an input is wrong; nothing was done.',
  'not-ended': 'The run was killed before it could write its result.',
  'mirrors-failed': 'Some mirrors of a list failed; each has its own code.',
  unreachable: 'No connection to the server.',
  tls: 'The connection cannot be encrypted, or the certificate is not trusted.',
  proxy: 'The proxy does not let the connection through.',
  unauthorized: 'The server does not accept the credentials, or there are no credentials.',
  forbidden: 'The credentials may not do this.',
  'not-found': 'There is no such repository, or the credentials may not see it.',
  redirect: 'The server redirects to an address that is not followed.',
  'dumb-http': 'The server has no smart HTTP protocol.',
  'not-git': 'The URL is not that of a Git repository.',
  'too-large': 'The server does not accept a request of this size.',
  'http-status': 'The server answers with another HTTP error.',
  throttled: 'The server asks for fewer requests, or is too busy.',
  silent: 'The server sent nothing for too long.',
  interrupted: 'The connection broke, or the repositories changed during the run, more often than the run tries again.',
  refused: 'The server refuses the request; the message quotes the server.',
  shallow: 'The source is a shallow clone, so parts of the history are missing.',
  incomplete: 'A folder lacks objects, because it is a partial clone or borrows them from a folder that is gone.',
  'object-format': 'One end uses SHA-1, the other uses SHA-256.',
  'push-options': 'The target does not take push options; nothing was pushed.',
  'same-repository': 'Source and target are the same repository, or the job runs in the target.',
  ssh: 'The SSH connection failed.',
  'host-key': "The SSH server's key is not known, or is not the expected key.",
  'not-a-repository': 'The folder is not a Git repository.',
  program: 'A program that is needed is missing or failed.',
  api: "The host's API does not tell which branches are protected.",
  lfs: 'The Git LFS server does not do what is needed.',
  protocol: "The server's answer breaks Git's protocol.",
  unexpected: 'Another error; the message describes it.',
} as const;

/** Codes that stand beside the message of a ref. */
export type RefCode = keyof typeof REF_CODES | RejectionId;

/** Codes that stand beside the error of a run. */
export type RunCode = keyof typeof RUN_CODES | RejectionId;

/** Words for people, with the code for programs. */
export interface Coded<Code extends string> {
  readonly message: string;
  readonly code: Code;
}

export type RefReason = Coded<RefCode>;
export type RunError = Coded<RunCode>;
