import { Secrets } from '../../src/redaction/secrets.js';
import { printable, printableJson, printableLine } from '../../src/protocol/printable.js';
import { dotenvOf } from '../../src/report/views/dotenv.js';
import { withoutCommands } from '../../src/report/workflow-commands.js';
import { code, inert, link } from '../../src/action/summary/markdown.js';
import { below } from '../bytes.js';
import { holds, type Target } from '../target.js';
import { isShowable } from './showable.js';

const SECRET = 'ghp_s3cr3t/+=&t"k\\n<ab%41>';
const secrets = new Secrets([SECRET], ['me', undefined]);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Ways in which a server may say a secret back. */
const ENCODERS: readonly ((text: string) => string)[] = [
  (text) => text,
  encodeURIComponent,
  (text) =>
    encodeURIComponent(text)
      .replaceAll('%20', '+')
      .replace(/%../g, (one) => one.toLowerCase()),
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => Array.from(text, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  (text) => text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`),
  base64,
  (text) => base64(`me:${text}`),
  (text) => base64(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
];

/** The first of them that leave letters as they are. */
const TEXTUAL_ENCODERS = 6;

/** The secret, or what it is encoded by at most two encoders, among other text; the numbers in front choose. */
function redactIn(input: Buffer): unknown {
  const [first = 0, second = 0, ...rest] = input;
  const bytes = Buffer.from(rest);
  const middle = bytes.length >> 1;
  const [before, after] = [bytes.toString('utf8', 0, middle), bytes.toString('utf8', middle)];
  const encoders = [ENCODERS[first % ENCODERS.length], ENCODERS[second % ENCODERS.length]];
  // Nobody can tell base64 of what is encoded already from a text.
  const isLikely = first % ENCODERS.length === 0 || second % ENCODERS.length < TEXTUAL_ENCODERS;
  const said = isLikely ? encoders.reduce((text, encode) => encode?.(text) ?? text, SECRET) : SECRET;
  const shown = secrets.redact(`${before} ${said} ${after}`);
  holds(!shown.includes(said) || said.length < 4, 'a secret is shown');
  return shown.replace(/[^*]+/g, (text) => String(Math.ceil(Math.log2(text.length))));
}

function show(input: Buffer): unknown {
  const text = input.toString('utf8');
  const lines = [printable(text), printableLine(text, 50), printable(text, 8)];
  holds(lines.every(isShowable), 'a text is not showable');
  holds(
    lines.every((line) => line.length <= 10 * 2000 + 100),
    'a text is longer than the limit',
  );
  return lines;
}

function runnerText(input: Buffer): unknown {
  const text = input.toString('utf8');
  const tame = withoutCommands(text);
  holds(!/##\w*\[|^[^\S\n\r\u2028\u2029]*::/m.test(tame), 'a command to the runner is left');
  const json = printableJson({ text });
  holds((JSON.parse(json) as { text: string }).text === text, 'JSON says something else');
  holds(!/##\w*\[/.test(json), 'a command to the runner is left in JSON');
  return tame.length - text.length;
}

function page(input: Buffer): unknown {
  const text = input.toString('utf8');
  const cell = code(text, 200) + link(inert(text, 500), text);
  holds(!/[\n\r|]/.test(cell), 'a cell of a table ends early');
  holds(cell.replace(/<\/?code>|<wbr>|<a href="[^"<>]*">|<\/a>/g, '').search(/[<>]/) < 0, 'HTML is left');
  return cell.length;
}

function outputs(input: Buffer): unknown {
  const text = input.toString('utf8');
  const lists = { 'created-refs': text.split('\n'), 'rejected-refs': [text] };
  const file = dotenvOf({ status: 'failed', changed: 'true', 'last-error': text, 'last-error-code': '', lists });
  holds(
    file
      .split('\n')
      .slice(0, -1)
      .every((line) => /^PUSH_MIRROR_[A-Z_]+=/.test(line) && isShowable(line)),
    'a line sets another variable',
  );
  holds(!/\$|%\w+%/.test(file), 'a variable is named in a value');
  holds(Buffer.byteLength(file) <= 5 * 1024, 'the file is larger than GitLab takes');
  return file.length;
}

const WORDS = [
  'remote: \x1b[31mred\x1b[0m',
  '::set-env name=x::y',
  'a ##[command]b\n ::error::c',
  '\u202eabc\u2028',
  '<b>|`@me` [x](y)</b>',
  '$HOME %PATH% # c',
  'https://host.example/a|b"c',
];

export const SHOWN: readonly Target[] = [
  {
    name: 'redaction',
    form: 'text',
    seeds: ENCODERS.map((_, index) => Buffer.from([index, 0, ...Buffer.from('before, after')])),
    errors: [],
    generate: (random) =>
      Buffer.concat([
        Buffer.from([below(random, 9), below(random, 9)]),
        Buffer.from('x%4\\u00&#x4 &amp; ab…'.slice(below(random, 20))),
      ]),
    run: redactIn,
  },
  { name: 'printable', form: 'text', seeds: WORDS, errors: [], run: show },
  { name: 'workflow-commands', form: 'text', seeds: WORDS, errors: [], run: runnerText },
  { name: 'markdown', form: 'text', seeds: WORDS, errors: [], run: page },
  { name: 'dotenv', form: 'text', seeds: WORDS.filter(isShowable), errors: [], run: outputs },
];
