import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';

export type ObjectFormat = 'sha1' | 'sha256';
export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';

/** What a repository is to hold. */
export interface RepositoryContent {
  /** The objects, by id; what they build on comes along. */
  readonly tips: Iterable<string>;
  /** Refs by full name. */
  readonly refs: ReadonlyMap<string, string>;
  /** Symbolic refs by full name, with the refs that they stand for. */
  readonly symrefs: ReadonlyMap<string, string>;
  /** What stands in the file `HEAD`: `ref: refs/heads/main`, or an object id. */
  readonly head: string;
  /** Whether the refs stand in one file, as after `git pack-refs --all`. */
  readonly hasPackedRefs: boolean;
}

interface MadeObject {
  readonly type: ObjectType;
  readonly file: Buffer;
  readonly links: readonly string[];
}

/**
 * Objects made in memory, and repositories made of them by writing files: hundreds of repositories a second, because
 * no git is started. That what is written is sound is for `git fsck` to say.
 */
export class ObjectPool {
  readonly #objects = new Map<string, MadeObject>();

  blob(text: string): string {
    return this.#add('blob', Buffer.from(text), []);
  }

  /** @param files the blobs by name, in tree order */
  tree(files: Readonly<Record<string, string>>): string {
    const entries = Object.entries(files).flatMap(([name, id]) => [
      Buffer.from(`100644 ${name}\0`),
      Buffer.from(id, 'hex'),
    ]);
    return this.#add('tree', Buffer.concat(entries), Object.values(files));
  }

  /** @param time seconds since 1970 */
  commit(tree: string, parents: readonly string[], message: string, time: number): string {
    const lines = [
      `tree ${tree}`,
      ...parents.map((parent) => `parent ${parent}`),
      `author A U Thor <author@example.com> ${time} +0000`,
      `committer C O Mitter <committer@example.com> ${time} +0000`,
      '',
      message,
      '',
    ];
    return this.#add('commit', Buffer.from(lines.join('\n')), [tree, ...parents]);
  }

  /** An annotated tag of any object of this pool. */
  tag(name: string, target: string, message: string): string {
    const lines = [
      `object ${target}`,
      `type ${this.#get(target).type}`,
      `tag ${name}`,
      'tagger T Agger <tagger@example.com> 1577836800 +0000',
      '',
      message,
      '',
    ];
    return this.#add('tag', Buffer.from(lines.join('\n')), [target]);
  }

  /** Everything that these objects build on, themselves too. */
  closure(tips: Iterable<string>): ReadonlySet<string> {
    const seen = new Set(tips);
    for (const id of seen) for (const link of this.#get(id).links) seen.add(link);
    return seen;
  }

  /** The commits that a commit builds on, itself not. */
  ancestors(commit: string): string[] {
    return [...this.closure([commit])].filter((id) => id !== commit && this.#get(id).type === 'commit');
  }

  /** Makes a bare repository. */
  write(path: string, content: RepositoryContent): void {
    writeEmptyRepository(path, content.head);
    for (const id of this.closure([...content.tips, ...content.refs.values()])) {
      place(loosePath(join(path, 'objects'), id), this.#get(id).file);
    }
    if (content.hasPackedRefs && content.refs.size > 0) {
      const lines = Array.from(content.refs, ([name, id]) => `${id} ${name}\n`);
      writeFileSync(join(path, 'packed-refs'), lines.join(''));
    } else {
      for (const [name, id] of content.refs) place(join(path, name), `${id}\n`);
    }
    for (const [name, target] of content.symrefs) place(join(path, name), `ref: ${target}\n`);
  }

  #add(type: ObjectType, content: Buffer, links: readonly string[]): string {
    const object = withHeader(type, content);
    const id = createHash('sha1').update(object).digest('hex');
    if (!this.#objects.has(id)) this.#objects.set(id, { type, file: deflateSync(object), links });
    return id;
  }

  #get(id: string): MadeObject {
    const object = this.#objects.get(id);
    if (object === undefined) throw new Error(`the object ${id} has not been made`);
    return object;
  }
}

/** Makes an empty bare repository as `git init --bare` does, without its examples of hooks. */
export function writeEmptyRepository(path: string, head: string, format: ObjectFormat = 'sha1'): void {
  for (const folder of ['hooks', 'info', 'objects/info', 'objects/pack', 'refs/heads', 'refs/tags']) {
    mkdirSync(join(path, folder), { recursive: true });
  }
  const [version, extensions] = format === 'sha1' ? [0, ''] : [1, `[extensions]\n\tobjectformat = ${format}\n`];
  const core = `[core]\n\trepositoryformatversion = ${version}\n\tfilemode = true\n\tbare = true\n`;
  writeFileSync(join(path, 'config'), core + extensions);
  writeFileSync(join(path, 'HEAD'), `${head}\n`);
}

/** Writes an object below a folder `objects`, unless it is there; returns its id. */
export function writeObject(objects: string, type: ObjectType, content: Buffer, format: ObjectFormat): string {
  const object = withHeader(type, content);
  const id = createHash(format).update(object).digest('hex');
  const path = loosePath(objects, id);
  if (!existsSync(path)) place(path, deflateSync(object, { level: 1 }));
  return id;
}

/** The place of a loose object below a folder `objects`. */
export function loosePath(objects: string, id: string): string {
  return join(objects, id.slice(0, 2), id.slice(2));
}

function withHeader(type: ObjectType, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
}

/** Writes a file, and the folders it is in. */
export function place(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
