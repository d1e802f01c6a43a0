import { describe, expect, test } from '@jest/globals';
import type { RawEndpoint } from '../../src/mirror/endpoint.js';
import type { RawOptions } from '../../src/mirror/options.js';
import { Secrets, secretsOf } from '../../src/mirror/secrets.js';
import { rawOptions } from '../raw-options.js';

const TOKEN = 'ghp_s3cr3t/+=&token';
const KEY = '-----BEGIN KEY-----\r\nAAAAB3NzaC1yc2E\r\nMIIEpAIBAAKCAQE=\r\n-----END KEY-----\r\n';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const given = (source: Partial<RawEndpoint>, target: Partial<RawEndpoint> = {}): RawOptions =>
  rawOptions({ source, target });

describe('redact', () => {
  test.each([
    ['as it is', TOKEN],
    ['percent-encoded', encodeURIComponent(TOKEN)],
    ['in base64', base64(TOKEN)],
    ['in base64 beside a user name', base64(`me:${TOKEN}`)],
    ['in base64 without padding', base64(`me:${TOKEN}`).replace(/=+$/, '')],
    ['in base64 beside a user name that hosts want', base64(`x-access-token:${TOKEN}`)],
    ['in base64 beside another user name that hosts want', base64(`oauth2:${TOKEN}`)],
    ['in a header', `Authorization: Basic ${base64(`oauth2:${TOKEN}`)}`],
    ['in a URL', `https://me:${encodeURIComponent(TOKEN)}@host/x`],
  ])('takes a token out %s', (_how, text) => {
    const shown = secretsOf(given({ token: TOKEN, username: 'me' })).redact(`before ${text} after ${text}`);

    expect(shown).toMatch(/^before .*\*{5}.* after .*\*{5}.*$/);
    for (const form of [
      TOKEN,
      encodeURIComponent(TOKEN),
      base64(TOKEN).slice(0, 20),
      base64(`me:${TOKEN}`).slice(0, 20),
    ]) {
      expect(shown).not.toContain(form);
    }
  });

  test('takes every secret of both ends out', () => {
    const secrets = secretsOf(
      given(
        { token: 'source-token', sshPrivateKey: KEY },
        { token: 'target-token', url: 'https://u:in-the-url@host/x' },
      ),
    );

    expect(secrets.redact('source-token target-token in-the-url AAAAB3NzaC1yc2E MIIEpAIBAAKCAQE=')).toBe(
      '***** ***** ***** ***** *****',
    );
  });

  test('takes a key out whole and line by line', () => {
    const secrets = new Secrets([KEY]);

    expect(secrets.redact(`a\n${KEY}b`)).not.toMatch(/AAAAB3|MIIEpA/);
    expect(secrets.redact(KEY.replaceAll('\r', ''))).not.toMatch(/AAAAB3|MIIEpA/);
    expect(secrets.redact('line MIIEpAIBAAKCAQE= alone')).toBe('line ***** alone');
  });

  test('takes the longer of two secrets out first', () => {
    expect(new Secrets(['secret', 'secret-and-more']).redact('secret-and-more, secret')).toBe('*****, *****');
  });

  test('takes special characters for themselves', () => {
    expect(new Secrets(['a.c$&(x']).redact('abc$&(x a.c$&(x')).toBe('abc$&(x *****');
  });

  // A server's text is cut to a bounded length before it gets here.
  test('takes a secret out that was cut off', () => {
    const long = `eyJ${'0123456789abcdef'.repeat(60)}`;

    expect(new Secrets([long]).redact(`the token ${long.slice(0, 300)}… is not valid`)).not.toContain(
      long.slice(0, 40),
    );
  });

  test.each([[[]], [['']], [[undefined]], [['abc']], [['  ']]])('%j holds no secret', (secrets) => {
    const none = new Secrets(secrets);

    expect(none.given).toEqual([]);
    expect(none.redact('abc   text')).toBe('abc   text');
  });
});

describe('given', () => {
  test('lists each secret as it is, and the lines of one that has several', () => {
    expect(new Secrets(['token', 'first line\nsecond line\n']).given).toEqual([
      'token',
      'first line\nsecond line',
      'first line',
      'second line',
    ]);
  });
});

describe('a secret in a URL', () => {
  test.each([
    ['https://me:s3cr3t-word@host/x', 's3cr3t-word'],
    ['https://me:s3cr3t%2Dword@host/x', 's3cr3t-word'],
    ['https://me:s3cr3t%2Dword@host/x', 's3cr3t%2Dword'],
    ['https://me:s3%2fcr3t-word@host/x', 's3/cr3t-word'],
    ['https://me:s3%2fcr3t-word@host/x', 's3%2fcr3t-word'],
    ['https://:s3cr3t-word@host/x', 's3cr3t-word'],
    ['https://me:s3cr3t@word@host/x', 's3cr3t@word'],
    ['https://me:s3cr3t/word@host/x', 's3cr3t/word'],
    ['https://me:s3cr3t%word@host/x', 's3cr3t%word'],
    ['ssh://me:s3cr3t-word@host/x', 's3cr3t-word'],
    ['me:s3cr3t-word@host:x', 's3cr3t-word'],
  ])('%s: %s', (url, secret) => {
    expect(secretsOf(given({}, { url })).redact(`>${secret}<`)).toBe('>*****<');
  });

  // GitHub's older form has the token in the place of the user name.
  test.each(['https://ghp_s3cr3t@host/x', 'https://ghp_s3cr3t:@host/x', 'https://ghp_s3cr3t:x-oauth-basic@host/x'])(
    '%s: the token is the user name',
    (url) => {
      expect(secretsOf(given({}, { url })).redact('>ghp_s3cr3t<')).toBe('>*****<');
    },
  );

  test.each(['https://host/x', 'https://host:8443/x', 'ssh://git@host:22/x', 'git@host:path', '/srv/a:b@c', 'C:/x'])(
    '%s holds none',
    (url) => {
      expect(secretsOf(given({}, { url })).given).toEqual([]);
    },
  );
});
