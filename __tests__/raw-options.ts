import { END_OPTIONS, readValues, type RawOptions, type RawValues, type SharedOption } from '../src/options/raw.js';
import { readSurroundings } from '../src/options/surroundings.js';

type Camel<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<Camel<Rest>>}`
  : Name;

/** Values for one end, where a test gives some. */
export interface GivenEnd {
  readonly url?: string;
  readonly username?: string;
  readonly token?: string;
  readonly sshPrivateKey?: string;
  readonly sshKnownHosts?: string;
}

/** Values that a test gives, by the options' names in camelCase, those of an end beneath it. */
export type GivenOptions = { readonly [N in SharedOption as Camel<N>]?: RawValues[N] } & {
  readonly source?: GivenEnd;
  readonly target?: GivenEnd;
  readonly surroundings?: RawOptions['surroundings'];
};

/** The options as they come through a door: everything else is not given, not even the repositories. */
export function rawOptions({ source, target, surroundings, ...rest }: GivenOptions = {}): RawOptions {
  const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const endValues = (
    end: keyof typeof END_OPTIONS,
    { url, username, token, ...ssh }: GivenEnd,
  ): [string, unknown][] => [
    [END_OPTIONS[end].url, url],
    [END_OPTIONS[end].username, username],
    [END_OPTIONS[end].token, token],
    ...Object.entries(ssh).map(([name, value]): [string, unknown] => [kebab(name), value]),
  ];
  const given = [
    ...Object.entries(rest).map(([name, value]): [string, unknown] => [kebab(name), value]),
    ...endValues('source', source ?? {}),
    ...endValues('target', target ?? {}),
  ].filter(([, value]) => value !== undefined);
  return {
    ...readValues({ text: () => '', list: () => [] }),
    ...Object.fromEntries(given),
    surroundings: surroundings ?? readSurroundings({}),
  };
}
