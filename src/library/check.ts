import type { MirrorOptions } from './options.js';
import { printable } from '../protocol/printable.js';

/** What the value of an option must be; the compiler has not seen all programs that give one. */
interface Kind {
  /** For messages: "must be a string". */
  readonly name: string;
  readonly fits: (value: unknown) => boolean;
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const STRING: Kind = { name: 'a string', fits: isString };
const STRINGS: Kind = {
  name: 'an array of strings',
  fits: (value) => Array.isArray(value) && value.every(isString),
};
/** An empty pattern selects nothing, and an empty list everything: who gives the one may mean the other. */
const PATTERNS: Kind = {
  name: 'an array of strings, none of them empty',
  fits: (value) => STRINGS.fits(value) && !(value as string[]).includes(''),
};
const BOOLEAN: Kind = { name: 'true or false', fits: (value) => typeof value === 'boolean' };
const NUMBER: Kind = { name: 'a number', fits: (value) => typeof value === 'number' };
const FUNCTION: Kind = { name: 'a function', fits: (value) => typeof value === 'function' };
const SIGNAL: Kind = { name: 'an AbortSignal', fits: (value) => value instanceof AbortSignal };
const VARIABLES: Kind = {
  name: 'an object of strings',
  fits: (value) => isObject(value) && Object.values(value).every((one) => one === undefined || isString(one)),
};

const KINDS: Readonly<Record<keyof MirrorOptions, Kind>> = {
  source: STRING,
  target: STRING,
  sourceToken: STRING,
  sourceUsername: STRING,
  targetToken: STRING,
  targetUsername: STRING,
  sshPrivateKey: STRING,
  sshKnownHosts: STRING,
  onlyProtectedBranches: BOOLEAN,
  branches: PATTERNS,
  mirrorBranchRegex: STRING,
  tags: PATTERNS,
  keepDivergentRefs: BOOLEAN,
  prune: STRING,
  lfs: STRING,
  lfsUrl: STRING,
  dryRun: BOOLEAN,
  check: BOOLEAN,
  pushOptions: STRINGS,
  timeout: NUMBER,
  caCertificate: STRING,
  allowInsecureHttp: BOOLEAN,
  signal: SIGNAL,
  onLine: FUNCTION,
  environment: VARIABLES,
};

const NEEDED: readonly string[] = ['source', 'target'] satisfies readonly (keyof MirrorOptions)[];

/** What of the options is not of its type, a sentence each. No value is shown: it may be a secret in a wrong place. */
export function typeProblems(options: unknown): readonly string[] {
  if (!isObject(options)) return ['The options must be an object.'];
  const given = options as Readonly<Record<string, unknown>>;
  return [
    ...Object.keys(options).flatMap((name) => unknown(name) ?? []),
    ...Object.entries(KINDS).flatMap(([name, kind]) => problemOf(name, given[name], kind) ?? []),
  ];
}

/** A name that is written otherwise would be taken for nothing, and `dryrun` for a real run. */
function unknown(name: string): string | undefined {
  if (Object.hasOwn(KINDS, name)) return undefined;
  const plain = (one: string): string => one.toLowerCase().replace(/[^a-z]/g, '');
  const meant = Object.keys(KINDS).find((one) => plain(one) === plain(name));
  return `"${printable(name, 50)}" is no option${meant === undefined ? '.' : `: did you mean ${meant}?`}`;
}

function problemOf(name: string, value: unknown, { name: kind, fits }: Kind): string | undefined {
  if (value === undefined) return NEEDED.includes(name) ? `${name} is missing: give a URL or a path.` : undefined;
  if (!fits(value)) return `${name} must be ${kind}.`;
  // Such a text has no bytes, so it is no text of any server's.
  const isWhole = [value].flat().every((one) => !isString(one) || one.isWellFormed());
  return isWhole ? undefined : `${name} holds half a character (a surrogate without its other half).`;
}
