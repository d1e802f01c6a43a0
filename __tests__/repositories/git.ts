import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  loosePath,
  place,
  writeEmptyRepository,
  writeObject,
  type ObjectFormat,
  type ObjectType,
} from './loose-objects.js';

const DATE = '2020-01-01T00:00:00Z';
const SECONDS = Date.parse(DATE) / 1000;

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

const ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const SIMPLE_REF = /^refs(?:\/[\w+-]+(?:\.[\w+-]+)*)+$/;

/**
 * A bare repository whose history is made object by object: no work tree, no index. Objects and plain refs are written
 * as files, without git; what it holds is read by git alone.
 */
export class TestRepository {
  readonly path: string;
  #commits = 0;
  #objectFormat: ObjectFormat | undefined;

  private constructor(path: string, format?: ObjectFormat) {
    this.path = path;
    this.#objectFormat = format;
  }

  /** Makes an empty bare repository. */
  static create(
    path: string,
    options: { readonly format?: ObjectFormat; readonly defaultBranch?: string } = {},
  ): TestRepository {
    const { format = 'sha1', defaultBranch = 'main' } = options;
    writeEmptyRepository(path, `ref: refs/heads/${defaultBranch}`, format);
    return new TestRepository(path, format);
  }

  /** The repository at a path at which there is one. */
  static at(path: string): TestRepository {
    return new TestRepository(path);
  }

  git(args: readonly string[], input = ''): string {
    return git(this.path, args, input);
  }

  /** Writes an object, whatever it builds on; returns its id. */
  object(type: ObjectType, content: string | Buffer): string {
    return writeObject(this.#objects, type, Buffer.from(content), this.#format);
  }

  /** Writes a tree of plain files, whose names are in order. */
  tree(files: Readonly<Record<string, string>>): string {
    const entries = Object.entries(files).map(([name, content]) => [
      Buffer.from(`100644 ${name}\0`),
      Buffer.from(this.object('blob', content), 'hex'),
    ]);
    return this.object('tree', Buffer.concat(entries.flat()));
  }

  /**
   * Makes a commit that is unlike any other of this repository, with one file.
   *
   * @param content of the file `file`
   * @returns its id
   */
  commit(parents: readonly string[] = [], content = `content ${(this.#commits += 1)} of ${this.path}`): string {
    const message = `commit ${(this.#commits += 1)}`;
    for (const parent of parents) if (!ID.test(parent)) throw new Error(`${parent} is no object id`);
    return this.object(
      'commit',
      [
        `tree ${this.tree({ file: content })}`,
        ...parents.map((parent) => `parent ${parent}`),
        `author A U Thor <author@example.com> ${SECONDS} +0000`,
        `committer C O Mitter <committer@example.com> ${SECONDS} +0000`,
        '',
        `${message}\n`,
      ].join('\n'),
    );
  }

  /** Makes a line of commits, the first on top of `parent`; returns the last one's id. */
  commits(count: number, parent?: string): string {
    let tip = parent;
    for (let made = 0; made < count; made += 1) tip = this.commit(tip === undefined ? [] : [tip]);
    return tip ?? '';
  }

  /** Makes an annotated tag object; returns its id. The ref is not made. */
  tagObject(name: string, target: string, type = 'commit'): string {
    const tagger = `tagger T <t@example.com> ${SECONDS} +0000`;
    return this.object('tag', `object ${target}\ntype ${type}\ntag ${name}\n${tagger}\n\nthe tag ${name}\n`);
  }

  /** Points refs, by full name, to objects; null takes a ref away. */
  set(refs: Readonly<Record<string, string | null>>): void {
    const entries = Object.entries(refs);
    if (entries.every(([ref, id]) => this.#isPlain(ref, id))) {
      for (const [ref, id] of entries) place(join(this.path, ref), `${id}\n`);
      return;
    }
    const lines = entries.map(([ref, id]) => (id === null ? `delete ${ref}\n` : `update ${ref} ${id}\n`));
    this.git(['update-ref', '--no-deref', '--stdin'], lines.join(''));
  }

  /** Takes over every object of another repository, and no ref. */
  takeObjects(other: TestRepository): void {
    cpSync(other.#objects, this.#objects, { recursive: true, force: false });
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

  get #objects(): string {
    const bare = join(this.path, 'objects');
    return existsSync(bare) ? bare : join(this.path, '.git', 'objects');
  }

  get #format(): ObjectFormat {
    const isSha256 = (): boolean =>
      /objectformat\s*=\s*sha256/i.test(readFileSync(join(dirname(this.#objects), 'config'), 'utf8'));
    return (this.#objectFormat ??= isSha256() ? 'sha256' : 'sha1');
  }

  /** Whether git would write a ref as a file, too, and find nothing in its way. */
  #isPlain(ref: string, id: string | null): boolean {
    if (id === null || !ID.test(id) || !SIMPLE_REF.test(ref) || ref.includes('.lock')) return false;
    if (!existsSync(join(this.path, 'objects')) || existsSync(join(this.path, 'packed-refs'))) return false;
    if (!existsSync(loosePath(this.#objects, id))) return false;
    const kinds = ref.split('/').map((_, depth, parts) => kindOf(join(this.path, ...parts.slice(0, depth + 1))));
    return kinds.pop() !== 'folder' && !kinds.includes('file');
  }
}

function kindOf(path: string): 'file' | 'folder' | 'nothing' {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch {
    return 'nothing';
  }
}
