import { createCipheriv, createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestRepository } from './git.js';

/** What a pointer stands for. */
export interface LfsObject {
  readonly oid: string;
  readonly size: number;
  readonly content: Buffer;
}

/** A commit on a branch, on top of what the branch has. */
export interface LfsCommit {
  /** By full name; `refs/heads/main` if none is given. */
  readonly ref?: string;
  /** Files by path: objects as pointers, texts as they are, null to delete. */
  readonly files: Readonly<Record<string, LfsObject | string | null>>;
  /** The patterns that `.gitattributes` has go to LFS; the file is left alone if none are given. */
  readonly track?: readonly string[];
}

const DATE = 1_577_836_800;

/** The object with these bytes. */
export function lfsObject(content: string | Buffer): LfsObject {
  const bytes = Buffer.from(content);
  return { oid: sha256(bytes), size: bytes.length, content: bytes };
}

/** An object of random bytes that a seed repeats. They are made anew whenever they are asked for, and not kept. */
export function generatedObject(seed: number, size: number): LfsObject {
  const key = createHash('sha256').update(`seed ${seed}`).digest();
  const make = (): Buffer => createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
  const oid = sha256(make());
  return {
    oid,
    size,
    get content() {
      return make();
    },
  };
}

/** Objects of one size, each unlike the others. */
export function generatedObjects(count: number, size: number, seed = 1): LfsObject[] {
  return Array.from({ length: count }, (_, index) => generatedObject(seed * 1_000_000 + index, size));
}

/** Files for a commit: the objects as `0.bin`, `1.bin` … in a folder. */
export function asFiles(objects: readonly LfsObject[], folder = 'data'): Record<string, LfsObject> {
  return Object.fromEntries(objects.map((object, index) => [`${folder}/${index}.bin`, object]));
}

/** The text of a pointer, as `git lfs` writes it; extension lines stand in it as they are given. */
export function pointer({ oid, size }: Pick<LfsObject, 'oid' | 'size'>, extensions: readonly string[] = []): string {
  return ['version https://git-lfs.github.com/spec/v1', ...extensions, `oid sha256:${oid}`, `size ${size}`, ''].join(
    '\n',
  );
}

/** Makes commits whose LFS files are pointers, without git-lfs and in one go; returns the last one's id. */
export function commitLfs(repository: TestRepository, ...commits: readonly LfsCommit[]): string {
  const known = new Map(Object.entries(repository.refs()));
  const stream = commits.map((commit, index) => fastImport(commit, known, index));
  repository.git(['fast-import', '--quiet', '--date-format=raw', '--done'], `${stream.join('')}done\n`);
  return repository.git(['rev-parse', commits.at(-1)?.ref ?? 'refs/heads/main']);
}

/** Makes a commit that has all files of that pattern go to LFS, with the objects in it, and keeps them beside it. */
export function commitWithObjects(repository: TestRepository, objects: readonly LfsObject[], folder = 'data'): string {
  keepLocally(repository.path, objects);
  return commitLfs(repository, { files: asFiles(objects, folder), track: ['*.bin'] });
}

/** Puts objects where git-lfs keeps a repository's own, below its `.git` or, if it is bare, itself. */
export function keepLocally(repository: string, objects: Iterable<LfsObject>): void {
  for (const { oid, content } of objects) {
    const folder = join(localFolder(repository), oid.slice(0, 2), oid.slice(2, 4));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, oid), content);
  }
}

/** The ids of the objects that a repository has on disk, in order. */
export function keptLocally(repository: string): string[] {
  const folder = localFolder(repository);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.flatMap((name) => /[0-9a-f]{64}$/.exec(name)?.[0] ?? []).sort();
}

/** Where a repository has one of its objects on disk. */
export function localPath(repository: string, oid: string): string {
  return join(localFolder(repository), oid.slice(0, 2), oid.slice(2, 4), oid);
}

/** Uploads objects as an LFS client does: batch, transfer, verification. */
export async function uploadLfs(endpoint: string, objects: readonly LfsObject[], credentials?: string): Promise<void> {
  const own =
    credentials === undefined ? {} : { Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  for (let at = 0; at < objects.length; at += 100) {
    const batch = objects.slice(at, at + 100);
    const question = {
      operation: 'upload',
      transfers: ['basic'],
      objects: batch.map(({ oid, size }) => ({ oid, size })),
    };
    const answer = await send('POST', `${endpoint}/objects/batch`, own, JSON.stringify(question));
    const { objects: answered } = (await answer.json()) as { objects: readonly Answered[] };
    for (const [index, { actions }] of answered.entries()) await carryOut(actions, batch[index]!);
  }
}

interface Action {
  readonly href: string;
  readonly header?: Readonly<Record<string, string>>;
}

interface Answered {
  readonly actions?: { readonly upload: Action; readonly verify?: Action };
}

async function carryOut(actions: Answered['actions'], { oid, size, content }: LfsObject): Promise<void> {
  if (actions === undefined) return;
  // Gitea asks for it, and `fetch` does not let it be set.
  const { 'Transfer-Encoding': _, ...headers } = actions.upload.header ?? {};
  await send('PUT', actions.upload.href, { 'Content-Type': 'application/octet-stream', ...headers }, content);
  const { verify } = actions;
  if (verify !== undefined) await send('POST', verify.href, { ...verify.header }, JSON.stringify({ oid, size }));
}

async function send(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
): Promise<Response> {
  const type = 'application/vnd.git-lfs+json';
  const bytes = typeof body === 'string' ? body : new Uint8Array(body);
  const answer = await fetch(url, { method, headers: { Accept: type, 'Content-Type': type, ...headers }, body: bytes });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** @param known the tips that fast-import does not know yet: those that it has not made itself */
function fastImport(commit: LfsCommit, known: Map<string, string>, index: number): string {
  const { ref = 'refs/heads/main', files, track } = commit;
  const attributes = track?.map((pattern) => `${pattern} filter=lfs diff=lfs merge=lfs -text\n`).join('');
  const all = { ...(attributes === undefined ? {} : { '.gitattributes': attributes }), ...files };
  const changes = Object.entries(all).map(([path, file]) => change(path, file));
  const tip = known.get(ref);
  known.delete(ref);
  return [
    `commit ${ref}\ncommitter C O Mitter <committer@example.com> ${DATE + index} +0000\n`,
    data(`LFS files ${index}`),
    ...(tip === undefined ? [] : [`from ${tip}\n`]),
    ...changes,
  ].join('');
}

function change(path: string, file: LfsCommit['files'][string]): string {
  if (file === null) return `D ${path}\n`;
  return `M 100644 inline ${path}\n${data(typeof file === 'string' ? file : pointer(file))}`;
}

function data(content: string): string {
  return `data ${Buffer.byteLength(content)}\n${content}\n`;
}

function localFolder(repository: string): string {
  const inside = join(repository, '.git');
  return join(existsSync(inside) ? inside : repository, 'lfs', 'objects');
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
