// The graph of imports of src/: which file opens which, types included.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Every source file below a folder, as paths with `/`. */
export const sourceFiles = (root) =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).split(sep).join('/'))
    .sort();

const IMPORT = /\b(?:from|import)\s*\(?\s*'(\.[^']+)\.js'/g;

/** The files that a source text imports, types and lazy imports included. */
export const importsOf = (file, text = readFileSync(file, 'utf8')) =>
  new Set(Array.from(text.matchAll(IMPORT), ([, path]) => `${join(dirname(file), path).split(sep).join('/')}.ts`));

/** All files below a folder, each with what it imports. */
export const importGraph = (root) => new Map(sourceFiles(root).map((file) => [file, importsOf(file)]));

/** The shortest way from a file back to itself, if there is one. */
export const circleThrough = (file, graph) => {
  const ways = [[file]];
  const seen = new Set();
  for (const way of ways) {
    for (const next of graph.get(way.at(-1)) ?? []) {
      if (next === file) return [...way, file];
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
};

/** The floor of a file and its room, in a table of floors from the ground up; a room is a folder below the root. */
export const placeOf = (file, root, floors) => {
  const folder = relative(root, dirname(file)).split(sep).join('/');
  const floor = floors.findIndex((rooms) => rooms.includes(folder));
  return { room: folder, floor };
};
