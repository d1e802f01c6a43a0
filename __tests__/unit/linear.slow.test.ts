import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { inert } from '../../src/action/summary/markdown.js';
import { tidyCodecommitUrl } from '../../src/hosts/codecommit-url.js';
import { projectPath } from '../../src/hosts/forge.js';
import { PushWords } from '../../src/hosts/push-words.js';
import { refLimitIn } from '../../src/hosts/ref-limit.js';
import { Explainer, explainRejection, provesRace } from '../../src/hosts/rejection.js';
import { namesLfs } from '../../src/lfs/search/attributes.js';
import { configuredUrl } from '../../src/lfs/wire/configuration.js';
import { lfsEndpoint } from '../../src/lfs/wire/endpoint.js';
import { parsePointer } from '../../src/lfs/wire/pointer.js';
import { failureError } from '../../src/mirror/words.js';
import { trim } from '../../src/options/trim.js';
import { speaksOfLoad } from '../../src/protocol/busy.js';
import { RemoteError } from '../../src/protocol/errors.js';
import { refusesChunks } from '../../src/protocol/http/no-chunks.js';
import { refusalWords, serverText, serverTextInJson } from '../../src/protocol/http/server-words.js';
import { otherSchemes, webPageIn } from '../../src/protocol/http/web-page.js';
import { bareUrl, parseLocation, withoutGit } from '../../src/protocol/location.js';
import { printable, printableLine } from '../../src/protocol/printable.js';
import { beginsAsGit, greetingIn, LONGEST_GREETING, shownGreeting } from '../../src/protocol/programs/greeting.js';
import { normalizeKnownHosts } from '../../src/protocol/programs/known-hosts.js';
import { localFailure } from '../../src/protocol/programs/local-failure.js';
import { reasonOf } from '../../src/protocol/programs/ssh-reasons.js';
import { shown, tellingLines } from '../../src/protocol/programs/ssh-words.js';
import { linesOf } from '../../src/protocol/lines.js';
import {
  hasUserinfo,
  namesPassword,
  secretsInText,
  secretsInUrl,
  shownUrl,
  shownWithoutUser,
  splitUser,
} from '../../src/protocol/userinfo.js';
import { ErrorLines } from '../../src/protocol/wire/error-lines.js';
import { committedAt, parentsOf, tagLink, targetOf, treeOf } from '../../src/protocol/wire/objects.js';
import { isValidRefName } from '../../src/protocol/wire/ref-name.js';
import { withoutCommands } from '../../src/report/workflow-commands.js';
import { paceOf, repeated } from '../pace.js';

