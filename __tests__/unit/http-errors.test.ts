import { describe, expect, test } from '@jest/globals';
import { RemoteError } from '../../src/protocol/errors.js';
import {
  connectionError,
  NothingSentError,
  plainError,
  refusedByProxy,
} from '../../src/protocol/http/connection-error.js';
import { NoConnectionError } from '../../src/protocol/http/dial.js';
import { setbackOfAnswer, statusError, type UnexpectedAnswer } from '../../src/protocol/http/status-error.js';

const LOCATION = 'https://host.example/x.git';

function systemError(code: string, message = `${code} happened`): Error {
  return Object.assign(new Error(message), { code });
}

function connection(error: unknown, nothingSent = false): RemoteError {
  const converted = connectionError(error, { location: LOCATION, nothingSent });
  if (!(converted instanceof RemoteError)) throw new Error('no remote error');
  return converted;
}

describe('connectionError', () => {
  test.each([
    ['ENOTFOUND', 'unreachable', /host name is not known/],
    ['EAI_AGAIN', 'unreachable', /cannot be looked up/],
    ['ECONNREFUSED', 'unreachable', /refuses the connection/],
    ['EHOSTUNREACH', 'unreachable', /no route to the host/],
    ['ENETUNREACH', 'unreachable', /no route to the network/],
    ['ETIMEDOUT', 'unreachable', /does not answer/],
    ['ECONNRESET', 'interrupted', /connection broke \(ECONNRESET\)/],
    ['EPIPE', 'interrupted', /connection broke \(EPIPE\)/],
    ['HPE_INVALID_CONSTANT', 'interrupted', /connection broke \(HPE_INVALID_CONSTANT\)/],
    ['CERT_HAS_EXPIRED', 'tls', /certificate is not trusted.*must renew it/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', /certificate is not trusted.*`ca-certificate`/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls', /certificate is not trusted.*`ca-certificate`/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', /certificate is not trusted.*`ca-certificate`/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', /certificate is not trusted.*Check the host name/],
    ['EPROTO', 'tls', /no secure connection.*supports https/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', /no secure connection.*supports https/],
  ])('%s', (code, kind, message) => {
    const error = connection(systemError(code));

    expect(error).toMatchObject({ kind, location: LOCATION });
    expect(error.message).toMatch(message);
    expect(error.message.startsWith(`${LOCATION}: `)).toBe(true);
  });

  const REFUSES = { address: '192.0.2.1', code: 'ECONNREFUSED' };
  const NO_WAY = { address: '2001:db8::1', code: 'ENETUNREACH' };
  const SILENT = { address: '192.0.2.2', code: 'ETIMEDOUT' };

  test.each([
    ['one address', [REFUSES], undefined, /: the host refuses the connection\. Check/],
    [
      'what tells most comes first',
      [NO_WAY, REFUSES],
      undefined,
      /refuses the connection\. Tried 2001:db8::1 \(ENETUNREACH\), 192\.0\.2\.1 \(ECONNREFUSED\)\. /,
    ],
    ['no way to any', [NO_WAY, NO_WAY], undefined, /no route to the network/],
    [
      'time is over',
      [NO_WAY, SILENT],
      30_000,
      /no connection could be made within 30 seconds\. Tried 2001:db8::1 \(ENETUNREACH\), 192\.0\.2\.2 \(no answer\)\. /,
    ],
    ['time is over before any address is known', [], 1000, /no connection could be made within 1 seconds\. Check/],
  ])('a host by its addresses: %s', (_what, failed, afterMs, message) => {
    const error = connection(new NoConnectionError(failed, afterMs), true);

    expect(error.message).toMatch(message);
    expect(error.kind).toBe(afterMs === undefined ? 'unreachable' : 'silent');
    expect(error instanceof NothingSentError).toBe(afterMs === undefined);
  });

  test('what never left may be sent again, what left may not', () => {
    expect(connection(systemError('ECONNREFUSED'))).toBeInstanceOf(NothingSentError);
    expect(connection(systemError('ECONNRESET'), true)).toBeInstanceOf(NothingSentError);
    expect(connection(systemError('ECONNRESET'), false)).not.toBeInstanceOf(NothingSentError);
    expect(connection(systemError('CERT_HAS_EXPIRED'), true)).not.toBeInstanceOf(NothingSentError);
  });

  test('a reason without a code is told in its own words, made safe to show', () => {
    expect(connection(new Error('socket\u001b[31m hang up\n')).detail).toBe(
      'the connection broke (socket\\x1b[31m hang up\\x0a).',
    );
  });

  test.each([
    ['a remote error', new RemoteError({ kind: 'silent', location: LOCATION, detail: 'nothing.' })],
    ['an abort', Object.assign(new Error('stopped'), { name: 'AbortError' })],
    ['what a signal is aborted with', AbortSignal.abort().reason],
    ['what a signal is aborted with once its time is over', new DOMException('too late', 'TimeoutError')],
    ['what is no error', 'text'],
  ])('%s stays what it is', (_what, error) => {
    expect(connectionError(error, { location: LOCATION, nothingSent: false })).toBe(error);
  });

  test.each(['HTTPS_PROXY', 'HTTP_PROXY'] as const)('a proxy is told by its variable: %s', (variable) => {
    const proxy = { shown: 'http://proxy.example:3128', variable };
    const told = (error: Error): unknown => connectionError(error, { location: LOCATION, nothingSent: true, proxy });

    expect(told(systemError('ECONNREFUSED'))).toMatchObject({
      kind: 'proxy',
      detail: 'the proxy http://proxy.example:3128 cannot be used (ECONNREFUSED).',
      remedy: `Check ${variable}, or name the host in NO_PROXY if it can be reached without the proxy.`,
    });
  });

  test.each([
    [407, 'Basic realm="proxy"', /requires a sign-in \(HTTP 407\)\. Put user and password into HTTPS_PROXY: http:/],
    [407, undefined, /requires a sign-in \(HTTP 407\)\. Put user/],
    [407, 'Negotiate, NTLM, basic realm="proxy"', /\(HTTP 407\)\. Put user/],
    [
      407,
      'NTLM',
      /\(HTTP 407\), but offers none with user and password \(only NTLM\)\. Name in HTTPS_PROXY a proxy on this/,
    ],
    [407, 'Negotiate, NTLM realm="basic"', /with user and password \(only Negotiate\)/],
    [407, 'NTLM\u001b[31m', /\(only NTLM\\x1b/],
    [403, undefined, /the proxy http:\/\/proxy\.example:3128 refuses \(HTTP 403\)\. Check HTTPS_PROXY/],
  ])('a proxy that answers %i, %s', (status, signIns, message) => {
    const proxy = { shown: 'http://proxy.example:3128', variable: 'HTTPS_PROXY' } as const;

    expect(refusedByProxy({ status, signIns }, LOCATION, proxy).message).toMatch(message);
  });

  test.each([
    [403, false],
    [407, false],
    [502, true],
    [503, true],
  ])('a tunnel that the proxy refuses with %i may be asked for again: %s', (status, expected) => {
    const proxy = { shown: 'http://proxy.example:3128', variable: 'HTTPS_PROXY' } as const;

    const refused = refusedByProxy({ status, signIns: undefined }, LOCATION, proxy);
    expect(refused instanceof NothingSentError).toBe(expected);
  });
});

test.each([
  [429, true],
  [502, true],
  [503, true],
  [504, true],
  [200, false],
  [401, false],
  [404, false],
  [408, false],
  [500, false],
])('status %i passes by itself: %s', (status, expected) => {
  const setback = setbackOfAnswer({ status, headers: { 'retry-after': '7' } });

  expect(setback).toEqual(
    expected ? { detail: `HTTP status ${status}.`, retryAfter: '7', isThrottled: status === 429 } : undefined,
  );
});

test('an error by which nothing was sent is one like any other for those who do not send again', () => {
  const parts = { kind: 'unreachable', location: LOCATION, detail: 'no.', remedy: 'Do.', retryAfter: '3' } as const;
  const plain = plainError(new NothingSentError(parts));

  expect(plain).toMatchObject(parts);
  expect(plain).toBeInstanceOf(RemoteError);
  expect(plain).not.toBeInstanceOf(NothingSentError);
});

describe('statusError', () => {
  function answered(status: number, given: Partial<UnexpectedAnswer> = {}): RemoteError {
    return statusError({
      location: LOCATION,
      status,
      type: 'text/html',
      beginning: '',
      redirectedTo: undefined,
      signedIn: true,
      hints: { token: '`token`', byStatus: {} },
      service: 'git-receive-pack',
      ...given,
    });
  }

  test.each<[number, Partial<UnexpectedAnswer>, string, RegExp]>([
    [401, {}, 'unauthorized', /does not accept.*\(HTTP 401\).*Check that `token` is right/],
    [401, { signedIn: false }, 'unauthorized', /requires a sign-in \(HTTP 401\).*Set `token`/],
    [403, {}, 'forbidden', /may not write to .*\(HTTP 403\).*Give `token` the permission to write to the repository/],
    [403, { service: 'git-upload-pack' }, 'forbidden', /may not read .*permission to read the repository/],
    [404, {}, 'not-found', /no such repository.*\(HTTP 404\).*check `token`/],
    [408, {}, 'interrupted', /gave up \(HTTP 408\)/],
    [502, {}, 'interrupted', /gave up \(HTTP 502\)/],
    [503, {}, 'interrupted', /gave up \(HTTP 503\)\. Run the mirror again later; if .* ask the operator of the server/],
    [504, {}, 'interrupted', /gave up \(HTTP 504\)/],
    [413, {}, 'too-large', /push of this size \(HTTP 413\).*client_max_body_size/],
    [
      401,
      { hints: { token: 'the AWS credentials', bearer: 'the user or role of AWS', byStatus: { 401: 'Hint.' } } },
      'unauthorized',
      /: the server does not accept the AWS credentials \(HTTP 401\)\. Check that the credentials are right and have not expired\. Hint\.$/,
    ],
    [
      500,
      {},
      'http-status',
      /HTTP status 500\. Run the mirror again later; if it happens every time, ask the operator/,
    ],
    [
      507,
      {},
      'http-status',
      /HTTP status 507\. Run the mirror again later; if it happens every time, ask the operator/,
    ],
    [418, {}, 'http-status', /HTTP status 418\. Check the URL/],
    [
      301,
      { redirectedTo: 'https://elsewhere.example/x' },
      'redirect',
      /redirects to https:\/\/elsewhere\.example\/x \(HTTP 301\)/,
    ],
    [302, {}, 'http-status', /HTTP status 302/],
    [200, {}, 'not-git', /web page/],
    [200, { type: '', beginning: '  <!DOCTYPE html>' }, 'not-git', /web page/],
    [200, { type: 'application/json', beginning: '{}' }, 'not-git', /content type "application\/json"/],
    [200, { type: 'text/plain', beginning: `${'a'.repeat(40)}\trefs/heads/main\n` }, 'dumb-http', /dumb HTTP/],
    [200, { type: 'text/plain', beginning: '' }, 'dumb-http', /dumb HTTP/],
  ])('%i %j', (status, given, kind, message) => {
    expect(answered(status, given)).toMatchObject({ kind, location: LOCATION });
    expect(answered(status, given).message).toMatch(message);
  });

  const page = (title: string, body = ''): Partial<UnexpectedAnswer> => ({
    beginning: `<!DOCTYPE html>\n<html><head><link rel="x"><title>\n ${title}\n</title></head><body>${body}`,
  });

  test.each<[number, Partial<UnexpectedAnswer>, string, RegExp]>([
    [401, { challenges: 'Negotiate' }, 'unauthorized', /only a sign-in by Negotiate here.*Push over SSH/],
    [401, { challenges: 'Negotiate, NTLM' }, 'unauthorized', /by Negotiate or NTLM here, and no token/],
    [401, { challenges: 'NTLM TlRMTVNTUAAC==, Kerberos', signedIn: false }, 'unauthorized', /by NTLM or Kerberos/],
    [401, { challenges: 'Digest realm="a, b", nonce="x", qop="auth"' }, 'unauthorized', /by Digest/],
    [401, { challenges: 'Negotiate, Basic realm="git"' }, 'unauthorized', /does not accept the user name and token/],
    [401, { challenges: 'Bearer realm="x"' }, 'unauthorized', /does not accept the user name and token/],
    [401, { challenges: '' }, 'unauthorized', /does not accept the user name and token/],
    [407, { challenges: 'NTLM, Negotiate' }, 'proxy', /the proxy takes only a sign-in by NTLM or Negotiate/],
    [407, { challenges: 'Basic realm="p"' }, 'proxy', /the proxy requires a sign-in/],
    [403, page('ERROR: The requested URL', '<p>Generated by squid/5.7'), 'proxy', /proxy or a firewall.*\(HTTP 403\)/],
    [404, page('Web Filter Block'), 'proxy', /Let it pass requests to this host/],
    [401, page('Zscaler'), 'proxy', /proxy or a firewall.*The page's title is "Zscaler"/],
    [403, page('403 Forbidden'), 'forbidden', /the token may not write.*The page's title is "403 Forbidden"/],
    [451, {}, 'forbidden', /legal reasons \(HTTP 451\)/],
    [511, page('Hotspot'), 'proxy', /network requires a sign-in.*"Hotspot"/],
    [503, page('Maintenance'), 'interrupted', /gave up \(HTTP 503\)\. The page's title is "Maintenance"/],
    [502, page('Proxy Error'), 'interrupted', /gave up \(HTTP 502\)/],
    [522, {}, 'interrupted', /gave up \(HTTP 522\)/],
    [500, { type: 'text/plain', beginning: 'overloaded, try again later' }, 'interrupted', /overloaded.*later/],
    [500, page('Sorry, too busy'), 'interrupted', /gave up \(HTTP 500\)/],
    [200, page('Sign in · GitLab'), 'not-git', /web page on which people sign in.*"Sign in · GitLab"/],
    [200, page('Company', '<input name="p" type="password">'), 'not-git', /web page on which people sign in/],
    [200, page('Hotel Wi-Fi'), 'proxy', /web page of a proxy or a network in between/],
    [200, page('acme/site: Readme'), 'not-git', /the URL is that of a web page.*"acme\/site: Readme"/],
  ])('%i %j says what is known', (status, given, kind, message) => {
    expect(answered(status, given)).toMatchObject({ kind });
    expect(answered(status, given).message).toMatch(message);
    expect(answered(status, given).remedy).toMatch(/^[A-Z].*\.$/);
  });

  test.each(['<title', '<title>'.repeat(2000), '<input '.repeat(2000), `, ${'a '.repeat(4000)}`])(
    'a page of any kind does no harm',
    (text) => {
      const start = performance.now();
      expect(answered(403, { beginning: `<html>${text}`.slice(0, 8192), challenges: text }).kind).toBe('forbidden');
      expect(performance.now() - start).toBeLessThan(500);
    },
  );

  test('too many requests: the remedy is to wait, not to check the URL', () => {
    expect(answered(429).remedy).toMatch(/later|wait/i);
  });

  test.each([401, 403, 404, 413, 429, 500, 503])('every answer has a remedy: %i', (status) => {
    expect(answered(status).remedy).toMatch(/^[A-Z].*\.$/);
  });

  test("the host's hint is a part of the remedy, and is known as such", () => {
    const hints = { token: '`token`', byStatus: { 403: { read: 'Read.', write: 'Write.' } } };

    expect(answered(403, { hints })).toMatchObject({
      remedy: expect.stringMatching(/ to the repository\. Write\.$/),
      hint: 'Write.',
    });
    expect(answered(404, { hints }).hint).toBeUndefined();
  });

  test('what a server says in plain text is passed on in one line, made safe to show', () => {
    const said = answered(403, { type: 'text/plain', beginning: 'remote: \u001b[31mblocked\n\nsecond line\n' }).message;

    expect(said).toContain('The server says: remote: \\x1b[31mblocked second line. ');
  });

  test('what a server says is cut to a bounded length', () => {
    expect(answered(403, { type: 'text/plain', beginning: 'x'.repeat(1024) }).message.length).toBeLessThan(700);
  });

  test('a web page is not passed on', () => {
    expect(answered(403, { beginning: '<h1>blocked</h1>' }).message).not.toContain('blocked');
  });

  test('a redirect is shown without control characters', () => {
    expect(answered(301, { redirectedTo: 'https://x/\u001b' }).message).toContain('https://x/\\x1b');
  });
});
