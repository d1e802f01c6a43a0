import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keptLocally, localPath, type LfsObject } from '../__tests__/repositories/lfs.js';
import { TestRepository } from '../__tests__/repositories/git.js';
import { refsOf } from '../__tests__/repositories/rules.js';
import type { LfsStore } from '../__tests__/servers/lfs-server.js';

/** A target, as it is on disk. */
export interface State {
  readonly refs: ReadonlyMap<string, string>;
  /** The findings of `git fsck --full`; empty where all is well. */
  readonly problems: string;
  /** Paths of files of git that keep others from writing. */
  readonly locks: readonly string[];
}

/** Looks at a repository, which may not exist. */
export function stateOf(path: string): State {
  if (!existsSync(join(path, 'HEAD'))) return { refs: new Map(), problems: '', locks: [] };
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return {
    refs: refsOf(path),
    problems: problemsOf(path),
    locks: names.filter((name) => name.endsWith('.lock')).map((name) => join(path, name)),
  };
}

function problemsOf(path: string): string {
  try {
    TestRepository.at(path).fsck();
    return '';
  } catch (error) {
    return String(error);
  }
}

/** The objects of these that a target does not have whole. */
export function lackingObjects(objects: readonly LfsObject[], read: (oid: string) => Buffer | undefined): string[] {
  return objects.map(({ oid }) => oid).filter((oid) => oid !== sha256(read(oid)));
}

/** Reads objects of a folder's own store. */
export function folderReader(path: string): (oid: string) => Buffer | undefined {
  const held = new Set(keptLocally(path));
  return (oid) => (held.has(oid) ? readFileSync(localPath(path, oid)) : undefined);
}

/** Reads objects of a server. */
export function serverReader(store: LfsStore): (oid: string) => Buffer | undefined {
  const held = new Set(store.oids());
  return (oid) => (held.has(oid) ? store.read(oid) : undefined);
}

/** Files of a folder's store that bear an object's name, and are not that object; unfinished files. */
export function falseObjects(path: string): string[] {
  const read = folderReader(path);
  const folder = join(path, 'lfs', 'objects');
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  return [
    ...keptLocally(path).filter((oid) => oid !== sha256(read(oid))),
    ...names.filter((name) => name.endsWith('.part')),
  ];
}

function sha256(content: Buffer | undefined): string {
  return createHash('sha256')
    .update(content ?? '')
    .digest('hex');
}
