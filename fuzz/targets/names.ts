import { printableJson, printableName } from '../../src/protocol/printable.js';
import { decodeRefName } from '../../src/protocol/wire/ref-name.js';
import { anyOf, below, type Random } from '../bytes.js';
import { holds, type Target } from '../target.js';
import { isShowable } from './showable.js';

const LONGEST_NAME = 200;
/** Characters that one may be written out as. */
const LONGEST_ESCAPE = 10;

/** The name of which this is shown. */
function nameShownAs(shown: string): string {
  return shown.replace(/\\x([0-9a-f]{2})|\\u\{([0-9a-f]+)\}/g, (_, byte: string | undefined, code: string) =>
    byte === undefined ? String.fromCodePoint(parseInt(code, 16)) : String.fromCharCode(unitOf(parseInt(byte, 16))),
  );
}

/** A byte that is not UTF-8 stands in a name as a lone surrogate. */
function unitOf(byte: number): number {
  return byte < 0x80 ? byte : 0xdc00 + byte;
}

/** Shows a name as Git has it: bytes that are not UTF-8 are kept, and there is no backslash. */
function show(input: Buffer): unknown {
  const name = decodeRefName(input).replaceAll('\\', '').slice(0, LONGEST_NAME);
  const shown = printableName(name, LONGEST_NAME * LONGEST_ESCAPE);
  holds(isShowable(shown), 'a name is not showable');
  holds(nameShownAs(shown) === name.replaceAll('\t', ' '), 'two names are shown alike');
  const seen = shown.replace(/\\x[0-9a-f]{2}|\\u\{[0-9a-f]+\}/g, '\\');
  holds(seen.normalize('NFC') === seen, 'a name that can be written in another way is shown alike');
  for (const sign of seen) {
    const isOtherForm = !/^[ -~\u2026]$/.test(sign) && /^[ -~]+$/.test(sign.normalize('NFKC'));
    holds(!isOtherForm, 'a sign of ASCII is shown in another form');
  }
  holds((JSON.parse(printableJson({ name })) as { name: string }).name === name, 'JSON has another name');
  return [seen.split('\\').length, seen.length];
}

/** Letters that look like others, that go together with others, and that are not seen. */
const LETTERS = [
  ...Array.from(
    'main/-.e\u0301\u0430\u043e\u0441\u0435\u03bf\u13a0\ua4d0\uff41\u00e9\u00df\u4e2d\u304b\u3099\uac00\u1100\u1161',
  ),
  ...Array.from('\u2044\u0338=<\u212b\u2126\u017f\u0131\u202e\u200d\ufe0f\u2764\u{1d41a}\u{e0061}'),
];

function madeName(random: Random): Buffer {
  const letters = Array.from({ length: 1 + below(random, 8) }, () => anyOf(random, LETTERS));
  const byte = random() < 0.2 ? Buffer.from([128 + below(random, 128)]) : Buffer.alloc(0);
  return Buffer.concat([Buffer.from(letters.join('')), byte]);
}

export const NAMES: readonly Target[] = [
  {
    name: 'names',
    form: 'text',
    seeds: [
      'main',
      'm\u0430in',
      'caf\u00e9',
      'cafe\u0301',
      '\u043c\u0438\u0440/\uff4d\uff41in',
      'a\u0085b',
      Buffer.from([0x61, 0x85]),
    ],
    errors: [],
    generate: madeName,
    run: show,
  },
];
