import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { gitFolder } from './git-folder.js';

/**
 * Names the refs that stand as files in a repository, whole or broken (gitrepository-layout, "refs"). Packed refs are not
 * among them, nor are those of a repository with another storage of refs.
 */
export async function looseRefs(path: string): Promise<string[]> {
  const folder = gitFolder(path);
  const names = await Promise.all(['heads', 'tags'].map((kind) => filesIn(join(folder, 'refs', kind))));
  return names
    .flat()
    .map((file) => relative(folder, file).split(sep).join('/'))
    .filter((name) => !name.endsWith('.lock'));
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
