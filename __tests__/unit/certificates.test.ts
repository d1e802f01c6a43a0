import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { readCertificates } from '../../src/protocol/http/certificates.js';
import { Problem } from '../../src/protocol/problem.js';
import { Scratch } from '../repositories/git.js';
import { needed } from '../requires.js';
import { certified } from '../servers/authority.js';

const { describe } = needed('openssl');
let scratch: Scratch;
/** An authority's certificate, that of a server, and the server's key. */
let authority: string;
let leaf: string;
let key: string;

beforeAll(() => {
  scratch = new Scratch();
  const made = certified(scratch.path, ['host.example']);
  authority = readFileSync(made.authority, 'utf8').trim();
  [leaf, key] = [made.cert.toString('utf8').trim(), made.key.toString('utf8').trim()];
});

afterAll(() => scratch.remove());

function problem(text: string, folder = '/'): string {
  try {
    return `no problem, but ${readCertificates(text, folder).length} certificates`;
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

function subjects(text: string, folder = '/'): string[] {
  return readCertificates(text, folder).map((block) => new X509Certificate(block).subject);
}

describe('certificates are read', () => {
  test('from a text, from a path, and from a path that starts at a folder', () => {
    for (const given of [authority, scratch.join('ca.crt')]) {
      expect(subjects(given)).toEqual(['CN=push-mirror test authority']);
    }
    expect(subjects('ca.crt', scratch.path)).toEqual(['CN=push-mirror test authority']);
    expect(subjects('./sub/../ca.crt', scratch.path)).toEqual(['CN=push-mirror test authority']);
  });

  test('all of a bundle, with what people write between them', () => {
    const bundle = `# ours, since 2020 - do not edit\n${authority}\n\n# and theirs\n${leaf}\n`;

    expect(subjects(bundle)).toEqual(['CN=push-mirror test authority', 'CN=push-mirror test']);
  });

  test.each<[string, (text: string) => string]>([
    ['with the line ends of Windows', (text) => text.replaceAll('\n', '\r\n')],
    ['with line feeds written as \\n, as in a secret of one line', (text) => text.replaceAll('\n', '\\n')],
    ['with space around it', (text) => `\n  ${text}  \n`],
    ['with spaces before each line', (text) => text.replace(/^/gm, '    ')],
    ['with spaces in place of line breaks, as a shell leaves them', (text) => text.replaceAll('\n', ' ')],
    ['with a mark of UTF-8', (text) => `\ufeff${text}`],
    ['as a trusted certificate', (text) => text.replaceAll(' CERTIFICATE', ' TRUSTED CERTIFICATE')],
  ])('%s', (_how, alter) => {
    writeFileSync(scratch.join('altered.crt'), alter(authority));

    for (const given of [alter(authority), scratch.join('altered.crt')])
      expect(readCertificates(given, '/')).toHaveLength(1);
  });
});

describe('what is none is refused', () => {
  test('a file that is not there, or is a folder', () => {
    expect(problem('missing.crt', scratch.path)).toBe(
      'is neither a certificate in PEM form nor a file that can be read (ENOENT)',
    );
    expect(problem(scratch.path)).toContain('(EISDIR)');
  });

  test.each([
    ['an empty file', ''],
    ['a file of something else', 'hello'],
    ['what begins like DER', '\u0030\u0082'],
    ['a signing request', '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----'],
    ['the beginning alone', '-----BEGIN CERTIFICATE-----\nAAAA'],
  ])('%s', (_what, content) => {
    writeFileSync(scratch.join('other.crt'), content);

    expect(problem('other.crt', scratch.path)).toMatch(/^contains no certificate in PEM form/);
  });

  test.each<[string, (path: string) => readonly string[], RegExp]>([
    [
      'DER',
      (path) => ['x509', '-outform', 'der', '-out', path],
      /^is a certificate in binary form \(DER\): .*-inform der/,
    ],
    [
      'PKCS #7',
      (path) => ['crl2pkcs7', '-nocrl', '-out', path, '-certfile'],
      /^contains certificates in the form PKCS #7/,
    ],
  ])('%s is told as such', (_what, argumentsFor, expected) => {
    const path = scratch.join('other.crt');
    const args = argumentsFor(path);
    execFileSync(
      'openssl',
      args[0] === 'x509' ? [...args, '-in', scratch.join('ca.crt')] : [...args, scratch.join('ca.crt')],
    );

    expect(problem(path)).toMatch(expected);
  });

  test('UTF-16 is told as such', () => {
    writeFileSync(scratch.join('other.crt'), `\ufeff${authority}`, 'utf16le');

    expect(problem('other.crt', scratch.path)).toMatch(/^is a file in UTF-16, .*save it as UTF-8/);
  });

  test('one that is damaged, also behind one that is not', () => {
    const damaged = authority.replace(/^(.{80})./s, '$1!');

    expect(damaged).not.toBe(authority);
    expect(problem(damaged)).toBe('contains a damaged certificate: copy the whole certificate again');
    expect(problem(`${leaf}\n${damaged}`)).toContain('damaged');
  });

  test.each(['PRIVATE KEY', 'EC PRIVATE KEY', 'ENCRYPTED PRIVATE KEY'])(
    'a %s beside it, which is not shown',
    (kind) => {
      const secret = key.replaceAll('PRIVATE KEY', kind);

      const said = problem(`${leaf}\n${secret}`);

      expect(said).toMatch(/^contains a private key, which must stay on the server/);
      expect(said).not.toContain(key.split('\n')[1]);
    },
  );
});
