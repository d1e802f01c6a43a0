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
  const beginning = body.slice(0, MOST_OF_BODY);
  const name = /"(?:message|error|base)"\s*:\s*(?:\[\s*)?"/.exec(beginning);
  if (name === null) return '';
  const quoted = /((?:[^"\\]|\\.)*)"/y;
  quoted.lastIndex = name.index + name[0].length;
  const said = unescape(quoted.exec(beginning)?.[1] ?? '');
  return said === '' ? '' : ` The server says: ${printable(said, 300).replace(/\.$/, '')}.`;
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
