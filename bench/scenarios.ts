import type { TestRepository } from '../__tests__/repositories/git.js';
import type { Report } from '../src/report/report.js';
import { commitAdded } from './lfs-objects.js';
import { commitOn, OWN_BRANCHES } from './repositories.js';

/** One thing to measure: how the source differs from the target. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** Whether it is repeated, and the median counts. */
  readonly repeated: boolean;
  /** Whether the target starts empty; else it starts as the source was. */
  readonly startsEmpty: boolean;
  /** Changes the source, which was like the target. */
  readonly change: (source: TestRepository) => void;
  /** How many refs push-mirror has to say it changed, by outcome; others must be 0. */
  readonly expected: (source: TestRepository) => Partial<Report['counts']>;
}

const FORCED = 10;
const DELETED = 10;

/** What is measured, in this order. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'nothing-changed',
    title: 'Nothing changed',
    repeated: true,
    startsEmpty: false,
    change: () => undefined,
    expected: () => ({}),
  },
  {
    name: 'one-commit',
    title: 'One commit',
    repeated: true,
    startsEmpty: false,
    change: addCommit,
    expected: () => ({ updated: 1 }),
  },
  {
    name: 'fifty-branches',
    title: `${OWN_BRANCHES.length} branches: ${FORCED} forced, ${DELETED} deleted`,
    repeated: false,
    startsEmpty: false,
    change: changeBranches,
    expected: () => ({ updated: OWN_BRANCHES.length - FORCED - DELETED, forced: FORCED, deleted: DELETED }),
  },
  {
    name: 'first-mirror',
    title: 'First mirror, into an empty target',
    repeated: false,
    startsEmpty: true,
    change: () => undefined,
    expected: (source) => ({ created: Object.keys(source.refs()).length }),
  },
];

/** What is measured with Git LFS objects, in this order. */
export const LFS_SCENARIOS: readonly Scenario[] = [
  {
    name: 'lfs-first-mirror',
    title: 'First mirror, into an empty target',
    repeated: false,
    startsEmpty: true,
    change: () => undefined,
    expected: (source) => ({ created: Object.keys(source.refs()).length }),
  },
  {
    name: 'lfs-one-commit',
    title: 'One commit with 3 new objects',
    repeated: true,
    startsEmpty: false,
    change: commitAdded,
    expected: () => ({ updated: 1 }),
  },
];

/** Adds one commit to the default branch. */
export function addCommit(source: TestRepository): void {
  const tip = source.git(['rev-parse', 'HEAD']);
  source.set({ [source.git(['symbolic-ref', 'HEAD'])]: commitOn(source, tip, [tip], 'one more commit') });
}

function changeBranches(source: TestRepository): void {
  const tips = source.refs();
  const changes = OWN_BRANCHES.map((branch, at): [string, string | null] => {
    if (at < DELETED) return [branch, null];
    const tip = tips[branch] ?? '';
    const parents = at < DELETED + FORCED ? parentsOf(source, tip) : [tip];
    return [branch, commitOn(source, tip, parents, `a commit on ${branch}`)];
  });
  source.set(Object.fromEntries(changes));
}

function parentsOf(repository: TestRepository, commit: string): string[] {
  return repository.git(['rev-list', '--parents', '-n', '1', commit]).split(' ').slice(1);
}
