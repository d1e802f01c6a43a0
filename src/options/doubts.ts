import { codeOf, unseenIn } from '../protocol/unseen.js';

type Doubt = readonly [isIn: (value: string) => boolean, clause: (value: string) => string];

const says = (words: string) => (): string => words;

const matches =
  (pattern: RegExp) =>
  (value: string): boolean =>
    pattern.test(value);

/** Forms that no user name and no secret has, the most telling first. */
const OF_ALL: readonly Doubt[] = [
  [
    matches(
      /^(?:\$\{\{[^]*\}\}|\{\{[^]*\}\}|\$\{?\w+\}?|\$\(\w+\)|\$\[\[[^]*\]\]|\$env:\w+|%\w+%|(?:secrets|vars|env)\.\w+)$/,
    ),
    says('is the name of a variable, or an expression, in whose place no value was put'),
  ],
  [matches(/^["'`“”„‘’«»]|["'`“”„‘’«»]$/), says('begins or ends with a quote: give it without quotes')],
  [matches(/^<[^<>]*>$/), says('is the placeholder of an example')],
  [matches(/[\r\n]/), says('has a line break in it: give it in one line')],
  [
    (value) => hiddenIn(value) !== undefined,
    (value) => `has a character in it that is not seen (${hiddenIn(value) ?? ''}): copy it again, or type it`,
  ],
];

const OF_SECRETS: readonly Doubt[] = [
  [matches(/-----BEGIN [A-Z ]*PRIVATE KEY-----/), says('is a private key, which signs in over SSH alone')],
  [matches(/^(?:\*+|•+|\[?(?:masked|redacted)\]?)$/i), says('is what a log shows in the place of a secret')],
  [
    matches(/^["'`]?(?:authorization *:|private-token *:|job-token *:|bearer[ :]|basic[ :]|token[ :])/i),
    says('begins with the words of a header, such as "Bearer": give what follows them alone'),
  ],
  [matches(/^https?:\/\//i), says('is a URL: give the token alone')],
  ...OF_ALL,
  [
    matches(/^(?:export )?[A-Z][A-Z0-9_]*=./),
    says('begins with the name of a variable and "=": give what follows them alone'),
  ],
  [
    matches(/\\(?:[nrt]|u[0-9a-f]{4})/i),
    says('has an escape sequence in it, such as "\\n": give the token without it'),
  ],
  [matches(/ /), says('has a space in it')],
  [
    matches(/[\u2010-\u2015\u2212\uff01-\uff5e]/),
    says('has a character in it that looks like one of ASCII, but is none'),
  ],
  [matches(/^[^:]+:[^:]/), says('has the form "user:token": give the token alone, and the user as user name')],
  [isEncodedPair, says('is base64 of "user:token": give the token itself')],
  [matches(/^(?=.{4,64}$)[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/), says('looks like the name of a secret, not like its value')],
];

const OF_USERNAMES: readonly Doubt[] = [
  ...OF_ALL,
  [matches(/ /), says('has a space in it')],
  [matches(/^@/), says('begins with "@": give the name alone')],
];

/**
 * Tells what makes a token or a password look wrong, without a part of it. It may be right all the same, so this is for
 * the message on a sign-in that failed.
 *
 * @returns a clause without its subject and full stop
 */
export function doubtOnSecret(secret: string): string | undefined {
  return firstOf(OF_SECRETS, secret);
}

/** The same for a user name. */
export function doubtOnUsername(username: string): string | undefined {
  return firstOf(OF_USERNAMES, username);
}

function firstOf(doubts: readonly Doubt[], value: string): string | undefined {
  return doubts.find(([isIn]) => isIn(value))?.[1](value);
}

/** The code of the first control character, or else of the first other one that is not seen. */
function hiddenIn(value: string): string | undefined {
  const [control] = /\p{Cc}/u.exec(value) ?? [];
  return control === undefined ? unseenIn(value) : codeOf(control);
}

const LONGEST_ENCODED = 4096;

/** Reports whether a text is base64 of printable ASCII with a colon in it: few tokens are that by chance. */
function isEncodedPair(value: string): boolean {
  if (value.length > LONGEST_ENCODED || !/^[A-Za-z0-9+/]{8,}={0,2}$/.test(value)) return false;
  const bytes = Buffer.from(value, 'base64');
  const isWhole = bytes.toString('base64').replace(/={0,2}$/, '') === value.replace(/={0,2}$/, '');
  return isWhole && /^[ -9;-~]*:[ -~]+$/.test(bytes.toString('latin1'));
}
