import { printable } from '../printable.js';

/**
 * Words of a server in plain text, as one line: a sentence with a space before it, or nothing. Azure Repos begins them
 * as a Git answer, and says them twice.
 */
export function serverText({ type, beginning }: { readonly type: string; readonly beginning: string }): string {
  if (type !== 'text/plain') return '';
  const lines = beginning
    .split('\n')
    .map((line) => line.trim().replace(/^(?:[0-9a-f]{4})+(?=# service=|[A-Z]{2}\d)/, ''))
    .filter((line) => line !== '' && !line.startsWith('# service='));
  const said = printable([...new Set(lines)].join(' '), 500);
  if (said === '') return '';
  return ` The server says: ${said}${/[.!?…]$/.test(said) ? '' : '.'}`;
}

/** Characters of a refusal that are looked at: its words come first. */
const MOST_OF_BODY = 4096;

/** Words of a server in the JSON of a refusal: a sentence with a space before it, or nothing. */
export function serverTextInJson(body: string): string {
  const said = messageInJson(body.slice(0, MOST_OF_BODY));
  return said === '' ? '' : ` The server says: ${printable(said, 300).replace(/\.$/, '')}.`;
}

function messageInJson(beginning: string): string {
  const name = /"(?:message|error|base|detail)"\s*:\s*(?:\[\s*)?"/i.exec(beginning);
  if (name === null) return '';
  const quoted = /((?:[^"\\]|\\.)*)"/y;
  quoted.lastIndex = name.index + name[0].length;
  return unescape(quoted.exec(beginning)?.[1] ?? '');
}

/** Words of whoever answered that a request fails, as they came: not safe to show. */
export interface RefusalWords {
  /** A name of the reason that programs know, such as `SignatureDoesNotMatch`; empty where there is none. */
  readonly code: string;
  readonly message: string;
  /** True for the form in which storages of objects speak, and hardly anything else. */
  readonly isOfStorage: boolean;
}

const NAME = '[A-Za-z][\\w.-]{0,99}';
const ATTRIBUTES = '(?:\\s[^>]{0,300})?';
const STORAGE_ERROR = new RegExp(
  `^\\uFEFF?\\s{0,99}(?:<\\?xml[^>]{0,200}>\\s{0,99})?(?:<!--[^>]{0,300}-->\\s{0,99})?(?:<ErrorResponse${ATTRIBUTES}>\\s{0,99})?<Error${ATTRIBUTES}>`,
  'i',
);
const XML_CODE = new RegExp(`<Code${ATTRIBUTES}>\\s{0,99}(${NAME})\\s{0,99}</Code>`, 'i');
/** Its text, or that of a section in which nothing is escaped. */
const XML_MESSAGE = new RegExp(
  `<Message${ATTRIBUTES}>\\s{0,99}(?:<!\\[CDATA\\[((?:[^\\]]|\\](?!\\]>)){1,2000})|([^<]{1,2000}))`,
  'i',
);
const JSON_CODE = new RegExp(`"code"\\s{0,9}:\\s{0,9}"(${NAME})"`, 'i');

/**
 * Reads the words of a refusal: XML of a storage (Amazon S3, "Error responses"; Google Cloud Storage and Azure have the
 * same form), JSON, or plain text. A storage repeats in other elements what was signed, and with which key: those are
 * not looked at. A web page says nothing.
 */
export function refusalWords({ type, body }: { readonly type: string; readonly body: string }): RefusalWords {
  const beginning = body.slice(0, MOST_OF_BODY);
  if (STORAGE_ERROR.test(beginning)) {
    const [, code = ''] = XML_CODE.exec(beginning) ?? [];
    const [, verbatim, escaped = ''] = XML_MESSAGE.exec(beginning) ?? [];
    // The lines behind the first one are ids and times, for the operator of the storage.
    const [message = ''] = (verbatim ?? unescapeXml(escaped)).trim().split('\n', 1);
    return { code, message, isOfStorage: true };
  }
  if (/^\uFEFF?\s{0,99}[{[]/.test(beginning)) {
    return { code: JSON_CODE.exec(beginning)?.[1] ?? '', message: messageInJson(beginning), isOfStorage: false };
  }
  const isText = type === 'text/plain' && !/^\s{0,99}</.test(beginning);
  return { code: '', message: isText ? beginning.replace(/\s+/g, ' ').trim() : '', isOfStorage: false };
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescapeXml(text: string): string {
  return text.replace(
    /&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|(lt|gt|quot|apos|amp));/gi,
    (...found: (string | undefined)[]) => {
      const [, decimal, hex = '', name] = found;
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? '';
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
    },
  );
}

const ESCAPED: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * Resolves the escapes of a JSON string: some servers write `\/` and `\u002b`, behind which a secret would be hidden.
 */
function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|(.))/gi, (_all, code: string | undefined, character: string) =>
    code === undefined ? (ESCAPED[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
