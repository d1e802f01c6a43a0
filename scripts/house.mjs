// Counts what makes a house of sources hard to live in: `node scripts/house.mjs [folder]` prints the counts, and with
// `--list` the places. It judges nothing; the linter does.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import ts from 'typescript';
import { FLOORS } from './floors.mjs';
import { circleThrough, importGraph, isDownward, placeOf } from './imports.mjs';
import { readingsOfUserinfo } from './userinfo.mjs';

const LONGEST_FUNCTION = 40;
const LONGEST_FILE = 300;
const MOST_PARAMETERS = 4;

const isListed = process.argv.includes('--list');
const [root = 'src'] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const graph = importGraph(root);
const texts = new Map([...graph.keys()].map((file) => [file, readFileSync(file, 'utf8')]));
const linesOf = (text) => text.split('\n').length - 1;
const matching = (pattern) =>
  [...texts].flatMap(([file, text]) =>
    Array.from(text.matchAll(pattern), ({ index }) => `${file}:${linesOf(text.slice(0, index)) + 1}`),
  );

/** Every function of a file, with its first and last line. */
const functionsIn = (file) => {
  const source = ts.createSourceFile(file, texts.get(file), ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body !== undefined) {
      const line = (position) => source.getLineAndCharacterOfPosition(position).line + 1;
      const [first, last] = [line(node.getStart(source)), line(node.end)];
      found.push({ place: `${file}:${first}`, lines: last - first + 1, parameters: node.parameters.length });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};

const functions = [...texts.keys()].flatMap(functionsIn);
const upward = [...graph].flatMap(([file, imports]) =>
  imports
    .filter(({ to, isFile }) => isFile && !isDownward(file, to, { root, floors: FLOORS }))
    .map(({ to }) => `${file} -> ${to}`),
);
const circles = new Set(
  [...graph.keys()].flatMap((file) => {
    const way = circleThrough(file, graph);
    return way === undefined ? [] : [[...new Set(way)].sort().join(' ')];
  }),
);

const counts = {
  'functions over 40 lines': functions.filter(({ lines }) => lines > LONGEST_FUNCTION).map(({ place }) => place),
  'files over 300 lines': [...texts].filter(([, text]) => linesOf(text) > LONGEST_FILE).map(([file]) => file),
  'parameters over four': functions.filter(({ parameters }) => parameters > MOST_PARAMETERS).map(({ place }) => place),
  circles: [...circles],
  'upward arrows': upward,
  'doc comments': matching(/\/\*\*\s/g),
  'doc comments that begin with What, Whether, Where, How or Why': matching(
    /\/\*\*\s+(?:\*\s+)?(?:What|Whether|Where|How|Why)\b/g,
  ),
  'pauses before another try': matching(/\bawait (?:[\w.#]+\.)?sleep\(/g),
  'files that start a process': [...texts]
    .filter(([, text]) => /from 'node:child_process'|from '@actions\/exec'/.test(text))
    .map(([file]) => file),
  'files that read userinfo': [
    ...new Set(readingsOfUserinfo([...texts.keys()]).map((place) => place.replace(/:\d+$/, ''))),
  ],
};

const rooms = new Map();
for (const [file, text] of texts) {
  const { room } = placeOf(file, root, FLOORS);
  const { files, lines } = rooms.get(room) ?? { files: 0, lines: 0 };
  rooms.set(room, { files: files + 1, lines: lines + linesOf(text) });
}
const row = (name, ...numbers) => console.log(name.padEnd(64) + numbers.map((one) => String(one).padStart(8)).join(''));
row('room', 'files', 'lines');
for (const [room, { files, lines }] of [...rooms].sort()) row(room === '' ? relative('.', root) : room, files, lines);
row(
  'all',
  texts.size,
  [...texts.values()].reduce((sum, text) => sum + linesOf(text), 0),
);
console.log();
for (const [name, places] of Object.entries(counts)) {
  row(name, places.length);
  if (isListed && name !== 'doc comments') for (const place of places) console.log(`  ${place}`);
}
