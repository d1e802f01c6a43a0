import type { RejectionRule } from './host.js';

/** Git's own words (builtin/receive-pack.c, refs.c, refs/files-backend.c), which hosts pass on: somebody was faster. */
export const RACES: readonly RejectionRule[] = [
  {
    id: 'race',
    pattern:
      /cannot lock ref|but expected|incorrect old value provided|reference already exists|reference does not exist|failed to update ref|failed to delete|stale info|remote ref has changed|reference is missing|unable to resolve reference/i,
    meaning: 'Somebody else changed the ref at the same time.',
    remedy: 'Run the mirror again.',
    isRace: true,
  },
];

/** Names that cannot stand beside others; git says so in words that it also has for a race. */
export const CONFLICTS: readonly RejectionRule[] = [
  {
    id: 'name-conflict',
    pattern: /exists; cannot create|refname conflict/,
    meaning: 'The name cannot stand beside another one on the target: one is a folder of the other (`a` and `a/b`).',
    remedy: 'Delete or rename the other one on the target.',
    // It may have been made since the target was read; then a new plan takes it into account.
    isRace: true,
  },
  {
    id: 'case-conflict',
    pattern: /reference conflict due to case-insensitive filesystem/,
    meaning: 'The name differs from another one in case alone, which the disk of the target cannot tell apart.',
    remedy: 'Rename one of the two at the source, or exclude it.',
  },
];

/** Refusals of any Git server, where no host has said more. */
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
    pattern: /deletion of the current branch prohibited|default branch.* cannot be deleted/i,
    meaning: "It is the target's default branch.",
    remedy: 'Choose another default branch there, then it can be deleted.',
  },
  {
    id: 'deletion',
    pattern: /deletion prohibited|denyDeletes/i,
    meaning: 'The target forbids deletions (receive.denyDeletes).',
    remedy: 'Allow them there, or set `prune: never`.',
  },
  {
    id: 'checked-out',
    pattern: /branch is currently checked out/i,
    meaning: 'The target is no bare repository and has this branch checked out.',
    remedy: 'Mirror into a bare repository.',
  },
  {
    id: 'shallow',
    pattern: /shallow update not allowed|missing necessary objects|did not receive expected object/i,
    meaning: 'Objects are missing from the source, such as those of a shallow clone.',
    remedy: 'Mirror from a complete repository.',
  },
  {
    id: 'pack-size',
    pattern: /pack exceeds maximum allowed size|maximum (?:input|pack) size/i,
    meaning:
      'The push is larger than the target takes at once (GitHub: 2 GiB, Bitbucket: 3.5 GB, git: receive.maxInputSize).',
    remedy: 'Mirror in steps, with fewer `branches` at first, so that each push stays below the limit.',
  },
  {
    id: 'fsck',
    pattern: /fsck error|in packed object|index-pack abnormal exit|unpacker error|index-pack failed|unpack-objects/i,
    meaning: 'The target could not take the objects.',
    remedy:
      "Look at the server's words: a full disk, a size limit, or an object that its checks (receive.fsckObjects) forbid.",
    isVague: true,
  },
  {
    id: 'hook',
    pattern: /hook declined/i,
    meaning: 'A hook or a rule of the target refuses this ref.',
    remedy: "Look at the server's words, and let the owner of the token pass the rule.",
    isVague: true,
  },
];
