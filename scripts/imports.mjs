// The graph of imports of a folder of sources: which file opens which.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const slashed = (path) => path.split(sep).join('/');

/** Every source file below a folder, as paths with `/`. */
export const sourceFiles = (root) =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => slashed(join(entry.parentPath, entry.name)))
    .sort();

const IMPORT = /\b(?:(import|export)\s+(type\s)?[^'"`;()]*?\bfrom\s*|import\s*\(?\s*)'([^']+)'/g;

/** The imports of a text: the file or package that each opens, and if it opens no more than types. */
export const importsIn = (file, text = readFileSync(file, 'utf8')) =>
  Array.from(text.matchAll(IMPORT), ([, , type, name]) => ({
    to: name.startsWith('.') ? `${slashed(join(dirname(file), name)).replace(/\.js$/, '')}.ts` : name,
    isFile: name.startsWith('.'),
    isType: type !== undefined,
  }));

/** All files below a folder, each with its imports. */
export const importGraph = (root) => new Map(sourceFiles(root).map((file) => [file, importsIn(file)]));

/** The shortest way over files from the start to the first place where an import is `wanted`; types are ways, too, if they count. */
const wayTo = (start, graph, wanted, doTypesCount) => {
  const ways = [[start]];
  const seen = new Set([start]);
  for (const way of ways) {
    for (const { to, isFile, isType } of graph.get(way.at(-1)) ?? []) {
      if (isType && !doTypesCount) continue;
      if (wanted(to, isFile)) return [...way, to];
      if (!isFile || seen.has(to)) continue;
      seen.add(to);
      ways.push([...way, to]);
    }
  }
  return undefined;
};

/** The shortest way from a file back to itself, types included. */
export const circleThrough = (file, graph) => wayTo(file, graph, (to) => to === file, true);

/** `node:process` lends the built-in modules for hashing, and the linter forbids the global of that name. */
const PURE_MODULES = ['node:util', 'node:process'];

/** The shortest way from a file to a package or a module of Node.js that it loads when it runs, but for pure ones. */
export const wayOutside = (file, graph) =>
  wayTo(file, graph, (to, isFile) => !isFile && !PURE_MODULES.includes(to), false);

/** The room of a file (its folder below the root) and the number of its floor, -1 where the table has none. */
export const placeOf = (file, root, floors) => {
  const room = slashed(relative(root, dirname(file)));
  return { room, floor: floors.findIndex((rooms) => rooms.includes(room)) };
};

/** If an import goes to a floor below, or stays in its room. */
export const isDownward = (from, to, { root, floors }) => {
  const [here, there] = [placeOf(from, root, floors), placeOf(to, root, floors)];
  return here.room === there.room ? here.floor >= 0 : there.floor >= 0 && there.floor < here.floor;
};
