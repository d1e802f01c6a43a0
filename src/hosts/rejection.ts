/** What a server's refusal of a ref means, and what a user can do about it. */
export interface Rejection {
  /** Whether somebody else moved the ref meanwhile, so that planning again may help. */
  readonly isRace: boolean;
  /** The one thing to do. */
  readonly remedy: string | undefined;
}

interface Rule {
  readonly pattern: RegExp;
  readonly isRace?: true;
  readonly remedy?: string;
}

// Git's own words (builtin/receive-pack.c, refs.c, refs/files-backend.c) come first; hosts pass them on.
const RULES: readonly Rule[] = [
  {
    pattern:
      /cannot lock ref|but expected|incorrect old value provided|reference already exists|failed to update ref|failed to delete|stale info|remote ref has changed|reference is missing|unable to resolve reference/i,
    isRace: true,
  },
  {
    pattern: /non-fast-forward|denyNonFastForwards/i,
    remedy: 'The target forbids force pushes (receive.denyNonFastForwards): allow them, or set `keep-divergent-refs`.',
  },
  {
    pattern: /deletion of the current branch prohibited|default branch of a project cannot be deleted/i,
    remedy: "It is the target's default branch: choose another default branch there, then it can be deleted.",
  },
  {
    pattern: /deletion prohibited|denyDeletes/i,
    remedy: 'The target forbids deletions: allow them, or set `prune: never`.',
  },
  {
    pattern: /branch is currently checked out/i,
    remedy: 'The target is no bare repository and has this branch checked out: mirror into a bare repository.',
  },
  {
    pattern: /hook declined/i,
    remedy:
      "A rule of the target refuses this ref: look at the server's words above, and let the token's owner bypass the rule.",
  },
  {
    pattern: /deny(?:ing)? (?:updating|deleting) a hidden ref/i,
    remedy: 'The name is reserved on the target: exclude the ref.',
  },
  {
    pattern: /shallow update not allowed|missing necessary objects|did not receive expected object/i,
    remedy: 'Objects are missing from the source: mirror from a complete repository.',
  },
  {
    pattern: /unpack|index-pack/i,
    remedy: "The target could not take the objects: look at the server's words above.",
  },
];

/** @param reason the server's words on one ref */
export function explainRejection(reason: string): Rejection {
  const rule = RULES.find(({ pattern }) => pattern.test(reason));
  return { isRace: rule?.isRace === true, remedy: rule?.remedy };
}
