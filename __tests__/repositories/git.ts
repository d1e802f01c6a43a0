import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DATE = '2020-01-01T00:00:00Z';

/** An environment in which git sees no configuration of this machine or its user, and dates are fixed. */
export function isolatedGit(): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'A U Thor',
    GIT_AUTHOR_EMAIL: 'author@example.com',
    GIT_COMMITTER_NAME: 'C O Mitter',
    GIT_COMMITTER_EMAIL: 'committer@example.com',
    GIT_AUTHOR_DATE: DATE,
    GIT_COMMITTER_DATE: DATE,
  };
}

/** Runs git and returns what it prints, without the last line feed. */
export function git(folder: string, args: readonly string[], input = ''): string {
  const settings = ['-c', 'gc.auto=0', '-c', 'init.defaultBranch=main', '-c', 'maintenance.auto=false'];
  return execFileSync('git', [...settings, '-C', folder, ...args], {
    env: isolatedGit(),
    encoding: 'utf8',
    input,
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['pipe', 'pipe', 'pipe'],
  }).replace(/\n$/, '');
}

/** A folder for one test, gone with {@link Scratch.remove}. */
export class Scratch {
  readonly path = mkdtempSync(join(tmpdir(), 'push-mirror-test-'));

  join(...parts: readonly string[]): string {
    return join(this.path, ...parts);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A bare repository whose history is made object by object: no work tree, no index, fast. */
export class TestRepository {
  readonly path: string;
  #commits = 0;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes an empty bare repository. */
  static create(
    path: string,
    options: { readonly format?: 'sha1' | 'sha256'; readonly defaultBranch?: string } = {},
  ): TestRepository {
    const { format = 'sha1', defaultBranch = 'main' } = options;
    git('/', ['init', '--quiet', '--bare', `--object-format=${format}`, `--initial-branch=${defaultBranch}`, path]);
    return new TestRepository(path);
  }

  /** The repository at a path at which there is one. */
  static at(path: string): TestRepository {
    return new TestRepository(path);
  }

  git(args: readonly string[], input = ''): string {
    return git(this.path, args, input);
  }

  /**
   * Makes a commit that is unlike any other of this repository, with one file.
   *
   * @param content of the file `file`
   * @returns its id
   */
  commit(parents: readonly string[] = [], content = `content ${(this.#commits += 1)} of ${this.path}`): string {
    const blob = this.git(['hash-object', '-w', '--stdin'], content);
    const tree = this.git(['mktree'], `100644 blob ${blob}\tfile\n`);
    const message = `commit ${(this.#commits += 1)}`;
    return this.git(['commit-tree', tree, '-m', message, ...parents.flatMap((parent) => ['-p', parent])]);
  }

  /** Makes a line of commits, the first on top of `parent`; returns the last one's id. */
  commits(count: number, parent?: string): string {
    let tip = parent;
    for (let made = 0; made < count; made += 1) tip = this.commit(tip === undefined ? [] : [tip]);
    return tip ?? '';
  }

  /** Makes an annotated tag object; returns its id. The ref is not made. */
  tagObject(name: string, target: string, type = 'commit'): string {
    return this.git(
      ['mktag'],
      `object ${target}\ntype ${type}\ntag ${name}\ntagger T <t@example.com> 1577836800 +0000\n\nthe tag ${name}\n`,
    );
  }

  /** Points refs, by full name, to objects; null takes a ref away. */
  set(refs: Readonly<Record<string, string | null>>): void {
    const lines = Object.entries(refs).map(([ref, id]) => (id === null ? `delete ${ref}\n` : `update ${ref} ${id}\n`));
    this.git(['update-ref', '--no-deref', '--stdin'], lines.join(''));
  }

  /** Makes a symbolic ref. */
  symref(ref: string, target: string): void {
    this.git(['symbolic-ref', ref, target]);
  }

  /** Branches and tags by full name, symbolic refs left out. */
  refs(): Record<string, string> {
    const lines = this.git([
      'for-each-ref',
      '--format=%(refname) %(objectname) %(symref)',
      'refs/heads',
      'refs/tags',
    ]).split('\n');
    const refs = lines.filter((line) => line !== '').map((line) => line.split(' '));
    return Object.fromEntries(refs.filter(([, , symref]) => !symref).map(([ref = '', id = '']) => [ref, id]));
  }

  /** What `git fsck --full --strict` finds; empty where all is well. Dangling objects are well. */
  fsck(): string {
    return this.git(['fsck', '--full', '--no-dangling', '--no-progress']);
  }

  /** Whether one commit is an ancestor of another; false for what is no commit or not there. */
  isAncestor(one: string, other: string): boolean {
    try {
      this.git(['merge-base', '--is-ancestor', one, other]);
      return true;
    } catch {
      return false;
    }
  }

  /** Copies the objects and refs of another repository here as they are. */
  copyFrom(other: TestRepository): void {
    this.git([
      'fetch',
      '--quiet',
      '--no-tags',
      '--prune',
      other.path,
      '+refs/heads/*:refs/heads/*',
      '+refs/tags/*:refs/tags/*',
    ]);
  }
}
