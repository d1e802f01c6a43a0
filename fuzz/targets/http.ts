import { gzipSync, deflateSync } from 'node:zlib';
import { RemoteError } from '../../src/protocol/errors.js';
import { jsonExcess } from '../../src/protocol/json.js';
import { HTTP_LIMITS } from '../../src/protocol/limits/http.js';
import { codingsIn, decode } from '../../src/protocol/http/content-coding.js';
import { refusesChunks } from '../../src/protocol/http/no-chunks.js';
import { followRedirects } from '../../src/protocol/http/redirects.js';
import { serverText, serverTextInJson } from '../../src/protocol/http/server-words.js';
import { statusError, type UnexpectedAnswer } from '../../src/protocol/http/status-error.js';
import { otherSchemes, schemesIn, webPageIn } from '../../src/protocol/http/web-page.js';
import { PATIENCE, pauseAfter } from '../../src/protocol/patience.js';
import { readRetryAfter } from '../../src/protocol/retry-after.js';
import { anyOf, below, type Random } from '../bytes.js';
import { holds, type Target } from '../target.js';
import { isShowable } from './showable.js';
import { inPieces, LOCATION, type Chunks } from './stream.js';

/** Characters of the longest message of an error: no page or refusal is told in full. */
const LONGEST_MESSAGE = 8000;

export function checkError(error: RemoteError): unknown {
  holds(isShowable(error.message), 'a message is not showable');
  holds(error.message.length <= LONGEST_MESSAGE, 'a message is as long as the server wants');
  return error;
}

/** Reads a status line, headers and a body: what the parsers of an answer get of it. */
function answerIn(input: Buffer): UnexpectedAnswer {
  const [head = '', ...rest] = input.toString('utf8').split('\n\n');
  const [status = '', type = '', challenges, redirectedTo] = head.split('\n');
  const code = Number(status.slice(0, 3));
  return {
    location: LOCATION,
    status: Number.isInteger(code) && code >= 100 ? code : 500,
    type,
    beginning: rest.join('\n\n').slice(0, 8192),
    redirectedTo: redirectedTo === '' ? undefined : redirectedTo,
    challenges: challenges === '' ? undefined : challenges,
    signedIn: status.endsWith('+'),
    hints: { token: '`token`', byStatus: { 403: { read: 'R.', write: 'W.' } } },
    service: 'git-receive-pack',
  };
}

const PAGE =
  '<!DOCTYPE html><html><head><title>Sign in \u00b7 Forge</title></head><body><input class="x" type="password"></body></html>';

async function follow(input: Buffer, mayLeaveServer: boolean): Promise<unknown> {
  const first = new URL(`${LOCATION}/info/refs`);
  // Node.js takes headers of so many bytes (`http.maxHeaderSize`).
  const lines = input.toString('latin1', 0, 16 * 1024).split('\n');
  const asked: URL[] = [];
  const { url, refused } = await followRedirects(
    first,
    { mayLeaveServer },
    {
      ask: async (at, hasLeftServer) => {
        const isOther = at.origin !== first.origin;
        holds(mayLeaveServer || !isOther, 'another server is asked');
        holds(!isOther || hasLeftServer, 'another server gets the sign-in');
        holds(at.protocol === 'https:', 'what began over https goes on over something else');
        holds(isOther || hasLeftServer || at.password === '', 'a redirect names credentials for the same server');
        asked.push(at);
        const location = lines[asked.length - 1];
        return { status: 302, headers: location === undefined ? {} : { location } };
      },
      discard: () => undefined,
    },
  );
  holds(asked.length <= HTTP_LIMITS.redirects.value + 1, 'redirects are followed for ever');
  return { to: url.href, refused: refused?.kind, asked: asked.length };
}

/** Each piece is a task for another thread of Node.js. */
const LONGEST_CODED = 512;