/** Every reader of a server's words that takes a text. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  explainRejection: (text) => explainRejection(text, [text], 'http'),
  unmoved: (text) => new Explainer().unmoved(text, [text], 'ssh'),
  provesRace: (text) => provesRace(text, [text]),
  PushWords: (text) => new PushWords([text], new Set(['refs/heads/main']), new Explainer()).about('refs/heads/main', 5),
  refLimitIn: (text) => refLimitIn([text]),
  speaksOfLoad,
  failureError: (text) => {
    const end = { location: 'https://a.example/x', place: 'http', default: undefined } as const;
    const error = new RemoteError({ kind: 'refused', location: end.location, detail: text });
    return failureError(error, { source: end, target: end });
  },
  'ssh: lines': (text) => shown(tellingLines(text)),
  'ssh: reason': (errors) =>
    reasonOf({ words: tellingLines(errors), log: linesOf(errors), host: 'a', user: 'git', hasKey: true, code: 255 }),
  greeting: (text) => {
    const read = text.slice(0, LONGEST_GREETING);
    return shownGreeting(greetingIn(read) ?? { text: read, isBeforeGit: false });
  },
  beginsAsGit: (text) => beginsAsGit(Buffer.from(text)),
  localFailure: (errors) =>
    localFailure('.', 'git-upload-pack', { errors, code: 1, greeting: errors } as Parameters<typeof localFailure>[2]),
  knownHosts: normalizeKnownHosts,
  serverText: (beginning) => serverText({ type: 'text/plain', beginning }),
  serverTextInJson,
  refusalWords: (text) => refusalWords({ type: 'text/plain', body: text }),
  webPage: (beginning) => webPageIn({ type: 'text/html', beginning }),
  schemes: otherSchemes,
  refusesChunks: (text) => refusesChunks({ status: 400, beginning: text } as Parameters<typeof refusesChunks>[0], text),
  printable: (text) => printable(text, text.length),
  printableLine: (text) => printableLine(text),
  shownUrl,
  shownWithoutUser,
  splitUser,
  namesPassword,
  secretsInUrl: (text) => secretsInUrl(text, ['git']),
  secretsInText: (text) => secretsInText(text, ['git']),
  parseLocation: (text) => attempt(() => parseLocation(text, '/')),
  withoutGit,
  url: (text) =>
    attempt(() => {
      const url = new URL(`https://git-codecommit.us-east-1.amazonaws.com/${text}`);
      hasUserinfo(bareUrl(url));
      projectPath({ kind: 'http', url: tidyCodecommitUrl(url) }, url.href);
      return lfsEndpoint({ kind: 'http', url });
    }),
  configuredUrl: (text) => configuredUrl(Buffer.from(text.slice(0, 65_000))),
  'configuredUrl: a value': (text) => configuredUrl(Buffer.from(`[lfs]\nurl = ${text.slice(0, 16_000)}`)),
  namesLfs: (text) => namesLfs(Buffer.from(text)),
  parsePointer: (text) => parsePointer(Buffer.from(text)),
  objects: (text) => {
    const bytes = Buffer.from(text);
    return [treeOf, parentsOf, committedAt, targetOf, tagLink].map((read) => read(bytes));
  },
  'an object with its header': (text) => {
    const bytes = Buffer.from(`tree 1\ncommitter ${text}\n\n`);
    return [treeOf, parentsOf, committedAt, targetOf, tagLink].map((read) => read(bytes));
  },
  ErrorLines: (text) => {
    const lines = new ErrorLines();
    lines.hear(text);
  },
  isValidRefName,
  withoutCommands,
  inert: (text) => inert(text, text.length),
  trim,
};

function attempt(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

/** Signs that expressions repeat, or end at. */
const SIGNS = [
  ...Array.from(' \t\n\r\v\u00a0\u2028\u0085.,:;!?/\\|"\'`<>()[]{}@=#%&*+-_~$^0aAzé\u{1f600}\ud800\u0000…'),
  ...['\\"', '\\\\', '\r\n', ' \n', '\n ', ' \u00a0', '\n\n ', '. ', ': ', 'a ', 'a.', 'a/', '/.', '.git', '.git/'],
  ...['://', 'a://', '@:', 'a:b@', '%4', '%40', '&#', '##', '##[', '::', 'x@', '?=', '": "', '","', '<<', '# ', '[a "'],
];

/** Beginnings behind which an expression may read on. */
const BEGINNINGS = ['', 'error: ', '{"message":"'];

/** Words in the expressions of the sources, and the beginnings of these words. */
function wordsOfExpressions(): string[] {
  const words = new Set<string>();
  for (const file of readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))) {
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        for (const [word] of node.text.matchAll(/[A-Za-z0-9][A-Za-z0-9 ':-]{2,}/g)) words.add(word);
      }
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, readFileSync(join('src', file), 'utf8'), ts.ScriptTarget.Latest));
  }
  return [...words];
}

const LENGTH = 64 * 1024;
/** There are many words, and a quarter of the length shows the square of it as well. */
const LENGTH_OF_WORDS = LENGTH / 4;
const LONGEST_MS = 100;
/** Times below tell nothing of growth. */
const FLOOR_MS = 10;

/** Reports how a reader fails on texts that repeat a piece; `undefined` where it takes time in proportion. */
function slowness(
  read: (text: string) => unknown,
  piece: string,
  beginning: string,
  length: number,
): string | undefined {
  const text = (most: number): string => `${beginning}${repeated(piece, most)}!x`;
  const whole = text(length);
  let ms = paceOf(() => read(whole), 1);
  if (ms > FLOOR_MS) ms = paceOf(() => read(whole), 5);
  if (ms > LONGEST_MS) return `${JSON.stringify(piece)}: ${ms} ms`;
  if (ms <= FLOOR_MS) return undefined;
  const twice = text(length * 2);
  const ratio = paceOf(() => read(twice), 5) / ms;
  return ratio > 3.5 ? `${JSON.stringify(piece)}: ${ratio} times as long for twice the text` : undefined;
}

describe('takes time in proportion to a text', () => {
  const words = wordsOfExpressions();

  test.each(Object.entries(READERS))('%s', (_name, read) => {
    const signs = BEGINNINGS.flatMap((beginning) => SIGNS.map((piece) => slowness(read, piece, beginning, LENGTH)));
    const pieces = words.map((word) => slowness(read, `${word} `, '', LENGTH_OF_WORDS));

    expect(words.length).toBeGreaterThan(200);
    expect([...signs, ...pieces].filter((found) => found !== undefined)).toEqual([]);
  });
});
