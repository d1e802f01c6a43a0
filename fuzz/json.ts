import { anyOf, below, mutateBytes, type Random } from './bytes.js';
import { LARGEST_INPUT } from './target.js';
import { TOKENS } from './tokens.js';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A parser of JSON goes deeper; what writes JSON here does not. */
const DEEPEST = 1000;

/** Values in the place of others. */
const VALUES: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e300,
  9007199254740993,
  '',
  ' ',
  'a',
  [],
  {},
  [[]],
  [null],
  { href: null },
  'x'.repeat(1000),
  '\ud800',
  '\u0000',
  '0001-01-01T00:00:00Z',
  '+275760-09-13T00:00:00Z',
  { toString: null },
  { __proto__: null },
];

/** Changes values and names in JSON; what is no JSON is changed by bytes. */
export function mutateJson(bytes: Buffer, random: Random): Buffer {
  try {
    const value = JSON.parse(bytes.toString('utf8')) as Json;
    return Buffer.from(JSON.stringify(changed(value, random)));
  } catch {
    return mutateBytes(bytes, [], random);
  }
}

function changed(value: Json, random: Random): Json {
  if (typeof value === 'object' && value !== null && random() < 0.85) {
    return Array.isArray(value) ? changedList(value, random) : changedFields(value, random);
  }
  if (typeof value === 'string' && random() < 0.6) return mutateBytes(Buffer.from(value), [], random).toString('utf8');
  if (random() < 0.05) return nested(value, below(random, DEEPEST));
  return anyOf(random, VALUES);
}

function changedList(list: Json[], random: Random): Json[] {
  const copy = [...list];
  const at = below(random, copy.length);
  const one = copy[at] ?? anyOf(random, VALUES);
  if (random() < 0.7) copy[at] = changed(one, random);
  else if (random() < 0.5) copy.splice(at, 1);
  else copy.push(...Array.from({ length: random() < 0.9 ? 1 : copiesOf(one) }, () => one));
  return copy;
}

/** So many that the input stays near its largest size, however often it is changed. */
function copiesOf(value: Json): number {
  return Math.min(300, Math.ceil(LARGEST_INPUT / JSON.stringify(value).length));
}

function changedFields(fields: Record<string, Json>, random: Random): Json {
  const entries = Object.entries(fields);
  const at = below(random, entries.length);
  const [name, value] = entries[at] ?? ['name', null];
  const change = random();
  if (change < 0.7) entries[at] = [name, changed(value, random)];
  else if (change < 0.8) entries.splice(at, 1);
  else entries.push([change < 0.9 ? anyOf(random, TOKENS).toString('utf8') : name, changed(value, random)]);
  // `fromEntries` makes a field of `__proto__`, as `JSON.parse` does.
  return Object.fromEntries(entries);
}

function nested(value: Json, depth: number): Json {
  let outer = value;
  for (let level = 0; level < depth; level += 1) outer = level % 2 === 0 ? [outer] : { a: outer };
  return outer;
}
