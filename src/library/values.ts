import {
  END_OPTIONS,
  readValues,
  type Choice,
  type ListOption,
  type OptionSpecOf,
  type OptionsWith,
  type RawValues,
  type SharedOption,
} from '../options/raw.js';
import { trim } from '../options/trim.js';
import { propertyOf } from './names.js';
import type { MirrorOptions } from './options.js';

type Camel<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<Camel<Rest>>}`
  : Name;
type LibraryOption = Exclude<SharedOption, OptionsWith<{ library: null }>>;
type PropertyOf<N extends LibraryOption> =
  OptionSpecOf<N> extends { library: infer Name extends string } ? Name : Camel<N>;
type ValueOf<N extends LibraryOption> = N extends ListOption
  ? readonly string[]
  : N extends OptionsWith<{ kind: 'choice' }>
    ? Choice<N>
    : OptionSpecOf<N> extends { kind: 'flag' }
      ? boolean
      : OptionSpecOf<N> extends { kind: 'number' }
        ? number
        : string;

/** The table's options as properties. It does not compile where `MirrorOptions` and the table differ. */
export type TableOptions = { readonly [N in LibraryOption as PropertyOf<N>]?: ValueOf<N> | undefined };

/** Reads the options as every door gives them: as texts. */
export function readProperties(options: Pick<MirrorOptions, keyof TableOptions>): RawValues {
  const given: TableOptions = options;
  const valueOf = (option: SharedOption): unknown => given[propertyOf(option) as keyof TableOptions];
  return readValues({
    text: (option) => {
      const text = textOf(valueOf(option) as string | number | boolean | undefined);
      // Of texts only tokens and user names come from files and variables, which leave line ends.
      return isOfSignIn(option) ? trim(text) : text;
    },
    list: (option) => (valueOf(option) ?? []) as readonly string[],
  });
}

function isOfSignIn(option: SharedOption): boolean {
  return Object.values(END_OPTIONS).some(({ token, username }) => option === token || option === username);
}

function textOf(value: string | number | boolean | undefined): string {
  return value === undefined ? '' : String(value);
}
