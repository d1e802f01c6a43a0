import { readFileSync, realpathSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** As deep as git follows them. */
const DEEPEST = 5;
const MOST = 1000;
const LARGEST_FILE = 256 * 1024;

/**
 * Finds the folders with objects that a repository borrows from others, and those borrow themselves
 * (gitrepository-layout, `objects/info/alternates`). They need not be there.
 *
 * @param objects the repository's own folder with objects
 * @param more further such folders, as in `GIT_ALTERNATE_OBJECT_DIRECTORIES`
 */
export function alternatesOf(objects: string, more = ''): readonly string[] {
  const found = new Set<string>();
  const follow = (folder: string, depth: number): void => {
    for (const path of depth > DEEPEST ? [] : namedIn(folder)) add(path, depth);
  };
  const add = (path: string, depth: number): void => {
    if (path === objects || found.has(path) || found.size >= MOST) return;
    found.add(path);
    follow(path, depth + 1);
  };
  const given = more === '' ? [] : more.split(delimiter);
  for (const path of given.filter((one) => one !== '')) add(resolve(unquote(path)), 0);
  follow(objects, 0);
  return [...found];
}

function namedIn(objects: string): string[] {
  const file = join(objects, 'info', 'alternates');
  try {
    const found = statSync(file);
    // Of a named pipe there is no end.
    if (!found.isFile() || found.size > LARGEST_FILE) return [];
    const start = realpathSync(objects);
    const lines = readFileSync(file, 'utf8').split('\n');
    const named = lines.filter((line) => line !== '' && !line.startsWith('#'));
    return named.map((line) => resolve(start, unquote(line)));
  } catch {
    return [];
  }
}

/** Reads a name as git writes it: in quotes, with escapes, where it has characters that need them. */
function unquote(text: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(text)?.[1];
  if (quoted === undefined) return text;
  const bytes = Buffer.from(quoted).toString('latin1');
  const plain = bytes.replace(/\\([0-3][0-7]{2}|.)/g, (_, escaped: string) =>
    escaped.length === 3 ? String.fromCharCode(parseInt(escaped, 8)) : (ESCAPES[escaped] ?? escaped),
  );
  return Buffer.from(plain, 'latin1').toString();
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
};
