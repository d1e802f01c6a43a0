import { copyFileSync, linkSync, mkdirSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { git, TestRepository } from '../__tests__/repositories/git.js';

/** The branches that the scenarios change, so that any repository has enough of them. */
export const OWN_BRANCHES = Array.from(
  { length: 50 },
  (_, number) => `refs/heads/push-mirror-bench/${String(number).padStart(2, '0')}`,
);

/** How large a repository is. */
export interface RepositoryFigures {
  readonly generated: boolean;
  readonly commits: number;
  readonly branches: number;
  readonly tags: number;
  readonly packBytes: number;
}

/**
 * Copies the branches and tags of any repository into a new bare one, which shares nothing with it, and adds the
 * branches that the scenarios change: each on a commit of the default branch.
 */
export function prepareBase(original: string, path: string): TestRepository {
  git('/', ['clone', '--quiet', '--bare', '--no-local', original, path]);
  const base = TestRepository.at(path);
  base.git(['remote', 'remove', 'origin']);
  if (base.git(['rev-parse', '--is-shallow-repository']) === 'true') throw new Error(`${original} is a shallow clone.`);
  // Such as HEAD of a work tree, if it is detached.
  base.set(Object.fromEntries(foreignRefs(base).map((ref) => [ref, null])));
  if (!hasDefaultBranch(base)) base.symref('HEAD', firstBranch(base, original));
  const line = base.git(['rev-list', '--first-parent', 'HEAD']).split('\n');
  const commits = OWN_BRANCHES.map((_, at) => line[Math.floor((at * line.length) / OWN_BRANCHES.length)] ?? '');
  base.set(Object.fromEntries(OWN_BRANCHES.map((branch, at) => [branch, commits[at] ?? ''])));
  base.git(['pack-refs', '--all']);
  return base;
}

/** Counts what a repository holds. */
export function figuresOf(repository: TestRepository, generated: boolean): RepositoryFigures {
  const names = Object.keys(repository.refs());
  const sizes = repository.git(['count-objects', '-v']);
  return {
    generated,
    commits: Number(repository.git(['rev-list', '--count', '--branches', '--tags'])),
    branches: names.filter((name) => name.startsWith('refs/heads/')).length,
    tags: names.filter((name) => name.startsWith('refs/tags/')).length,
    packBytes: Number(/^size-pack: (\d+)$/m.exec(sizes)?.[1]) * 1024,
  };
}

/**
 * Copies a repository without reading its objects: their files are linked, which git never changes but only
 * replaces. What is added to the copy is not added to the original.
 */
export function copyRepository(original: string, path: string): TestRepository {
  for (const entry of readdirSync(original, { recursive: true, withFileTypes: true })) {
    const from = join(entry.parentPath, entry.name);
    const inside = relative(original, from);
    const to = join(path, inside);
    mkdirSync(entry.isDirectory() ? to : join(to, '..'), { recursive: true });
    if (entry.isDirectory()) continue;
    if (inside.startsWith(`objects${sep}`)) linkSync(from, to);
    else copyFileSync(from, to);
  }
  return TestRepository.at(path);
}

/** Makes a commit that adds one file to what a commit holds. */
export function commitOn(repository: TestRepository, start: string, parents: readonly string[], text: string): string {
  const blob = repository.git(['hash-object', '-w', '--stdin'], text);
  const entries = repository.git(['ls-tree', '-z', start]);
  const tree = repository.git(['mktree', '-z', '--missing'], `${entries}100644 blob ${blob}\tpush-mirror-bench\0`);
  const options = parents.flatMap((parent) => ['-p', parent]);
  return repository.git(['commit-tree', tree, '-m', text, ...options]);
}

function foreignRefs(repository: TestRepository): string[] {
  const names = repository.git(['for-each-ref', '--format=%(refname)']).split('\n');
  return names.filter((name) => name !== '' && !/^refs\/(heads|tags)\//.test(name));
}

function hasDefaultBranch(repository: TestRepository): boolean {
  try {
    return repository.refs()[repository.git(['symbolic-ref', 'HEAD'])] !== undefined;
  } catch {
    return false;
  }
}

function firstBranch(repository: TestRepository, original: string): string {
  const branch = Object.keys(repository.refs()).find((name) => name.startsWith('refs/heads/'));
  if (branch === undefined) throw new Error(`${original} has no branch.`);
  return branch;
}
