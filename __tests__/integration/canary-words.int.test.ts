import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArguments } from '../../src/cli/arguments.js';
import { runCommand, type CommandProcess } from '../../src/cli/run.js';
// Loaded on demand by the product: Jest fails where two such parts want the same one of Node.js at the same time.
import '../../src/lfs/relay/stores.js';
import '../../src/lfs/search/search.js';
import '../../src/repositories/staging.js';
import { MirroredPair } from '../mirrored-pair.js';
import { pick, seeded } from '../random.js';
import { isolatedGit } from '../repositories/git.js';
import { cutSomewhere, partsIn, randomSecret, wrapped, WRITINGS } from '../secret-forms.js';
import { flush, message, pkt, serviceLine } from '../servers/pkt.js';
import { TELLS_VERSION } from '../servers/ssh-program.js';

const LIMIT_MS = 60_000;
// The longest answer of which something is shown.
const MOST_OF_PAGE = 1024;
const ZERO = '0'.repeat(40);

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const plain =
  (status: number, body: string | Buffer, type = 'text/plain'): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'Content-Type': type }).end(body);
  };

const band = (number: number, bytes: Buffer | string): Buffer =>
  pkt(Buffer.concat([Buffer.from([number]), Buffer.from(bytes)]));

/** Advertises an empty repository, reads the push, and answers with packets of a side band. */
const pushed =
  (...bands: readonly Buffer[]): Answer =>
  (request, response) => {
    if (request.method === 'GET') {
      const capabilities = 'report-status side-band-64k delete-refs object-format=sha1';
      const advertisement = message(`${ZERO} capabilities^{}\0${capabilities}\n`);
      const body = Buffer.concat([serviceLine('git-receive-pack'), advertisement]);
      response.writeHead(200, { 'Content-Type': 'application/x-git-receive-pack-advertisement' }).end(body);
      return;
    }
    request.resume().on('end', () => {
      const result = { 'Content-Type': 'application/x-git-receive-pack-result' };
      response.writeHead(200, result).end(Buffer.concat([...bands, flush]));
    });
  };

const report = (unpack: string, reason: string): Buffer =>
  band(
    1,
    message(
      `unpack ${unpack}\n`,
      ...['heads/main', 'heads/feature', 'tags/v1'].map((ref) => `ng refs/${ref} ${reason}\n`),
    ),
  );
const oneLine = (said: string): string => said.replace(/[\r\n\0]+/g, ' ');

/** Places in which a target can say what it wants to. */
const CHANNELS: Readonly<Record<string, (said: string) => Answer>> = {
  'a refusal in plain text': (said) => plain(403, `the token is ${said} and so on`),
  'an answer that is cut': (said) => {
    const before = 'я'.repeat((MOST_OF_PAGE - Math.floor(said.length / 2)) / 2);
    return plain(403, `${before}${said}`);
  },
  'the title of a page': (said) => plain(200, `<html><title>${said.replaceAll('<', ' ')}</title>`, 'text/html'),
  'a redirect': (said) => (_request, response) => {
    response.writeHead(302, { Location: `/other/${said.replace(/[^!-~]|[?#\\]/g, '')}/info/refs` }).end();
  },
  'the type of an answer': (said) => plain(200, '', said.replace(/[^!-~]/g, '')),
  'an ERR packet': (said) =>
    plain(
      200,
      Buffer.concat([serviceLine('git-receive-pack'), pkt(`ERR access denied to ${oneLine(said)}`)]),
      'application/x-git-receive-pack-advertisement',
    ),
  'words for people': (said) => pushed(band(2, `it is ${said} and so on\n`), report('ok', 'no')),
  'words in two packets': (said) => {
    const middle = Math.floor(said.length / 2);
    return pushed(band(2, said.slice(0, middle)), band(2, `${said.slice(middle)}\n`), report('ok', 'no'));
  },
  'two lines': (said) => {
    const middle = Math.floor(said.length / 3);
    return pushed(band(2, `${said.slice(0, middle)}\n${said.slice(middle)}\n`), report('ok', 'no'));
  },
  'lines of seven characters': (said) =>
    pushed(band(2, `${said.match(/[^]{1,7}/g)?.join('\n') ?? ''}\n`), report('ok', 'no')),
  'the end of a push': (said) => pushed(band(3, `cannot go on: ${said}`)),
  'the reason of a ref': (said) => pushed(report('ok', oneLine(said))),
  'a long reason': (said) => pushed(report('ok', `${'a'.repeat(1000 - Math.floor(said.length / 2))}${oneLine(said)}`)),
  'the result of unpacking': (said) => pushed(report(oneLine(said), 'unpacker error')),
};

