import { describe, expect, test } from '@jest/globals';
import { secretsOf, secretsOfText } from '../../src/options/given-secrets.js';
import type { RawOptions } from '../../src/options/raw.js';
import { Secrets } from '../../src/redaction/secrets.js';
import { printable } from '../../src/protocol/printable.js';
import { rawOptions, type GivenEnd } from '../raw-options.js';

const TOKEN = 'ghp_s3cr3t/+=&token';
const KEY = '-----BEGIN KEY-----\r\nAAAAB3NzaC1yc2E\r\nMIIEpAIBAAKCAQE=\r\n-----END KEY-----\r\n';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const given = (source: GivenEnd, target: GivenEnd = {}): RawOptions => rawOptions({ source, target });

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

    expect(secrets.redact('source-token target-token in-the-url: MIIEpAIBAAKCAQE=, AAAAB3NzaC1yc2E.')).toBe(
      '***** ***** *****: *****, *****.',
    );
  });

  test('takes a key out whole and line by line', () => {
    const secrets = new Secrets([KEY]);

    expect(secrets.redact(`a\n${KEY}b`)).not.toMatch(/AAAAB3|MIIEpA/);
    expect(secrets.redact(KEY.replaceAll('\r', ''))).not.toMatch(/AAAAB3|MIIEpA/);
    expect(secrets.redact('a row MIIEpAIBAAKCAQE= alone')).toBe('a row ***** alone');
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

  /** Every character that means something somewhere. */
  const HOSTILE = 's3\'cr!e(t)*~/+=&<"> %41\\$é€\u{1f600}\u001b;pass';
  const percent = (text: string, unescaped: RegExp): string =>
    Array.from(Buffer.from(text), (byte) =>
      unescaped.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`,
    ).join('');
  const urlWith = (set: (url: URL) => void): URL => {
    // Of those that have "/" for "\\", and whose empty password is none.
    const url = new URL('ssh://host.example/');
    set(url);
    return url;
  };
  const escaped = (text: string, unescaped: RegExp): string =>
    text.replace(/[^]/g, (sign) =>
      unescaped.test(sign) ? sign : `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  const html = (text: string, named: Readonly<Record<string, string>>): string =>
    text.replace(/[&<>"'/\u{1f600}]/gu, (sign) => named[sign] ?? `&#${sign.codePointAt(0) ?? 0};`);

  const encoded: readonly (readonly [string, (secret: string) => string])[] = [
    ['encodeURIComponent', encodeURIComponent],
    ['encodeURI', encodeURI],
    [
      'percent-encoding as RFC 3986 wants it',
      (text) => percent(text, /[\w.~-]/).replace(/%../g, (byte) => byte.toUpperCase()),
    ],
    ['percent-encoding in lower case', (text) => percent(text, /[\w.~-]/)],
    ['percent-encoding of all', (text) => percent(text, /(?!)/)],
    ['percent-encoding twice', (text) => encodeURIComponent(encodeURIComponent(text))],
    ['a form', (text) => new URLSearchParams({ text }).toString().slice('text='.length)],
    ["a URL's password", (text) => urlWith((url) => (url.password = text)).password],
    ["a URL's path", (text) => urlWith((url) => (url.pathname = `/${text}`)).pathname.slice(1)],
    ["a URL's query", (text) => urlWith((url) => (url.search = text)).search.slice(1)],
    ['JSON', (text) => JSON.stringify(text).slice(1, -1)],
    ['JSON with escaped slashes', (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/')],
    ['a log of nginx', (text) => text.replace(/["\\\u001b]/g, (sign) => `\\x${sign.charCodeAt(0).toString(16)}`)],
    ['JSON in ASCII', (text) => escaped(text, /[\w.~-]/)],
    ['JSON in a JSON text', (text) => JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1)],
    ['HTML', (text) => html(text, { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })],
    ['HTML in numbers', (text) => html(text, { '/': '&#x2F;', "'": '&#x27;', '\u{1f600}': '&#x1F600;' })],
    ['base64', base64],
    ['base64 for URLs', (text) => Buffer.from(text).toString('base64url')],
    ['base64 in a URL', (text) => encodeURIComponent(base64(`me:${text}`))],
    ['base64 in JSON', (text) => base64(`me:${text}`).replaceAll('/', '\\/')],
    ['a log', (text) => printable(text)],
  ];

  test.each(encoded)('knows %s', (_what, encode) => {
    for (const secret of [HOSTILE, TOKEN, 'é?>é?>é?>', 'a b+c/d', `pass'word`, '50%25off']) {
      const secrets = new Secrets([secret], ['me']);
      const shown = secrets.redact(`|| ${encode(secret)} ||`);

      expect(shown).toMatch(/^\|\| \*{5}(?:%3D|=)* \|\|$/);
    }
  });

  test('what is no secret stays as it is, however it is encoded', () => {
    const text = 'a%2Fb%zz &amp; &#0; &#x110000; &nope; "\\u0041\\" \ud800 50% of \u{1f600}… and+more';

    expect(new Secrets([TOKEN, HOSTILE, 'off%2F']).redact(`${text}${TOKEN}`)).toBe(`${text}*****`);
  });

  test('leaves nothing of secrets that overlap', () => {
    expect(new Secrets(['abcdef', 'defghijkl']).redact('>abcdefghijkl<')).toBe('>*****<');
  });

  test('a list of many tokens and a text of many lines are no matter', () => {
    const number = (index: number): string => String(index).padStart(4, '0');
    const all = Array.from({ length: 100 }, (_one, index) => `ghp_${number(index)}${'0123456789abcdef'.repeat(2)}`);
    const names = all.map((_one, index) => `user-${number(index)}`);
    const lines = Array.from(
      { length: 5000 },
      (_one, index) => `refs/heads/feature%2F${number(index)}-ghp_of-somebody`,
    );

    const startedAt = performance.now();
    const secrets = all
      .map((secret, index) => new Secrets([secret], [names[index]]))
      .reduce((some, one) => some.with(one));
    const shown = lines.map((line) => secrets.redact(line));

    expect(shown).toEqual(lines);
    expect(secrets.redact(`${base64(`user-0050:${all[50] ?? ''}`)} ${all[99] ?? ''}`)).toMatch(/^\*{5}=* \*{5}$/);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  test.each([[[]], [['']], [[undefined]], [['abc']], [['  ']]])('%j holds no secret', (secrets) => {
    const none = new Secrets(secrets);

    expect(none.given).toEqual([]);
    expect(none.redact('abc   text')).toBe('abc   text');
  });
});

describe('what is no secret', () => {
  const secrets = secretsOf(
    given(
      { token: 'github_pat_11ABCDEFG0hJkLmNoPqRsT_uVwXyZ0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN01' },
      { token: 'production-deployment-2024', username: 'mirror-bot', url: 'https://host.example/group/project.git' },
    ),
  );
  const LOGS = [
    'Mirroring https://host.example/group/project.git to ssh://git@host.example:22/group/project.git',
    '  updated   refs/heads/production  15d2d950f2..8c1f0f7a3b',
    'refs/heads/deployment/v3: the target refuses it: pre-receive hook declined (production is frozen).',
    'The deployment to Production failed; PRODUCTION is protected, production topology unknown.',
    'remote: Resolving deltas: 100% (4/4), completed with 2 local objects.',
    'Authorization: Basic is not the way; a token begins with ghp_, glpat- or ATBB.',
    '{"message":"Not Found","documentation_url":"https://docs.github.com/rest"}',
    '15d2d950f2a5b8c1f0f7a3b15d2d950f2a5b8c1f 8c1f0f7a3b15d2d950f2a5b8c1f0f7a3b15d2d95 refs/tags/v1.2.3',
    'sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
    'a+b=c & d%20e \\u0041 &amp; =C3=A9 \u{1f680} caf\u00e9 \u65e5\u672c',
  ];

  test.each(LOGS)('%s', (line) => {
    expect(secrets.redact(line)).toBe(line);
  });

  test('but more than a word of it is one', () => {
    expect(secrets.redact('it is production-deploy…, production-deployment or deployment-2024')).toBe(
      'it is *****…, ***** or *****',
    );
  });

  test('digits of a token of hex are hidden in what looks like an object id, too', () => {
    const token = 'a9f3c1b7e5d2846aa0913ce57bd8420f1e6c7a35';
    const ids = [0, 10, 20, 30].map((from) => token.slice(from, from + 10).padEnd(40, 'f'));

    for (const part of ids) expect(new Secrets([token]).redact(part)).toMatch(/^\*{5}f{30}$/);
  });
});

test('what a server gives is a secret only if it looks made by chance', () => {
  const secrets = new Secrets([]);
  for (const word of ['refs/heads/main', 'finished', 'http://127.0.0.1:8080/x', 'last_error', '{"report": 1}'])
    expect(secrets.add(word)).toBe(false);

  expect(secrets.add('RemoteAuth a1B2c3D4e5F6g7H8')).toBe(true);
  expect(secrets.redact('refs/heads/main >a1B2c3D4e5F6g7H8<')).toBe('refs/heads/main >*****<');
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
    ['https://127.0.0.1:9/s3cr3t-word@host/x', '9/s3cr3t-word'],
    ['https://me:9@x/s3cr3t-word@host/x', '9@x/s3cr3t-word'],
    [' https://me:s3cr3t-word@host/x', 's3cr3t-word'],
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

describe('a text with URLs in it, of which nothing else is known', () => {
  const URL_WITH = 'https://me:s3cr3t-word@host.example/x.git';

  test.each([
    ['a URL alone', URL_WITH, 's3cr3t-word'],
    ['in brackets', `[{${URL_WITH}}]`, 's3cr3t-word'],
    ['several in one line', `[${URL_WITH},"https://you:0ther-w0rd@host.example/y.git", me@x]`, '0ther-w0rd'],
    ['the first of several', `[${URL_WITH},"https://you:0ther-w0rd@host.example/y.git", me@x]`, 's3cr3t-word'],
    ['in a later line', `- url: a\n\turl: ${URL_WITH}\n- b@c`, 's3cr3t-word'],
    ['before something else with an "@"', `- {url: "${URL_WITH}", name: a@b}`, 's3cr3t-word'],
    ['with characters that no URL may have', `- url: https://me:s3 cr/3t@w?ord%@host.example/x`, 's3 cr/3t@w?ord%'],
    ['of a wrong host', `- {url: https://me:s3cr3t-word@host.example}`, 's3cr3t-word'],
    ['percent-encoded', `- url: https://me:s3%2Fcr3t@host.example/x`, 's3/cr3t'],
    ['as JSON may be', `["https:\\/\\/me:s3cr3t-word@host.example\\/x"]`, 's3cr3t-word'],
    ['a token in the place of the user name', `- ghp_t0ken@x\n- https://ghp_t0ken@host.example/x`, 'ghp_t0ken'],
    ['without a scheme', `- {url: me:s3cr3t-word@host.example:x}`, 's3cr3t-word'],
    ['of another scheme', `- url: 'ssh://me:s3cr3t-word@host.example/x'`, 's3cr3t-word'],
  ])('%s', (_what, text, secret) => {
    expect(secretsOfText(text).redact(`>${secret}<`)).toBe('>*****<');
    expect(secretsOfText(text).redact(text)).not.toContain(secret);
  });

  test.each([
    '',
    '- url: https://host.example/x.git\n  name: a@b',
    '- url: git@host.example:me/x.git\n- url: ssh://git@host.example:22/x',
    '- {url: ssh://git@host.example/x, name: "a: b"}\n- codecommit::us-east-1://x',
    '/srv/mirrors.yml',
  ])('%j holds none', (text) => {
    expect(secretsOfText(text).given).toEqual([]);
  });

  test('also a long text takes no time', () => {
    const startedAt = performance.now();
    for (const part of ['a', 'a:', 'a@', '://', 'a://b:', 'a://b:c@', '@:', ' '])
      secretsOfText(part.repeat(300_000 / part.length));

    expect(performance.now() - startedAt).toBeLessThan(3000);
  });
});
