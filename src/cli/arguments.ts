import { parseArgs, type ParseArgsConfig } from 'node:util';
import { printable } from '../protocol/printable.js';
import type { RawEndpoint } from '../options/endpoint.js';
import { shownUrl } from '../protocol/userinfo.js';
import type { OptionNames, RawOptions } from '../options/options.js';
import type { RawList } from '../list/plan-mirrors.js';
import { readSurroundings } from '../options/surroundings.js';
import { trimmed } from '../options/trimmed.js';

/** What the command line asks for. */
export type Invocation =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'mirror';
      readonly raw: RawOptions;
      readonly json: boolean;
      readonly verbose: boolean;
      readonly list: RawList;
      /** Where to write the report and the outputs; empty for nowhere. */
      readonly files: { readonly report: string; readonly dotenv: string };
      readonly problems: readonly string[];
    };

/** The names under which messages speak of the options. */
export const NAMES: OptionNames = {
  source: {
    url: '<source>',
    token: 'PUSH_MIRROR_SOURCE_TOKEN',
    username: 'PUSH_MIRROR_SOURCE_USERNAME',
    sshPrivateKey: 'PUSH_MIRROR_SSH_PRIVATE_KEY',
    sshKnownHosts: 'PUSH_MIRROR_SSH_KNOWN_HOSTS',
  },
  target: {
    url: '<target>',
    list: '--mirrors',
    token: 'PUSH_MIRROR_TARGET_TOKEN',
    username: 'PUSH_MIRROR_TARGET_USERNAME',
    sshPrivateKey: 'PUSH_MIRROR_SSH_PRIVATE_KEY',
    sshKnownHosts: 'PUSH_MIRROR_SSH_KNOWN_HOSTS',
  },
  caCertificate: '--ca-certificate',
  allowInsecureHttp: '--allow-insecure-http',
  onlyProtectedBranches: '--only-protected-branches',
  branches: '--branch',
  mirrorBranchRegex: '--mirror-branch-regex',
  tags: '--tag',
  keepDivergentRefs: '--keep-divergent-refs',
  prune: '--prune',
  lfs: '--lfs',
  lfsUrl: '--lfs-url',
  dryRun: '--dry-run',
  check: '--check',
  pushOptions: '--push-option',
  timeout: '--timeout',
};

/** The names of the options on several mirrors. */
export const LIST_NAMES = { mirrors: '--mirrors', maxParallel: '--max-parallel' } as const;

