import { generateKeyPairSync } from 'node:crypto';
import { REFUSALS } from '../../__tests__/recordings/refusals.js';
import { Problem } from '../../src/protocol/problem.js';
import { beginsAsGit, greetingIn, shownGreeting } from '../../src/protocol/programs/greeting.js';
import { normalizeKnownHosts } from '../../src/protocol/programs/known-hosts.js';
import { localFailure } from '../../src/protocol/programs/local-failure.js';
import { normalizePrivateKey } from '../../src/protocol/programs/ssh-key.js';
import { reasonOf } from '../../src/protocol/programs/ssh-reasons.js';
import { linesOf } from '../../src/protocol/lines.js';
import { shown, tellingLines } from '../../src/protocol/programs/ssh-words.js';
import { readCertificates } from '../../src/protocol/http/certificates.js';
import { holds, type Target } from '../target.js';
import { checkError } from './http.js';
import { isShowable } from './showable.js';

const PUBLIC = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
const PEM = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const KEY = normalizePrivateKey(PEM);
const KEY_BYTES = Buffer.from(KEY.split('\n').slice(1, -2).join(''), 'base64');

const LOG = `debug1: Authenticating to host.example:22 as 'git'
debug1: kex_input_ext_info: server-sig-algs=<ssh-ed25519,rsa-sha2-256>
debug1: Offering public key: /x RSA SHA256:abc
git@host.example: Permission denied (publickey,password).`;

const ERRORS = [
  LOG,
  'Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-rsa,ssh-dss',
  'ssh: connect to host x port 22: Connection refused',
  'kex_exchange_identification: Connection closed by remote host\ndebug1: kex_exchange_identification: banner line 0: HTTP/1.1 400',
  'bash: line 1: git-upload-pack: command not found\nremote: \nERROR: Repository not found.',
];

/** Reads what ssh, and the server behind it, write to standard error. */
function explain(input: Buffer): unknown {
  const errors = input.toString('utf8');
  const [words, log] = [tellingLines(errors), linesOf(errors)];
  holds(isShowable(shown(words)), 'words are not showable');
  const of = { words, log, host: 'host.example', user: undefined };
  const reasons = [255, 127, 126].map((code) => reasonOf({ ...of, hasKey: code === 255, code }));
  for (const reason of reasons)
    holds(isShowable(`${reason?.detail ?? ''}${reason?.remedy ?? ''}`), 'a reason is not showable');
  return reasons.map((reason) => reason?.detail);
}

function readGreeting(input: Buffer): unknown {
  const isGit = beginsAsGit(input);
  const shorter = beginsAsGit(input.subarray(0, -1));
  holds(
    shorter === undefined || input.length > 80 || shorter === isGit || input.length === 5,
    'more bytes make another greeting',
  );
  const greeting = greetingIn(input.toString('utf8'));
  holds(greeting === undefined || isShowable(shownGreeting(greeting)), 'a greeting is not showable');
  return { isGit, before: greeting?.isBeforeGit };
}

function armored(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
}

function readKey(text: string): unknown {
  const key = normalizePrivateKey(text);
  holds(normalizePrivateKey(key) === key, 'a key that was made fit is not fit');
  return key.length;
}

function readHosts(text: string): unknown {
  const { lines, wrong } = normalizeKnownHosts(text);
  holds(!/[\r]/.test(lines), 'a line has a carriage return');
  const again = normalizeKnownHosts(lines);
  holds(again.lines === lines || text.includes('\\'), 'lines that were made fit are not fit');
  return { lines: lines.split('\n').length, wrong: wrong?.length };
}

export const SSH: readonly Target[] = [
  {
    name: 'ssh-words',
    form: 'text',
    seeds: [...ERRORS, ...REFUSALS.filter(({ how }) => how === 'ssh').map(({ remote }) => remote.join('\n'))],
    errors: [],
    run: explain,
  },
  {
    name: 'greeting',
    form: 'bytes',
    seeds: [
      '000eversion 2\n',
      '0000',
      `00${'a'.repeat(50)}`,
      `Welcome\r\n\x1b[1m00a2${'1'.repeat(40)} HEAD\0`,
      '001eERR no',
      'Dead or alive',
    ],
    errors: [],
    run: readGreeting,
  },
  {
    name: 'git-words',
    form: 'text',
    seeds: [
      "fatal: '/x' does not appear to be a git repository",
      'fatal: unknown repository extension found:\n\treftable',
      'fatal: multi-pack-index required OID fanout is of the wrong size',
    ],
    errors: [],
    run: (input) => {
      const end = { errors: input.toString('utf8'), code: 128, greeting: '', hasAnswered: false, signal: null };
      return checkError(localFailure('/', 'git-upload-pack', end));
    },
  },
  {
    name: 'ssh-key',
    form: 'text',
    seeds: [
      KEY,
      PEM,
      KEY.replaceAll('\n', '\\n'),
      PUBLIC,
      Buffer.from(KEY).toString('base64'),
      'PuTTY-User-Key-File-2: x',
    ],
    errors: [Problem],
    run: (input) => readKey(input.toString('utf8')),
  },
  {
    name: 'ssh-key-bytes',
    form: 'bytes',
    seeds: [KEY_BYTES],
    errors: [Problem],
    run: (input) => readKey(armored(input)),
  },
  {
    name: 'known-hosts',
    form: 'text',
    seeds: [
      `host.example,10.0.0.1 ssh-ed25519 ${PUBLIC} comment\n# c\n|1|abc=|def= ssh-ed25519 ${PUBLIC}`,
      `@cert-authority *.x ssh-ed25519 ${PUBLIC}\\n[h]:22 ssh-ed25519 ${PUBLIC}`,
    ],
    errors: [],
    run: (input) => readHosts(input.toString('utf8')),
  },
  {
    name: 'known-hosts-key',
    form: 'bytes',
    seeds: [Buffer.from(PUBLIC, 'base64')],
    errors: [],
    run: (input) => readHosts(`host ssh-ed25519 ${input.toString('base64')}`),
  },
  {
    name: 'certificates',
    form: 'text',
    seeds: [
      '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
      '-----BEGIN TRUSTED CERTIFICATE-----\\n\\n-----END TRUSTED CERTIFICATE-----',
    ],
    errors: [Problem],
    run: (input) => readCertificates(`-----BEGIN${input.toString('utf8')}`, '/').length,
  },
];
