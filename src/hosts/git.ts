import { OBJECTS } from './git-storage.js';
import type { RejectionRule } from './host.js';

/**
 * Refusals because somebody was faster, in the words of git (builtin/receive-pack.c, refs.c, refs/files-backend.c), JGit,
 * go-git and dulwich. Trouble of other kinds has the same words: only the next reading tells.
 */
export const RACES: readonly RejectionRule[] = [
  {
    id: 'race',
    pattern:
      /cannot lock ref|but expected|incorrect old value provided|reference already exists|reference does not exist|failed to update ref|failed to delete|failed to lock|failed to write|stale info|remote ref has changed|has changed concurrently|reference is missing|unable to resolve reference/i,
    meaning: 'Somebody else changed the ref at the same time.',
    remedy: 'Run the mirror again.',
    isRace: true,
  },
];

/** Refusals of names that cannot stand beside others; git has the same words for a race. */
export const CONFLICTS: readonly RejectionRule[] = [
  {
    id: 'name-conflict',
    pattern: /exists; cannot create|refname conflict/,
    meaning: 'The name conflicts with another name on the target: `a` and `a/b` cannot both exist.',
    remedy: 'Delete or rename the other ref on the target.',
    // It may have been made since the target was read; then a new plan takes it into account.
    isRace: true,
  },
  {
    id: 'case-conflict',
    pattern: /reference conflict due to case-insensitive filesystem/,
    meaning:
      'The name differs from another name only in upper and lower case, and the disk of the target cannot tell them apart.',
    remedy: 'Rename or exclude one of the two refs on the source.',
  },
];

/** Refusals of any Git server; hosts may say more. */
export const GIT_REJECTIONS: readonly RejectionRule[] = [
  {
    id: 'hidden-ref',
    pattern: /deny(?:ing)? (?:updating|deleting) a hidden ref/i,
    meaning: 'The name is reserved on the target.',
    remedy: 'Exclude the ref.',
  },
  {
    id: 'force-push',
    pattern: /non-fast-forward|denyNonFastForwards/i,
    meaning: 'The target forbids force pushes (receive.denyNonFastForwards), and the ref has diverged there.',
    remedy: 'Allow force pushes on the target, or set `keep-divergent-refs`.',
  },
  {
    id: 'current-branch-deletion',
    pattern: /deletion of the current branch prohibited|default branch(?: \S+)? cannot be deleted/i,
    meaning: "It is the target's default branch.",
    remedy: 'To delete it, choose another default branch on the target.',
  },
  {
    id: 'deletion',
    pattern: /deletion prohibited|denyDeletes/i,
    meaning: 'The target forbids deletions (receive.denyDeletes).',
    remedy: 'Allow deletions on the target, or set `prune: never`.',
  },
  {
    id: 'checked-out',
    pattern: /branch is currently checked out/i,
    meaning: 'The branch is checked out in a work tree of the target.',
    remedy: 'Mirror into a bare repository, or set `receive.denyCurrentBranch` there to `updateInstead`.',
  },
  {
    id: 'dirty-work-tree',
    pattern: /Working directory has (?:un)?staged changes|Could not update working tree to new HEAD/,
    meaning: 'The branch is checked out in a work tree of the target that has changes of its own.',
    remedy: 'Commit these changes to another branch there, or discard them.',
  },
  {
    id: 'shallow',
    pattern: /shallow update not allowed/i,
    meaning: 'Objects are missing from the source, such as those of a shallow clone.',
    remedy: 'Mirror from a complete repository.',
  },
  {
    id: 'missing-objects',
    pattern:
      /missing necessary objects|did not receive expected object|unresolved deltas|missing object|missing commit|missing tree|missing blob|missing unknown/i,
    meaning: 'Objects that the ref needs are missing on the target: it has lost them, or the source did not send them.',
    remedy: 'Run `git fsck` in both repositories, and repair the one in which it finds something missing.',
    isVague: true,
  },
  {
    id: 'pack-size',
    pattern: /pack exceeds maximum allowed size|maximum (?:input|pack) size/i,
    meaning:
      'The push is larger than the target accepts (GitHub: 2 GiB, Bitbucket: 3.5 GB, git: receive.maxInputSize).',
    remedy: 'Mirror in steps, with fewer `branches` at first, so that each push stays below the limit.',
  },
  ...OBJECTS,
  {
    id: 'hook',
    pattern: /hook declined/i,
    meaning: 'A hook or a rule of the target refuses this ref.',
    remedy: "Read the server's words, and let the owner of the token bypass the rule.",
    isVague: true,
  },
];