async function decodeContent(input: Buffer): Promise<unknown> {
  const end = input.indexOf(0x0a);
  const codings = codingsIn(input.toString('latin1', 0, Math.max(0, end)));
  if (codings.length === 0) return 'plain';
  const parse = async (chunks: Chunks): Promise<unknown> => {
    let ended = 0;
    const decoded = decode({ received: chunks(), codings, location: LOCATION, giveUp: () => void (ended += 1) });
    try {
      return await lengthOf(decoded);
    } catch (error) {
      // How far the decoder has come depends on where the bytes are cut, and with it which fault it meets first.
      if (error instanceof RemoteError) return error.kind;
      throw error;
    } finally {
      holds(ended === 1, 'the connection is not given up once');
    }
  };
  return inPieces(input.subarray(end + 1), parse, LONGEST_CODED);
}

/** Reads a stream to its end, and keeps nothing of it. */
async function lengthOf(stream: AsyncIterable<Buffer>): Promise<number> {
  let length = 0;
  for await (const chunk of stream) length += chunk.length;
  return length;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Levels of a value, counted up to a few more than a text may have. */
function levelsOf(value: Json, most: number): number {
  if (typeof value !== 'object' || value === null || most === 0) return 0;
  return 1 + Math.max(0, ...Object.values(value).map((one: Json) => levelsOf(one, most - 1)));
}

/** Holds what is counted before a text is parsed against what it holds. */
function count(input: Buffer): unknown {
  const text = input.toString('utf8');
  const excess = jsonExcess(text);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return excess ?? 'no JSON';
  }
  const most = HTTP_LIMITS.jsonLevels.value;
  const levels = levelsOf(value, most + 1);
  holds(levels <= most || excess !== undefined, 'JSON has more levels than are counted');
  // What a name stands for twice is gone when it is parsed.
  holds(levels > most || jsonExcess(JSON.stringify(value)) === undefined, 'JSON has fewer levels than are counted');
  return [levels, excess];
}

const NOW = 1.7e12;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const LONG_DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** The forms of a date (RFC 9110, section 5.6.7). */
function datesOf(ms: number): string[] {
  const date = new Date(ms);
  const [day, month, year, time] = [date.getUTCDate(), ...date.toUTCString().split(' ').slice(2, 5)] as const;
  const [two, padded] = [String(day).padStart(2, '0'), String(day).padStart(2, ' ')];
  return [
    date.toUTCString(),
    `${LONG_DAYS[date.getUTCDay()] ?? ''}, ${two}-${month ?? ''}-${year?.slice(2) ?? ''} ${time ?? ''} GMT`,
    `${DAYS[date.getUTCDay()] ?? ''} ${month ?? ''} ${padded} ${time ?? ''} ${year ?? ''}`,
  ];
}

function readPause(input: Buffer): unknown {
  const text = input.toString('latin1');
  const most = PATIENCE.longestAskedPauseMs;
  const pause = pauseAfter(1, { retryAfter: text }, PATIENCE, NOW);
  holds(pause >= 0 && pause <= most, 'a pause is longer than the longest');
  const asked = readRetryAfter(text, NOW, most);
  holds(!/^\d{1,15}$/.test(text) || asked === Math.min(Number(text) * 1000, most), 'seconds are read otherwise');
  const date = Date.parse(text);
  if (date === Math.floor(date / 1000) * 1000 && datesOf(date)[0] === text)
    for (const form of datesOf(date))
      holds(readRetryAfter(form, NOW, most) === Math.max(0, Math.min(date - NOW, most)), 'a date is read otherwise');
  return Math.round(asked / 1000);
}

const REDIRECTS = [
  `${LOCATION}/other/info/refs\n/x/info/refs`,
  'https://user:pass@host.example/y\nhttp://host.example/\n//evil.example/z',
  'https://storage.example/object?signature=x\nhttps://host.example/back',
];

