import { RE2JS } from 're2js';
import { parse, stringify } from 'yaml';

/** What a file of GitLab CI/CD takes: a text, a number, a truth value, or a list of anything. */
export type InputValue = string | number | boolean | readonly unknown[];

/** One input as a component declares it. */
export interface InputSpecification {
  readonly description?: string;
  readonly type?: 'string' | 'number' | 'boolean' | 'array';
  readonly default?: InputValue;
  readonly options?: readonly string[];
  readonly regex?: string;
}

/** A component: what it takes, and the text into which that is put. */
export interface Component {
  readonly inputs: Readonly<Record<string, InputSpecification>>;
  readonly body: string;
}

/** One job as a configuration has it. */
export interface JobConfiguration {
  readonly variables: Readonly<Record<string, string | { readonly value: string; readonly expand?: boolean }>>;
  readonly script: readonly string[];
  readonly [keyword: string]: unknown;
}

/** Reads the two documents of a component. */
export function readComponent(text: string): Component {
  const [, header = '', body = ''] = /^([^]*?)\n---\n([^]*)$/.exec(text) ?? [];
  const { spec } = parse(header, YAML) as { spec: { inputs: Component['inputs'] } };
  return { inputs: spec.inputs, body };
}

/**
 * What GitLab makes of a component: it checks the inputs, puts them into the text as they are, lists as JSON, and only then
 * reads that as YAML (its `TextInterpolator`, `TextTemplate` and `StringInput`). The runner of the tests does it otherwise.
 *
 * @throws with what GitLab says, where it refuses an input
 */
export function configured(
  { inputs, body }: Component,
  given: Readonly<Record<string, InputValue>>,
): Readonly<Record<string, JobConfiguration>> {
  const unknown = Object.keys(given).filter((name) => !(name in inputs));
  if (unknown.length > 0) throw new Error(`unknown input arguments: ${unknown.join(', ')}`);
  const values = new Map(
    Object.entries(inputs).map(([name, input]) => [name, checked(name, input, given[name] ?? input.default)]),
  );
  const text = body.replace(/\$\[\[\s*inputs\.([\w-]+)\s*\]\]/g, (_block, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`unknown interpolation key: \`${name}\``);
    return typeof value === 'string' ? value : json(value);
  });
  return parse(text, YAML) as Readonly<Record<string, JobConfiguration>>;
}

// What GitLab reads YAML with knows version 1.1.
const YAML = { version: '1.1' } as const;

function checked(name: string, input: InputSpecification, value: InputValue | undefined): InputValue {
  const refuse = (why: string): never => {
    throw new Error(`\`${name}\` input: ${why}`);
  };
  if (value === undefined) return refuse('required value has not been provided');
  const { type = 'string', options, regex } = input;
  if ((Array.isArray(value) ? 'array' : typeof value) !== type) refuse(`provided value is not a ${type}`);
  if (typeof value !== 'string') return value;
  if (options?.includes(value) === false) refuse(`\`${value}\` is not in the list of allowed options`);
  // To older versions no expression matches a text that is empty.
  const matches = (expression: string): boolean =>
    value.trim() !== '' && RE2JS.compile(expression).matcher(value).find();
  if (regex !== undefined && !matches(regex)) refuse('provided value does not match required RegEx pattern');
  return value;
}

/** JSON as Rails writes it. */
function json(value: unknown): string {
  const code = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, code);
}

/** The environment that the variables of a job come to, beside what the runner has set. */
export function environmentOf(
  { variables }: JobConfiguration,
  settings: Readonly<Record<string, string>>,
): Record<string, string> {
  const expanded = (text: string): string =>
    text.replace(/\$\$|\$(\w+)|\$\{(\w+)\}/g, (whole, plain?: string, braced?: string) =>
      whole === '$$' ? '$' : (settings[plain ?? braced ?? ''] ?? whole),
    );
  const own = Object.entries(variables).map(([name, variable]) => {
    if (typeof variable === 'string') return [name, expanded(variable)] as const;
    return [name, variable.expand === false ? variable.value : expanded(variable.value)] as const;
  });
  return { ...Object.fromEntries(own), ...settings };
}

/** A configuration that says the same as text. */
export function written(configuration: object): string {
  return stringify(configuration, YAML);
}
