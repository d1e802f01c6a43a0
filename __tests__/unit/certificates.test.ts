import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
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
    ['as a trusted certificate', (text) => text.replaceAll(' CERTIFICATE', ' TRUSTED CERTIFICATE')],
  ])('%s', (_how, alter) => {
    expect(readCertificates(alter(authority), '/')).toHaveLength(1);
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
    ['DER', '\u0030\u0082'],
    ['a signing request', '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----'],
    ['the beginning alone', '-----BEGIN CERTIFICATE-----\nAAAA'],
  ])('%s', (_what, content) => {
    writeFileSync(scratch.join('other.crt'), content);

    expect(problem('other.crt', scratch.path)).toMatch(/^contains no certificate in PEM form/);
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