const OPTIONS = {
  'only-protected-branches': { type: 'boolean' },
  branch: { type: 'string', multiple: true },
  'mirror-branch-regex': { type: 'string' },
  tag: { type: 'string', multiple: true },
  'keep-divergent-refs': { type: 'boolean' },
  prune: { type: 'string' },
  lfs: { type: 'string' },
  'lfs-url': { type: 'string' },
  'dry-run': { type: 'boolean' },
  check: { type: 'boolean' },
  'push-option': { type: 'string', multiple: true },
  timeout: { type: 'string' },
  'ca-certificate': { type: 'string' },
  'allow-insecure-http': { type: 'boolean' },
  mirrors: { type: 'string' },
  'max-parallel': { type: 'string' },
  report: { type: 'string' },
  dotenv: { type: 'string' },
  json: { type: 'boolean' },
  verbose: { type: 'boolean', short: 'v' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

type OptionName = keyof typeof OPTIONS;

/** Those that say how to show what came of it; the others are checked with what they are for. */
const SHOWING = ['json', 'verbose'] as const satisfies readonly OptionName[];

/** Reads the arguments and the secrets' variables; what is wrong with the arguments is collected in `problems`. */
export function parseArguments(args: readonly string[], environment: Environment): Invocation {
  const { positionals, given, problems } = readTokens(args);
  if (given.has('help')) return { kind: 'help' };
  if (given.has('version')) return { kind: 'version' };
  const last = (name: OptionName): string => given.get(name)?.at(-1) ?? '';
  const unclear = SHOWING.filter((name) => !['', 'true', 'false'].includes(last(name)));
  const all = (name: OptionName): string[] => (given.get(name) ?? []).filter((value) => value !== '');
  return {
    kind: 'mirror',
    json: last('json') === 'true',
    verbose: last('verbose') === 'true',
    problems: [...problems, ...unclear.map((name) => `--${name} takes true or false, or nothing behind it.`)],
    list: { mirrors: last('mirrors'), maxParallel: last('max-parallel') },
    files: { report: last('report'), dotenv: last('dotenv') },
    raw: {
      source: endpoint(positionals[0], 'SOURCE', environment),
      target: endpoint(positionals[1], 'TARGET', environment),
      onlyProtectedBranches: last('only-protected-branches'),
      branches: all('branch'),
      mirrorBranchRegex: last('mirror-branch-regex'),
      tags: all('tag'),
      keepDivergentRefs: last('keep-divergent-refs'),
      prune: last('prune'),
      lfs: last('lfs'),
      lfsUrl: last('lfs-url'),
      dryRun: last('dry-run'),
      check: last('check'),
      pushOptions: all('push-option'),
      timeout: last('timeout'),
      caCertificate: last('ca-certificate'),
      allowInsecureHttp: last('allow-insecure-http'),
      surroundings: readSurroundings(environment),
    },
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Tokens {
  readonly positionals: readonly string[];
  readonly given: ReadonlyMap<OptionName, readonly string[]>;
  readonly problems: readonly string[];
}

function readTokens(args: readonly string[]): Tokens {
  const config = { args: [...args], options: OPTIONS, allowPositionals: true, strict: false, tokens: true } as const;
  const { positionals, tokens } = parseArgs(config);
  const given = new Map<OptionName, string[]>();
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    if (!isOption(token.name)) {
      const meant = INPUT_NAMES.get(token.name);
      const hint = meant === undefined ? 'see push-mirror --help.' : `did you mean --${meant}?`;
      problems.push(`${shownName(token.rawName)} is no option: ${hint}`);
      continue;
    }
    const takesValue = OPTIONS[token.name].type === 'string';
    problems.push(...valueProblems(token.name, token.value, token.inlineValue === false));
    given.set(token.name, [...(given.get(token.name) ?? []), token.value ?? (takesValue ? '' : 'true')]);
  }
  const [, , extra] = positionals;
  if (extra !== undefined) {
    problems.push(`Only <source> and <target> are expected, but there is also "${printable(shownUrl(extra), 100)}".`);
  }
  return { positionals, given, problems };
}

/** @param isNext whether the value is the argument that follows */
function valueProblems(name: OptionName, value: string | undefined, isNext: boolean): string[] {
  // An empty variable in a script would make a dry run a real one.
  if (OPTIONS[name].type === 'boolean')
    return value === '' ? [`--${name}= needs true or false behind it, or no "=".`] : [];
  return [
    ...((value ?? '') === '' ? [`--${name} needs a value.`] : []),
    ...(isNext && value?.startsWith('-') === true
      ? [`--${name} is followed by an option: write --${name}=VALUE if that is its value.`]
      : []),
  ];
}

/** The inputs of the action that have another name here. */
const INPUT_NAMES: ReadonlyMap<string, string> = new Map([
  ['branches', 'branch'],
  ['tags', 'tag'],
  ['push-options', 'push-option'],
]);

/** The part that may be a name: a URL with a password may stand right behind it. */
function shownName(name: string): string {
  const [shown] = /^-*[\w-]*/.exec(name) ?? [''];
  return shown === name ? printable(name, 100) : `${printable(shown, 100)}…`;
}

function endpoint(url: string | undefined, end: 'SOURCE' | 'TARGET', environment: Environment): RawEndpoint {
  const variable = (name: string): string => trimmed(environment[`PUSH_MIRROR_${name}`] ?? '');
  return {
    url: url ?? '',
    username: variable(`${end}_USERNAME`),
    token: variable(`${end}_TOKEN`),
    sshPrivateKey: variable('SSH_PRIVATE_KEY'),
    sshKnownHosts: variable('SSH_KNOWN_HOSTS'),
  };
}

function isOption(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}