export const HTTP: readonly Target[] = [
  {
    name: 'http-status',
    form: 'text',
    seeds: [
      `401\ntext/plain\nBasic realm="x", Negotiate\n\nAccess denied.\nAccess denied.`,
      `401+\ntext/html\nNTLM, Negotiate\n\n\n${PAGE}`,
      `403+\ntext/html\n\n\n\n<html><title>Zscaler</title>`,
      `200\ntext/plain\n\n\n\n${'1'.repeat(40)}\trefs/heads/main\n`,
      `302\n\n\nhttps://other.example/x\n\n`,
      ...[400, 404, 407, 408, 411, 413, 429, 451, 500, 501, 502, 511, 520].map(
        (status) => `${status}\ntext/plain\n\n\n\nchunked? too many requests`,
      ),
    ],
    errors: [],
    run: (input) => {
      const answer = answerIn(input);
      return [checkError(statusError(answer)), refusesChunks(answer, 'Bad Request')];
    },
  },
  {
    name: 'web-page',
    form: 'text',
    seeds: [
      PAGE,
      'Basic realm="a, b", Digest nonce="x"',
      'Negotiate\nNTLM',
      '<html><title>x</title><input type = "password">',
    ],
    errors: [],
    run: (input) => {
      const text = input.toString('utf8');
      const page = webPageIn({ type: 'text/html', beginning: text });
      holds(isShowable(page?.title ?? ''), 'a title is not showable');
      return { page, schemes: schemesIn(text), others: otherSchemes(text) };
    },
  },
  {
    name: 'server-words',
    form: 'text',
    seeds: [
      '001e# service=git-upload-pack\n0000TF401019: not found.\nTF401019: not found.',
      '{"message":"no \\u002b \\/ \\"x\\""}',
      '{"message":{"base":["a"]}}',
      '{"error": "x", "message": ["y"]}',
    ],
    errors: [],
    run: (input) => {
      const text = input.toString('utf8');
      const said = [serverText({ type: 'text/plain', beginning: text }), serverTextInJson(text)];
      holds(said.every(isShowable), 'words are not showable');
      holds(
        said.every(({ length }) => length < LONGEST_MESSAGE),
        'words are as long as the server wants',
      );
      return said;
    },
  },
  ...[false, true].map((mayLeaveServer): Target => ({
    name: mayLeaveServer ? 'redirects-away' : 'redirects',
    form: 'text',
    seeds: REDIRECTS,
    errors: [],
    run: (input) => follow(input, mayLeaveServer),
  })),
  {
    name: 'retry-after',
    form: 'text',
    seeds: ['120', '1.5', 'Wed, 21 Oct 2026 07:28:00 GMT', '-1', '9'.repeat(30), '+275760-09-13T00:00:00Z'],
    errors: [],
    generate: (random: Random) => Buffer.from(new Date(NOW + 1000 * (below(random, 400) - 100)).toUTCString()),
    run: readPause,
  },
  {
    name: 'json-excess',
    form: 'json',
    seeds: [
      '{"a":[{"b\\"[[":[1,"\\\\"]}]}',
      '['.repeat(70),
      `${'['.repeat(64)}${']'.repeat(64)}`,
      '"\\u005b["',
      '{"a":{"a":1},"a":2}',
    ],
    errors: [],
    run: count,
  },
  {
    name: 'content-coding',
    form: 'bytes',
    seeds: [
      Buffer.concat([Buffer.from('gzip\n'), gzipSync('hello')]),
      Buffer.concat([Buffer.from('deflate\n'), deflateSync('hello')]),
      'br\nx',
      'gzip, deflate\nx',
    ],
    errors: [RemoteError],
    generate: (random) => {
      const content = Buffer.alloc(below(random, random() < 0.1 ? 30e6 : 5000), anyOf(random, [0, 1, 255]));
      const [name, make] = anyOf(random, [
        ['gzip', gzipSync],
        ['x-gzip', gzipSync],
        ['deflate', deflateSync],
      ] as const);
      return Buffer.concat([Buffer.from(`${name}\n`), make(content)]);
    },
    run: decodeContent,
  },
];
