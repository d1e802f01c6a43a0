import {
  OPTION_NAMES,
  specOf,
  withNames,
  type ListOption,
  type OptionNames,
  type OptionSpecOf,
  type OptionsWith,
} from '../options/raw.js';
import type { ListAttribute, OptionSpec } from '../options/spec.js';

/** Options that a mirror of a list may have as attributes. */
export type ListedOption = OptionsWith<{ list: ListAttribute }>;

type AttributeOf<N extends ListedOption> = OptionSpecOf<N>['list']['attribute'];
type ValueOf<N extends ListedOption> =
  N extends OptionsWith<{ kind: 'flag' }> ? boolean : N extends ListOption ? readonly string[] : string;
type OptionAttributes = { readonly [N in ListedOption as AttributeOf<N>]: ValueOf<N> };

/** One mirror of several, with the attribute names of GitLab's remote mirrors API where it has one. */
export type MirrorEntry = Pick<OptionAttributes, 'url'> &
  Partial<Omit<OptionAttributes, 'url'>> & { readonly name?: string; readonly enabled?: boolean };

/** Rules for the value of an attribute: the keywords of JSON Schema that a list uses. */
export interface ValueSchema {
  readonly type: 'string' | 'boolean' | 'array';
  readonly description?: string;
  readonly default?: boolean;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: ValueSchema;
}

export const MOST_MIRRORS = 100;

const LISTED = OPTION_NAMES.filter((option): option is ListedOption => specOf(option).list !== undefined);

/** The option of each attribute. */
export const OPTION_OF: ReadonlyMap<string, ListedOption> = new Map(
  LISTED.map((option) => [attributeOf(option), option]),
);

export function attributeOf(option: ListedOption): keyof MirrorEntry {
  return (specOf(option).list as { readonly attribute: keyof MirrorEntry }).attribute;
}

/** Spelling of an option in descriptions of attributes. */
const attributeName: OptionNames = (option) => `\`${specOf(option).list?.attribute ?? option}\``;

/** Every attribute of a mirror. */
export const ATTRIBUTES: Readonly<Record<string, ValueSchema>> = {
  url: schemaOf(specOf('target-url')),
  name: {
    type: 'string',
    minLength: 1,
    maxLength: 100,
    description: 'Name of the mirror in messages and reports. Default: its URL.',
  },
  enabled: { type: 'boolean', default: true, description: 'Disable the mirror with `false`.' },
  ...Object.fromEntries(LISTED.map((option) => [attributeOf(option), schemaOf(specOf(option))])),
};

/** The JSON schema of a file of mirrors (JSON Schema 2020-12). */
export const MIRRORS_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Mirrors of a repository, for push-mirror',
  description:
    'An attribute that a mirror does not have comes from the inputs of the action or the arguments of the command.',
  type: 'array',
  minItems: 1,
  maxItems: MOST_MIRRORS,
  items: { type: 'object', required: ['url'], additionalProperties: false, properties: ATTRIBUTES },
} as const;

function schemaOf({ kind, values = [], ...spec }: OptionSpec): ValueSchema {
  const description = withNames(spec.description, attributeName);
  switch (kind) {
    case 'flag':
      return { type: 'boolean', description };
    case 'choice':
      return { type: 'string', enum: values, description };
    case 'patterns':
    case 'lines':
      return { type: 'array', items: { type: 'string', minLength: 1 }, description };
    case 'secret':
      return {
        type: 'string',
        pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
        description: `Name of the environment variable with the secret; never the secret itself. ${description}`,
      };
    case 'block':
      return { type: 'string', description };
    default:
      return { type: 'string', minLength: 1, description };
  }
}
