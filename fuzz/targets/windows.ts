import { WINDOW, WindowSet, windowsOf } from '../../src/redaction/windows.js';
import { anyOf, below, type Random } from '../bytes.js';
import { holds, type Target } from '../target.js';

/** Characters by which two windows that are taken for one differ at most: a hash forgets the oldest ones by and by. */
const FORGOTTEN = 2;

/** A character that counts, in small letters if it is one of ASCII, and its offset. */
interface Counted {
  readonly character: string;
  readonly at: number;
}

function countedIn(text: string, isLettersOnly: boolean): Counted[] {
  const all = text.split('').map((character, at) => ({
    character: /[A-Z]/.test(character) ? character.toLowerCase() : character,
    at,
  }));
  return isLettersOnly ? all.filter(({ character }) => /[a-z0-9]/.test(character)) : all;
}

function slices(counted: readonly Counted[]): string[] {
  const text = counted.map(({ character }) => character).join('');
  return Array.from({ length: Math.max(0, text.length - WINDOW + 1) }, (_, at) => text.slice(at, at + WINDOW));
}

/** Finds the windows of the first line in the other lines, and again in the plainest way. */
function find(input: Buffer, isLettersOnly: boolean): unknown {
  const whole = input.toString('utf8');
  const end = whole.indexOf('\n') + 1;
  const [secret, text] = [whole.slice(0, end), whole.slice(end)];
  const kind = isLettersOnly ? 'letters' : 'all';
  const set = new WindowSet();
  set.add(windowsOf(secret, kind));
  const runs = set.runsIn(windowsOf(text, kind));
  const counted = countedIn(text, isLettersOnly);
  const known = new Set(slices(countedIn(secret, isLettersOnly)));
  const endings = new Set(Array.from(known, (window) => window.slice(FORGOTTEN)));
  const hidden = new Uint8Array(text.length);
  let last = 0;
  for (const { from, to, length } of runs) {
    holds(from >= last && to > from && to <= text.length, 'parts of a text are out of order');
    holds(length >= WINDOW && length <= to - from, 'a part has too few characters');
    hidden.fill(1, from, to);
    last = to;
  }
  let found = 0;
  for (const [index, window] of slices(counted).entries()) {
    if (!known.has(window)) continue;
    found += 1;
    const at = counted.slice(index, index + WINDOW).map((one) => one.at);
    holds(
      at.every((one) => hidden[one] === 1),
      'a window is not found',
    );
  }
  if (runs.length > 0) {
    const isLike = slices(counted).some((window) => endings.has(window.slice(FORGOTTEN)));
    holds(isLike, 'a window is found that is not there');
  }
  return [runs.length, found, set.size];
}

const LETTERS = ['a', 'A', 'b', 'B', '-', '\u00e9'];

/** A line of few letters, and parts of it among others. */
function madeText(random: Random): Buffer {
  const letters = Array.from({ length: 8 + below(random, 60) }, () => anyOf(random, LETTERS));
  const secret = letters.join('');
  const parts = Array.from({ length: below(random, 6) }, () => {
    const from = below(random, secret.length);
    const part = secret.slice(from, from + below(random, 20));
    return anyOf(random, [part, part.toUpperCase(), part.split('').join('-'), 'ab'.repeat(below(random, 9))]);
  });
  return Buffer.from(`${secret}\n${parts.join(anyOf(random, ['', ' ', '\n', 'x']))}`);
}

const SEEDS = ['ghp_S3cretS3cret\nx ghp_S3cretS3cret y S3CRETS3', 'abcdefgh\nabc-def-gh abcdefgabcdefgh\n'];

export const WINDOWS: readonly Target[] = [false, true].map((isLettersOnly) => ({
  name: isLettersOnly ? 'windows-of-letters' : 'windows',
  form: 'text',
  seeds: SEEDS,
  errors: [],
  // The plainest way is slow.
  milliseconds: 500,
  generate: madeText,
  run: (input) => find(input, isLettersOnly),
}));
