import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Cuts in the sources to a length that is a limit: `.slice(0, MOST…)`, `.slice(-LONGEST…)`, and bytes made a text of. What
 * is shown is cut by `cut`, `cutBytes`, `cutToBytes` and `Tail`, which mark the place.
 */
const CUT =
  /\.(?:slice|substring|substr|subarray)\((?:0, )?-?(?:[A-Z][A-Z_]{2,}(?![\w.])|\w*(?:[Ll]imit|[Ll]ongest|[Mm]ost)\w*|\d{3,})[^)]*\)|\.subarray\(0[^)]*\)\.toString|\.toString\('utf-?8', 0, [A-Z]/g;

/** Cuts of what is not shown, or of lists, of which the number that is left out is told. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'action/publish.ts': 'lists of annotations',
  'action/summary/mirror.ts': 'a list of notes',
  'action/summary/refs.ts': 'a list of refs',
  'action/summary/summary.ts': 'lists of problems and mirrors',
  'hosts/push-words.ts': 'a list of lines',
  'lfs/search/search.ts': 'a list of branches',
  'lfs/search/stage.ts': 'lines of our own git, with ids and paths that are looked up',
  'lfs/wire/batch.ts': 'a date that is read',
  'list/document.ts': 'a list of mistakes',
  'mirror/haves.ts': 'a list of objects',
  'mirror/names.ts': 'a list of names',
  'mirror/notices.ts': 'a list of patterns',
  'redaction/secrets.ts': 'the part of a secret that is looked for',
  'protocol/http/server-words.ts': 'the place in which a message is looked for: one that is cut is none',
  'protocol/http/web-page.ts': 'names of schemes, which are known words',
  'protocol/programs/process.ts': 'chunks of what is cut when it is whole',
  'protocol/wire/pack.ts': 'a header of bytes',
  'protocol/wire/pkt-line.ts': 'a length of bytes',
  'protocol/printable.ts': 'the functions that cut',
  'protocol/userinfo.ts': 'a scheme that is read',
  'report/run-report.ts': 'a list of mirrors',
  'report/server-lines.ts': 'the end of lines that were shown, to be searched together with the next',
};

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const withCuts = files.filter((name) => (readFileSync(join('src', name), 'utf8').match(CUT) ?? []).length > 0);

test('whatever is shown is cut by functions that mark the place', () => {
  expect(withCuts.filter((name) => !Object.hasOwn(EXCEPTIONS, name))).toEqual([]);
});

test('no exception is left over', () => {
  expect(Object.keys(EXCEPTIONS).filter((name) => !withCuts.includes(name))).toEqual([]);
});

test.each([
  'text.slice(0, MOST)',
  'text.slice(-LONGEST_BEFORE)',
  'text.slice(0, limit)',
  'text.substring(0, 1000)',
  'bytes.subarray(0, end).toString()',
  "bytes.toString('utf8', 0, LONGEST)",
])('%s is a cut', (code) => {
  expect(code).toMatch(new RegExp(CUT.source));
});
