import path from 'node:path';
import { parseArgs } from 'node:util';
import { isList, readValues, specOf, type OptionName, type RawOptions } from '../options/raw.js';
import { OPTIONS } from '../options/table.js';
import { readSurroundings } from '../options/surroundings.js';
import { trimmed } from '../options/trim.js';
import { isOfWindows, type PathStyle } from '../protocol/local-path.js';
import { printable } from '../protocol/printable.js';
import { shownUrl } from '../protocol/userinfo.js';
import { commandName, DASHED } from './names.js';

/** Meaning of the command line. */
export type Invocation =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'mirror';
      readonly raw: RawOptions;
      readonly json: boolean;
      readonly verbose: boolean;
      /** Files for the report and the outputs; empty for no file. */
      readonly files: { readonly report: string; readonly dotenv: string };
      readonly problems: readonly string[];
    };

/** Flags that say how to show the outcome; the other flags are checked with the options. */
const SHOWING = ['json', 'verbose'] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the arguments and the secrets' variables; mistakes in the arguments are gathered in `problems`.
 *
 * @param style of paths on this system, whose shells differ, too
 */
export function parseArguments(args: readonly string[], environment: Environment, style: PathStyle = path): Invocation {
  const { positionals, given, problems } = readTokens(args);
  if (isOfWindows(style)) problems.push(...quoteProblems(given));
  if (given.has('help')) return { kind: 'help' };
  if (given.has('version')) return { kind: 'version' };
  const last = (option: OptionName): string => given.get(option)?.at(-1) ?? '';
  const [source = '', target = ''] = positionals;
  const text = (option: OptionName): string => {
    const { variable } = specOf(option);
    if (variable !== undefined) return trimmed(option, environment[variable] ?? '');
    return { 'source-url': source, 'target-url': target }[option as string] ?? last(option);
  };
  const values = readValues({ text, list: (option) => (given.get(option) ?? []).filter((value) => value !== '') });
  const unclear = SHOWING.filter((name) => !['', 'true', 'false'].includes(last(name)));
  return {
    kind: 'mirror',
    json: last('json') === 'true',
    verbose: last('verbose') === 'true',
    problems: [...problems, ...unclear.map((name) => `--${name} takes true or false, or no value.`)],
    files: { report: last('report'), dotenv: last('dotenv') },
    raw: { ...values, surroundings: readSurroundings(environment) },
  };
}

interface Tokens {
  readonly positionals: readonly string[];
  readonly given: ReadonlyMap<OptionName, readonly string[]>;
  readonly problems: string[];
}

function readTokens(args: readonly string[]): Tokens {
  const config = {
    args: [...args],
    options: parseConfig(),
    allowPositionals: true,
    strict: false,
    tokens: true,
  } as const;
  const { positionals, tokens } = parseArgs(config);
  const given = new Map<OptionName, string[]>();
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = DASHED.get(token.name);
    if (option === undefined) {
      problems.push(`${shownName(token.rawName)} is not an option: ${hintFor(token.name)}`);
      continue;
    }
    problems.push(...valueProblems(option, token.value, token.inlineValue === false));
    given.set(option, [...(given.get(option) ?? []), token.value ?? (isFlag(option) ? 'true' : '')]);
  }
  const [, , extra] = positionals;
  if (extra !== undefined) {
    problems.push(`Only <source> and <target> are expected, but there is also "${printable(shownUrl(extra), 100)}".`);
  }
  return { positionals, given, problems };
}

interface ParsedOption {
  readonly type: 'boolean' | 'string';
  readonly multiple?: boolean;
  readonly short?: string;
}

function parseConfig(): Record<string, ParsedOption> {
  const entryOf = (option: OptionName): ParsedOption => {
    const { short } = specOf(option);
    return {
      type: isFlag(option) ? 'boolean' : 'string',
      multiple: isList(option),
      ...(short === undefined ? {} : { short }),
    };
  };
  return Object.fromEntries(Array.from(DASHED, ([name, option]) => [name, entryOf(option)]));
}

function isFlag(option: OptionName): boolean {
  return specOf(option).kind === 'flag';
}

/** @param isNext says that the value is the argument that follows */
function valueProblems(option: OptionName, value: string | undefined, isNext: boolean): string[] {
  const name = commandName(option);
  // An empty variable in a script would make a dry run a real one.
  if (isFlag(option)) return value === '' ? [`${name}= needs true or false after the "=", or no "=".`] : [];
  return [
    ...((value ?? '') === '' ? [`${name} needs a value.`] : []),
    ...(isNext && value?.startsWith('-') === true
      ? [`${name} is followed by an option: write ${name}=VALUE if the next argument is its value.`]
      : []),
  ];
}

/** Finds values in single quotes, of which cmd.exe, by which npm runs scripts on Windows, makes a part of the value. */
function quoteProblems(given: Tokens['given']): string[] {
  const quoted = Array.from(given).filter(([, values]) => values.some((value) => value.startsWith("'")));
  return quoted.map(([option]) => {
    const name = commandName(option);
    return `${name} begins with a single quote, which cmd.exe passes on as a part of the value: write ${name} "…".`;
  });
}

/** Some options have another name as inputs. */
function hintFor(name: string): string {
  const isInput = Object.hasOwn(OPTIONS, name) && specOf(name as OptionName).only !== 'action';
  return isInput ? `did you mean ${commandName(name as OptionName)}?` : 'see push-mirror --help.';
}

/** The part that may be a name: a URL with a password may stand right behind it. */
function shownName(name: string): string {
  const [shown] = /^-*[\w-]*/.exec(name) ?? [''];
  return shown === name ? printable(name, 100) : `${printable(shown, 100)}…`;
}
