import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { normalizePrivateKey } from '../../src/protocol/programs/ssh-key.js';
import { Problem } from '../../src/protocol/problem.js';
import { Scratch } from '../repositories/git.js';
import { needed } from '../requires.js';

const PASSPHRASE = 'a passphrase';
const DAMAGED = 'is an incomplete or damaged private key: copy the whole file again';
const ENCRYPTED =
  /^is protected by a passphrase, which nobody can enter during a run: create a new key without a passphrase/;
const PUBLIC = 'is a public key: give the private key, the file without .pub in its name';
const NONE =
  'is not a private key: a private key begins with -----BEGIN OPENSSH PRIVATE KEY-----, as ssh-keygen writes it';

/** Every form in which ssh-keygen writes a key: it knows but one for Ed25519. */
const FORMS: readonly (readonly [string, readonly string[]])[] = [
  ['ed25519', ['-t', 'ed25519']],
  ['rsa', ['-t', 'rsa', '-b', '2048']],
  ['rsa in PEM', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
  ['rsa in PKCS8', ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8']],
  ['ecdsa', ['-t', 'ecdsa']],
  ['ecdsa in PEM', ['-t', 'ecdsa', '-m', 'PEM']],
  ['ecdsa in PKCS8', ['-t', 'ecdsa', '-m', 'PKCS8']],
  ['ecdsa on the longest curve', ['-t', 'ecdsa', '-b', '521']],
];

const inYaml = (key: string): string => key.replace(/^/gm, '      ');
const base64 = (key: string): string => Buffer.from(key).toString('base64');

/** What becomes of a key on its way through clipboards, YAML, JSON and shells. */
const PASTED: readonly (readonly [string, (key: string) => string])[] = [
  ['as it is', (key) => key],
  ['with CRLF', (key) => key.replaceAll('\n', '\r\n')],
  ['with CR alone', (key) => key.replaceAll('\n', '\r')],
  ['with \\n as text', (key) => key.replaceAll('\n', '\\n')],
  ['with \\r\\n as text', (key) => key.replaceAll('\n', '\\r\\n')],
  ['with \\n as text and line feeds', (key) => key.replaceAll('\n', '\\n\n')],
  ['without its last newline', (key) => key.trimEnd()],
  ['between blank lines', (key) => `\n \n\n${key}\n\n\t\n`],
  ['indented by YAML', inYaml],
  ['indented with tabs, and CRLF', (key) => key.replace(/^/gm, '\t').replaceAll('\n', '\r\n')],
  ['in one line with spaces', (key) => key.replaceAll('\n', ' ')],
  ['with spaces at the ends of its lines', (key) => key.replaceAll('\n', '  \n')],
  ['in double quotes', (key) => `"${key}"`],
  ['in double quotes, with \\n as text', (key) => `"${key.replaceAll('\n', '\\n')}"\n`],
  ['in single quotes', (key) => `'${key.trimEnd()}'`],
  ['after a byte order mark', (key) => `\uFEFF${key}`],
  ['in base64', base64],
  ['in base64, wrapped in lines', (key) => base64(key).replace(/.{76}/g, '$&\n')],
  ['in base64, in quotes', (key) => `"${base64(key)}"`],
  ['in base64, with CRLF inside', (key) => base64(key.replaceAll('\n', '\r\n'))],
  ['with text around it', (key) => `the key of the mirror:\n${key}That was it.`],
];

needed('ssh-keygen').describe('normalizePrivateKey', () => {
  const scratch = new Scratch();
  /** What ssh-keygen has said about a key: asked again it says the same. */
  const publicHalves = new Map<string, string>();
  let made = 0;

  afterAll(() => scratch.remove());

  /** Makes a key pair with ssh-keygen; returns both files' content. */
  function keyPair(options: readonly string[], passphrase = ''): { path: string; key: string; publicKey: string } {
    const path = scratch.join(`key-${(made += 1)}`);
    execFileSync('ssh-keygen', ['-q', ...options, '-N', passphrase, '-C', 'test', '-f', path]);
    return { path, key: readFileSync(path, 'utf8'), publicKey: readFileSync(`${path}.pub`, 'utf8') };
  }

  /** What ssh itself takes the public half of a key to be, without the comment. */
  function publicHalf(key: string): string {
    const half = publicHalves.get(key) ?? withoutComment(read(key));
    publicHalves.set(key, half);
    return half;
  }

  function read(key: string): string {
    const path = scratch.join(`normalized-${(made += 1)}`);
    writeFileSync(path, key, { mode: 0o600 });
    return execFileSync('ssh-keygen', ['-y', '-f', path], { encoding: 'utf8', stdio: 'pipe' });
  }

  describe.each(FORMS)('a key of the kind %s', (_kind, options) => {
    let pair: { key: string; publicKey: string };

    beforeAll(() => {
      pair = keyPair(options);
    });

    test.each(PASTED)('%s is one that ssh reads', (_state, paste) => {
      expect(publicHalf(normalizePrivateKey(paste(pair.key)))).toBe(withoutComment(pair.publicKey));
    });

    test('normalized twice stays as it is', () => {
      const normalized = normalizePrivateKey(pair.key);

      expect(normalizePrivateKey(normalized)).toBe(normalized);
    });

    test.each([0.05, 0.3, 0.6, 0.95])('cut off after %d of it is called damaged', (share) => {
      const cut = pair.key.slice(0, Math.max(45, Math.floor(pair.key.length * share)));

      expect(refusal(cut, pair.key)).toBe(DAMAGED);
    });

    test.each([1, 10, 40, 100])('without its first %d characters is called damaged', (count) => {
      expect(refusal(pair.key.slice(count), pair.key)).toBe(DAMAGED);
    });

    test.each([1, 2, 10, 20, 30])('without its last %d characters is called damaged', (count) => {
      expect(refusal(pair.key.trimEnd().slice(0, -count), pair.key)).toBe(DAMAGED);
    });

    test('of which a line is missing is called damaged', () => {
      const lines = pair.key.split('\n');

      for (const at of [1, 2, Math.floor(lines.length / 2)]) {
        expect(refusal(lines.toSpliced(at, 1).join('\n'), pair.key)).toBe(DAMAGED);
      }
    });

    test('of which only the first line arrived is called damaged', () => {
      expect(refusal(pair.key.split('\n')[0] ?? '', pair.key)).toBe(DAMAGED);
    });

    test('whose first characters were changed is called damaged', () => {
      const changed = pair.key.replace(/\n(.{2})./, (_all, before: string) => `\n${before}!`);
      const swapped = pair.key.replace(/\n(.)(.)/, (_all, one: string, other: string) => `\n${other}${one}`);

      expect([refusal(changed, pair.key), refusal(swapped, pair.key)]).toEqual([DAMAGED, DAMAGED]);
    });

    test('cut off within its base64 is called damaged', () => {
      const encoded = base64(pair.key);

      expect(refusal(encoded.slice(0, encoded.length / 2), pair.key)).toBe(DAMAGED);
    });

    test('after which another one stands is the first of them', () => {
      const both = pair.key + keyPair(['-t', 'ed25519']).key;

      expect(publicHalf(normalizePrivateKey(both))).toBe(withoutComment(pair.publicKey));
    });

    test('whose end was lost before another one is called damaged', () => {
      const both = `${pair.key.slice(0, pair.key.length / 2)}\n${pair.key}`;

      expect(refusal(both, pair.key)).toBe(DAMAGED);
    });

    test('whose public half was pasted is called a public one', () => {
      expect(refusal(pair.publicKey, pair.publicKey)).toBe(PUBLIC);
      expect(refusal(`"${pair.publicKey.trim()}"`, pair.publicKey)).toBe(PUBLIC);
    });
  });

  test('with its first magic character changed, one of OpenSSH is called damaged', () => {
    const { key } = keyPair(['-t', 'ed25519']);

    expect(refusal(key.replace('b3BlbnNzaC1rZXktdjEA', 'b3BlbnNzaC1rZXktdjIA'), key)).toBe(DAMAGED);
  });

  test.each([
    ['a byte order mark', '\uFEFF'],
    ['a blank line', '\n'],
    ['a word', 'key: '],
  ])('in base64 with %s before it, too, is one that ssh reads', (_title, before) => {
    const { key, publicKey } = keyPair(['-t', 'ed25519']);

    expect(publicHalf(normalizePrivateKey(base64(before + key)))).toBe(withoutComment(publicKey));
  });

  describe('an Ed25519 key in PKCS8, as OpenSSL writes it', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const raw = Buffer.from(privateKey.export({ format: 'jwk' }).x ?? '', 'base64url');
    const publicKey = `ssh-ed25519 ${sshStrings(Buffer.from('ssh-ed25519'), raw).toString('base64')}`;

    // OpenSSH reads that form since 9.6 only.
    test.each(PASTED)('%s is one that every ssh reads', (_state, paste) => {
      expect(publicHalf(normalizePrivateKey(paste(key)))).toBe(publicKey);
    });
  });

  test.each([
    ['Ed448', 'ed448', {}],
    ['a curve of Bitcoin', 'ec', { namedCurve: 'secp256k1' }],
    ['an exchange of keys', 'x25519', {}],
  ] as const)('refuses a key for %s, which no ssh can use, and says so', (_title, type, settings) => {
    const { privateKey } = generateKeyPairSync(type as 'ec', settings as { namedCurve: string });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

    expect(refusal(key, key)).toMatch(/^is a private key of a type that ssh does not know: .*ssh-keygen/);
  });

  test('takes a PEM key with parameters before it, as openssl ecparam writes it', () => {
    const { key, publicKey } = keyPair(['-t', 'ecdsa', '-m', 'PEM']);
    const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';

    expect(publicHalf(normalizePrivateKey(parameters + key))).toBe(withoutComment(publicKey));
  });

  describe('a key with a passphrase', () => {
    test.each([
      ['ed25519', ['-t', 'ed25519']],
      ['rsa', ['-t', 'rsa', '-b', '2048']],
      ['rsa in PEM, with Proc-Type', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
      ['rsa in PKCS8, with ENCRYPTED', ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8']],
      ['ecdsa in PEM', ['-t', 'ecdsa', '-m', 'PEM']],
      ['ecdsa in PKCS8', ['-t', 'ecdsa', '-m', 'PKCS8']],
    ])('of the kind %s is told from a damaged one, however it was pasted', (_kind, options) => {
      const { key } = keyPair(options, PASSPHRASE);

      for (const [, paste] of PASTED) expect(refusal(paste(key), key)).toMatch(ENCRYPTED);
    });

    test('can be replaced with the command that the message names', () => {
      const { key } = keyPair(['-t', 'ed25519'], PASSPHRASE);
      const command = /\((ssh-keygen .*)\)$/.exec(refusal(key, key))?.[1] ?? '';
      const path = scratch.join('by-remedy');

      execFileSync('/bin/sh', ['-c', `${command} -q -f '${path}'`]);

      expect(publicHalf(normalizePrivateKey(readFileSync(path, 'utf8')))).toBe(
        withoutComment(readFileSync(`${path}.pub`, 'utf8')),
      );
    });
  });

  describe('a public key', () => {
    test.each([
      ['PEM', ['-m', 'PEM']],
      ['PKCS8', ['-m', 'PKCS8']],
      ['the form of SSH2', ['-m', 'RFC4716']],
    ])('in %s is called one', (_form, form) => {
      const { path } = keyPair(['-t', 'rsa', '-b', '2048']);
      const publicKey = execFileSync('ssh-keygen', ['-e', ...form, '-f', path], { encoding: 'utf8' });

      for (const paste of [publicKey, publicKey.replaceAll('\n', '\\n'), inYaml(publicKey)]) {
        expect(refusal(paste, publicKey)).toBe(PUBLIC);
      }
    });

    test.each(['sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com', 'ssh-dss'])(
      'of the type %s is called one',
      (type) => {
        expect(refusal(`${type} AAAAB3NzaC1kc3MAAACBAN5+ me@here`, 'AAAAB3NzaC1kc3MAAACBAN5+')).toBe(PUBLIC);
      },
    );
  });

  describe('a certificate', () => {
    test.each([
      ['user', []],
      ['host', ['-h']],
    ])("of ssh-keygen, for a %s, is called one, and the private key's file is named rightly", (_for, options) => {
      const authority = keyPair(['-t', 'ed25519']);
      const { path } = keyPair(['-t', 'ed25519']);
      execFileSync('ssh-keygen', ['-q', '-s', authority.path, '-I', 'me', '-n', 'me', ...options, `${path}.pub`]);
      const certificate = readFileSync(`${path}-cert.pub`, 'utf8');

      // Without .pub alone the name would be that of no file.
      expect(refusal(certificate, certificate)).toMatch(
        /^is a certificate: give the private key, .*without -cert\.pub/,
      );
    });

    test('of a web server is called one', () => {
      const certificate = '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\n-----END CERTIFICATE-----\n';

      expect(refusal(certificate, certificate)).toMatch(/^is a certificate: give the private key/);
    });
  });

  test('a key of PuTTY is told how to be converted', () => {
    const key =
      'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: me\nPublic-Lines: 2\nAAAAC3NzaC1lZDI1NTE5AAAAI\n';

    for (const paste of [key, key.replaceAll('\n', '\r\n'), key.replaceAll('\n', '\\n'), inYaml(key)]) {
      expect(refusal(paste, key)).toBe(
        'is a key in the format of PuTTY: convert it with puttygen KEY.ppk -O private-openssh -o KEY',
      );
    }
  });

  test.each(['~/.ssh/id_ed25519', '/home/me/.ssh/id_rsa', './key', '../key.pem', '"/home/me/.ssh/id_rsa"\n'])(
    'the path %s is called one',
    (path) => {
      expect(refusal(path, path)).toBe('looks like a path: give the content of the key file');
    },
  );

  test.each([
    ['rubbish', 'this is no key'],
    ['nothing', ''],
    ['blank lines', ' \n\r\n\t'],
    ['a lone quote', '"'],
    ['two quotes', '""'],
    ['a reference that nobody resolved', '${{ secrets.MIRROR_KEY }}'],
    ['asterisks', '***'],
    ['base64 of something else', Buffer.from('something else altogether').toString('base64')],
    ['a fingerprint', 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU'],
    ['a line of a known_hosts file', 'host.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0'],
    ['a key of PGP', '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOY\n-----END PGP PRIVATE KEY BLOCK-----'],
    ['bytes', '\u0000\u0001\u00ff\u2028\ud800'],
    ['markers around nothing', '-----BEGIN -----\n-----END -----'],
  ])('%s is called no private key, and what one begins with is said', (_title, text) => {
    expect(refusal(text, text)).toBe(NONE);
  });

  test.each([
    ['nothing', ''],
    ['rubbish', 'not base64 at all!'],
    ['other base64', 'c29tZXRoaW5nIGVsc2U='],
    ['the magic alone', base64('openssh-key-v1\0')],
  ])('markers of a private key around %s are called a damaged one', (_title, content) => {
    for (const label of ['OPENSSH PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'PRIVATE KEY']) {
      const text = `-----BEGIN ${label}-----\n${content}\n-----END ${label}-----\n`;

      expect(refusal(text, content)).toBe(DAMAGED);
    }
  });
});

/** Why a text is refused; the sentence holds no part of it, nor of the key that it was made from. */
function refusal(text: string, key: string): string {
  const problem = problemOf(text);
  for (const line of [text, key].flatMap((one) => one.split(/[\s\\]+/)).filter((part) => part.length >= 16)) {
    expect(problem.message).not.toContain(line.slice(0, 16));
  }
  return problem.message;
}

function problemOf(text: string): Problem {
  try {
    normalizePrivateKey(text);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('it was taken for a private key');
}

function withoutComment(publicKey: string): string {
  return publicKey.trim().split(' ').slice(0, 2).join(' ');
}

/** Bytes as SSH writes them one after the other: each after its length. */
function sshStrings(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    }),
  );
}
