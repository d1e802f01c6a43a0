import type { RejectionId } from '../hosts/rejection-id.js';
/** Codes of single refs, beside the names of refusals, with their meanings. */
export declare const REF_CODES: {
    readonly 'keep-divergent-refs': "Only the target has it; with `keep-divergent-refs` nothing is deleted.";
    readonly 'prune-never': "Only the target has it; with `prune: never` nothing is deleted.";
    readonly 'no-default-branch': "Only the target has it; the source has no default branch, so nothing is deleted.";
    readonly 'clone-on-source': "Only the target has it; the source is a clone that may lack branches, so nothing is deleted.";
    readonly 'default-branch-of-target': "Only the target has it, but it is the target's default branch.";
    readonly 'symref-on-source': "It is a symbolic ref on the source: symbolic refs are not mirrored.";
    readonly 'broken-on-source': "The ref of this name on the source is broken, so the ref of the target is left unchanged.";
    readonly 'broken-on-target': "The target has a broken ref of this name.";
    readonly 'symref-on-target': "It is a symbolic ref on the target: a change would change the branch to which it points. Kept, or rejected if the source has a ref of this name.";
    readonly 'behind-symref-on-target': "Only the target has it, but a symbolic ref on the target points to it.";
    readonly 'perhaps-symref-on-target': "Only the target has it, and it may be a symbolic ref there; the server does not say.";
    readonly 'default-branch-not-told': "Only the target has it, and the target does not tell for certain which branch is its default branch, so nothing is deleted.";
    readonly 'told-differently': "Only the target has it, and it lists it differently to a push and to a fetch, so it is not deleted.";
    readonly 'not-asked': "Only the target has it; the run could not find out whether it may be deleted.";
    readonly 'not-merged': "Only the target has it, and it is not merged into the source's default branch.";
    readonly 'not-a-commit': "Only the target has it, and it points to no commit.";
    readonly 'unknown-object': "The target has commits or a tag here that the source does not have.";
    readonly 'not-ancestor': "The target has commits here that the ref of the source does not contain.";
    readonly merged: "Deleted: gone from the source, and merged into the source's default branch.";
    readonly 'prune-always': "Deleted: gone from the source, with `prune: always`.";
    readonly behind: "A check found that the target lacks commits; the message says how many, and since when.";
    readonly lfs: "A Git LFS object that the ref needs could not be transferred.";
    readonly refused: "The target refuses it with words that push-mirror does not know; the message quotes them.";
    readonly 'not-tried': "It was pushed only together with refs that were refused or failed, and the time to find those was over before it was tried without them.";
    readonly 'not-given': "The source does not give the objects that it needs.";
    readonly 'no-result': "The push of this ref fails at the target, even alone: the connection breaks, the server answers with an error, or not at all.";
    readonly 'not-told': "The source does not tell how it relates to the ref of the target; with `keep-divergent-refs` it is left unchanged.";
    readonly 'not-reached': "The run broke off before this ref was pushed.";
    readonly 'in-doubt': "The push broke off before the target reported the result for this ref.";
    readonly 'not-changed': "The push broke off before the target reported the result for this ref, and a later reading found it as it was.";
    readonly stopped: "The run was stopped before this ref was pushed.";
    readonly 'stopped-in-doubt': "The run was stopped while this ref was pushed, before the target reported the result: it may have been changed all the same.";
    readonly 'not-moved': "The target reported that it was done, and a later reading found the ref as it was.";
};
/** Codes of runs, beside the names of refusals, with their meanings. */
export declare const RUN_CODES: {
    readonly 'refs-rejected': "Some refs were rejected; each has its own code.";
    readonly 'refs-diverged': "Some refs have diverged and were left unchanged, and no ref was rejected.";
    readonly behind: "A check found that the target is not as it should be.";
    readonly stopped: "The run was stopped: by a signal, or by the program that embeds it.";
    readonly configuration: "An option or an input is wrong; nothing was done.";
    readonly 'not-ended': "The run was killed before it could write its result.";
    readonly 'mirrors-failed': "Some mirrors of a list failed; each has its own code.";
    readonly unreachable: "No connection to the server.";
    readonly tls: "The connection cannot be encrypted, or the certificate is not trusted.";
    readonly proxy: "The proxy does not let the connection through.";
    readonly unauthorized: "The server does not accept the credentials, or there are no credentials.";
    readonly forbidden: "The credentials may not do this.";
    readonly 'not-found': "There is no such repository, or the credentials may not see it.";
    readonly redirect: "The server redirects to an address that is not followed.";
    readonly 'dumb-http': "The server has no smart HTTP protocol.";
    readonly 'not-git': "The URL is not that of a Git repository.";
    readonly 'too-large': "The server does not accept a request of this size.";
    readonly 'http-status': "The server answers with another HTTP error.";
    readonly throttled: "The server asks for fewer requests, or is too busy.";
    readonly silent: "The server sent nothing for too long.";
    readonly interrupted: "The connection broke, or the repositories changed during the run, more often than the run tries again.";
    readonly refused: "The server refuses the request; the message quotes the server.";
    readonly shallow: "The source is a shallow clone, so parts of the history are missing.";
    readonly incomplete: "A folder lacks objects, because it is a partial clone or borrows them from a folder that is gone.";
    readonly 'object-format': "One end uses SHA-1, the other uses SHA-256.";
    readonly 'push-options': "The target does not take push options; nothing was pushed.";
    readonly 'same-repository': "Source and target are the same repository, or the job runs in the target.";
    readonly ssh: "The SSH connection failed.";
    readonly 'host-key': "The SSH server's key is not known, or is not the expected key.";
    readonly 'not-a-repository': "The folder is not a Git repository.";
    readonly program: "A program that is needed is missing or failed.";
    readonly api: "The host's API does not tell which branches are protected.";
    readonly lfs: "The Git LFS server does not do what is needed.";
    readonly protocol: "The server's answer breaks Git's protocol.";
    readonly unexpected: "Another error; the message describes it.";
};
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