let pair: MirroredPair;
let url: string;
let answer: Answer = plain(500, '');
const server = createServer((request, response) => answer(request, response));

beforeAll(async () => {
  pair = await MirroredPair.start();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/t.git`;
}, LIMIT_MS);

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await pair.stop();
}, LIMIT_MS);

/** Runs the command in this process: all that it writes. */
async function shownBy(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<string> {
  const files = { report: pair.scratch.join('report.json'), dotenv: pair.scratch.join('outputs.env') };
  const env = { ...isolatedGit(), ...environment };
  const invocation = parseArguments(
    ['--verbose', '--json', '--timeout', '5', '--report', files.report, '--dotenv', files.dotenv, ...args],
    env,
  );
  if (invocation.kind !== 'mirror') throw new Error('no mirror was asked for');
  let shown = '';
  const out = { write: (text: string) => (shown += text) };
  const untold = (): undefined => undefined;
  const process = { cwd: () => pair.scratch.path, env, on: untold, off: untold, stdout: out, stderr: out };
  await runCommand(invocation, process as unknown as CommandProcess, 'push-mirror/test', () => undefined);
  return shown + readFileSync(files.report, 'utf8') + readFileSync(files.dotenv, 'utf8');
}

type Spoil = (units: readonly string[], random: () => number) => string;
const SPOILS: readonly [Spoil, ...Spoil[]] = [
  (units) => units.join(''),
  wrapped,
  (units, random) => cutSomewhere(units.join(''), random),
  (units, random) => cutSomewhere(wrapped(units, random), random),
];

// A third of the writings at each place, another one at the next; all with EVERY_WRITING=1.
const isEach = process.env.EVERY_WRITING !== undefined;
/** Writings with signs that are not left in an address as they are. */
const NOT_IN_ADDRESSES = new Set(['numbers of Unicode', 'escapes of CSS']);

function writingsAt(where: string, place: number): [string, (typeof WRITINGS)[string]][] {
  return Object.entries(WRITINGS).filter(
    ([how], at) => (isEach || (at + place) % 3 === 0) && !(where === 'a redirect' && NOT_IN_ADDRESSES.has(how)),
  );
}

describe.each(
  Object.entries(CHANNELS).map(([where, channel], place) => [where, channel, writingsAt(where, place)] as const),
)('a target that repeats the token in %s', (where, channel, writings) => {
  test.each(writings)(
    'as %s',
    async (how, write) => {
      const random = seeded(where.length * 1000 + how.length);
      const secret = randomSecret(random);
      const said = pick(random, SPOILS)(write(secret, random), random);
      answer = channel(said);
      const shown = await shownBy([pair.source.path, url], { PUSH_MIRROR_TARGET_TOKEN: secret });

      expect(shown).toContain('"update_status": "failed"');
      expect({ secret, said, shown, parts: partsIn(shown, secret) }).toEqual({ secret, said, shown, parts: [] });
    },
    LIMIT_MS,
  );
});

describe('a server behind ssh that repeats the token of the other end', () => {
  test.each(Object.entries(WRITINGS))(
    'as %s',
    async (_how, write) => {
      const random = seeded(3);
      const secret = randomSecret(random);
      const folder = pair.scratch.join('bin');
      mkdirSync(folder, { recursive: true });
      for (const spoil of SPOILS) {
        const said = spoil(write(secret, random), random);
        writeFileSync(join(folder, 'words'), said.replaceAll('\0', ' '));
        for (const where of [pick(random, ['>&2', ''])]) {
          const program = join(folder, 'ssh');
          writeFileSync(
            program,
            `#!/bin/sh\n${TELLS_VERSION}\nprintf 'denied: ' ${where}\ncat '${join(folder, 'words')}' ${where}\nexit 255\n`,
          );
          chmodSync(program, 0o755);
          const shown = await shownBy([pair.url('source'), 'ssh://git@host.example/x.git'], {
            PUSH_MIRROR_SOURCE_TOKEN: secret,
            PUSH_MIRROR_SSH_KNOWN_HOSTS:
              'host.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl',
            PATH: `${folder}:${process.env.PATH ?? ''}`,
          });

          expect(shown).toContain('"update_status": "failed"');
          expect({ secret, said, shown, parts: partsIn(shown, secret) }).toEqual({ secret, said, shown, parts: [] });
        }
      }
    },
    LIMIT_MS,
  );
});
