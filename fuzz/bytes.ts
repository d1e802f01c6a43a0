import { pick } from '../__tests__/random.js';
import { LARGEST_INPUT } from './target.js';
import { NUMBERS, TOKENS } from './tokens.js';

/** Numbers in [0, 1) by chance. */
export type Random = () => number;

/** A whole number from 0 to just below a limit. */
export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

/** One of a list that is not empty. */
export function anyOf<T>(random: Random, from: readonly T[]): T {
  return pick(random, from as readonly [T, ...T[]]);
}

type Change = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

/** Changes bytes, whatever they mean. */
export function mutateBytes(bytes: Buffer, others: readonly Buffer[], random: Random): Buffer {
  return anyOf(random, CHANGES)(bytes, random, others);
}

const SIGNS = [0x00, 0x01, 0x0a, 0x0d, 0x20, 0x22, 0x2f, 0x3a, 0x40, 0x5c, 0x7f, 0x80, 0x90, 0xff];

const flip: Change = (bytes, random) => {
  const copy = Buffer.from(bytes);
  const at = below(random, copy.length);
  if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << below(random, 8));
  return copy;
};

const overwrite: Change = (bytes, random) => {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) copy[below(random, copy.length)] = anyOf(random, SIGNS);
  return copy;
};

const insertToken: Change = (bytes, random) => put(bytes, below(random, bytes.length + 1), 0, anyOf(random, TOKENS));

const replaceByToken: Change = (bytes, random) => {
  const [from, to] = range(bytes, random);
  return put(bytes, from, to - from, anyOf(random, TOKENS));
};

const remove: Change = (bytes, random) => {
  const [from, to] = range(bytes, random);
  return put(bytes, from, to - from, Buffer.alloc(0));
};

const duplicate: Change = (bytes, random) => {
  const [from, to] = range(bytes, random);
  return put(bytes, to, 0, bytes.subarray(from, to));
};

/** Repeats a part or a token so often that a parser that is slow on it shows it. */
const flood: Change = (bytes, random) => {
  const [from, to] = range(bytes, random);
  const part =
    random() < 0.5 ? bytes.subarray(from, Math.min(to, from + 1 + below(random, 12))) : anyOf(random, TOKENS);
  const room = LARGEST_INPUT - bytes.length;
  const most = Math.max(0, Math.floor(room / Math.max(1, part.length)));
  return put(
    bytes,
    to,
    0,
    Buffer.concat(Array.from({ length: random() < 0.7 ? most : Math.min(most, 1000) }, () => part)),
  );
};

const truncate: Change = (bytes, random) => bytes.subarray(0, below(random, bytes.length + 1));

const splice: Change = (bytes, random, others) => {
  const other = others.length === 0 ? bytes : anyOf(random, others);
  return Buffer.concat([
    bytes.subarray(0, below(random, bytes.length + 1)),
    other.subarray(below(random, other.length + 1)),
  ]);
};

const replaceNumber: Change = (bytes, random) => {
  const numbers = [...bytes.toString('latin1').matchAll(/\d+/g)];
  if (numbers.length === 0) return insertToken(bytes, random, []);
  const { 0: digits, index } = anyOf(random, numbers);
  return put(bytes, index, digits.length, Buffer.from(anyOf(random, NUMBERS)));
};

const noise: Change = (bytes, random) =>
  put(
    bytes,
    below(random, bytes.length + 1),
    0,
    Buffer.from(Array.from({ length: 1 + below(random, 8) }, () => below(random, 256))),
  );

const CHANGES: readonly Change[] = [
  flip,
  flip,
  overwrite,
  insertToken,
  insertToken,
  replaceByToken,
  remove,
  remove,
  duplicate,
  flood,
  truncate,
  splice,
  replaceNumber,
  noise,
];

function range(bytes: Buffer, random: Random): [from: number, to: number] {
  const from = below(random, bytes.length + 1);
  const length = below(random, Math.min(bytes.length - from, random() < 0.8 ? 16 : bytes.length) + 1);
  return [from, from + length];
}

function put(bytes: Buffer, at: number, removed: number, inserted: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]);
}
