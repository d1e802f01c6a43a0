import { describe, expect, test } from '@jest/globals';
import { parseLocation, type Location } from '../../src/protocol/location.js';
import { Problem } from '../../src/protocol/problem.js';

const parse = (text: string): Location => parseLocation(text, '/folder');

describe('HTTP', () => {
  test.each([
    ['https://host.example/me/x.git', 'https://host.example/me/x.git'],
    ['http://host.example/x', 'http://host.example/x'],
    ['HTTPS://HOST.example/X', 'https://host.example/X'],
    ['https://host.example:8443/x', 'https://host.example:8443/x'],
    ['https://host.example:443/x', 'https://host.example/x'],
    ['https://host.example/a%20b/x', 'https://host.example/a%20b/x'],
    ['https://host.example/~me/x', 'https://host.example/~me/x'],
    ['https://[::1]:8080/x', 'https://[::1]:8080/x'],
    ['https://host.example/@scope/x', 'https://host.example/@scope/x'],
  ])('%s', (text, href) => {
    const location = parse(text);

    expect(location).toMatchObject({ kind: 'http', username: undefined, password: undefined });
    expect(location.kind === 'http' && location.url.href).toBe(href);
  });

  test.each([
    ['https://me@host.example/x', 'me', undefined],
    ['https://me:secret@host.example/x', 'me', 'secret'],
    ['https://me:p%40ss%2F%25@host.example/x', 'me', 'p@ss/%'],
    ['https://:secret@host.example/x', undefined, 'secret'],
    ['https://me:@host.example/x', 'me', undefined],
    ['https://m%C3%A9@host.example/x', 'mé', undefined],
  ])('%s: the credentials are set apart', (text, username, password) => {
    const location = parse(text);

    expect(location).toMatchObject({ kind: 'http', username, password });
    expect(location.kind === 'http' && location.url.href).toBe('https://host.example/x');
  });
});

describe('SSH', () => {
  test.each<[string, Partial<Extract<Location, { kind: 'ssh' }>>]>([
    ['ssh://host.example/me/x.git', { user: undefined, host: 'host.example', port: undefined, path: '/me/x.git' }],
    ['ssh://git@host.example/me/x.git', { user: 'git', host: 'host.example', path: '/me/x.git' }],
    ['ssh://git@host.example:2222/x', { user: 'git', port: 2222, path: '/x' }],
    ['ssh://git@host.example:22/x', { port: 22 }],
    ['git+ssh://host.example/x', { host: 'host.example', path: '/x' }],
    ['ssh+git://host.example/x', { host: 'host.example', path: '/x' }],
    ['ssh://git@[::1]:2222/x', { host: '::1', port: 2222 }],
    ['ssh://host.example/~/x', { path: '~/x' }],
    ['ssh://host.example/~me/x', { path: '~me/x' }],
    ['ssh://host.example/a%20b', { path: '/a b' }],
    ["ssh://host.example/it's", { path: "/it's" }],
    ['git@host.example:me/x.git', { user: 'git', host: 'host.example', port: undefined, path: 'me/x.git' }],
    ['host.example:x', { user: undefined, host: 'host.example', path: 'x' }],
    ['git@host.example:/abs/x', { path: '/abs/x' }],
    ['git@host.example:~/x', { path: '~/x' }],
    ['git@[::1]:x', { host: '::1', path: 'x' }],
    ['alias:x', { host: 'alias', path: 'x' }],
    ['git@host.example:a:b', { host: 'host.example', path: 'a:b' }],
    ['APKAEXAMPLE@git-codecommit.eu-west-1.amazonaws.com:/v1/repos/x', { user: 'APKAEXAMPLE', path: '/v1/repos/x' }],
  ])('%s', (text, expected) => {
    expect(parse(text)).toMatchObject({ kind: 'ssh', ...expected });
  });

  test('what is shown holds no password', () => {
    expect(parse('ssh://git:secret@host.example:2222/x')).toMatchObject({
      user: 'git',
      display: 'ssh://git@host.example:2222/x',
    });
  });
});

describe('paths', () => {
  test.each([
    ['.', '/folder'],
    ['..', '/'],
    ['x.git', '/folder/x.git'],
    ['./a:b', '/folder/a:b'],
    ['a/b:c', '/folder/a/b:c'],
    ['/srv/x.git', '/srv/x.git'],
    ['/srv/../x', '/x'],
    ['~/x', '/folder/~/x'],
    ['a b', '/folder/a b'],
    ['file:///srv/x.git', '/srv/x.git'],
    ['file:///srv/a%20b', '/srv/a b'],
    ['file://localhost/srv/x', '/srv/x'],
    ['FILE:///srv/x', '/srv/x'],
  ])('%s', (text, path) => {
    expect(parse(text)).toEqual({ kind: 'local', path });
  });
});

describe('refusals', () => {
  test.each([
    ['ftp://host.example/x', /scheme "ftp"; supported are https, http, ssh and file/],
    ['git://host.example/x', /scheme "git"/],
    ['s3://bucket/x', /scheme "s3"/],
    ['codecommit::eu-west-1://x', /has the scheme|remote helper/],
    ['codecommit://x', /has the scheme "codecommit"/],
    ['ext::sh -c id', /remote helper/],
    ['fd::3', /remote helper/],
    ['https::https://host.example/x', /remote helper/],
    ['git@host.example', /looks like an SSH address without a path/],
    ['ssh://git@host.example/a%00b', /contains a control character/],
    ['file:///srv/a%0ab', /contains a control character/],
    ['--upload-pack=id', /begins with "-"/],
    ['-x', /begins with "-"/],
    ['https://host.example/x\n', /control character/],
    ['git@host.example:x\u0000', /control character/],
    ['https://', /no valid URL/],
    ['https://host.example:port/x', /no valid URL/],
    ['https://ho st/x', /no valid URL/],
    ['https://host.example', /names a host, but no repository/],
    ['https://host.example/', /names a host, but no repository/],
    ['https://host.example/x?y=z', /query or a fragment/],
    ['https://host.example/x#y', /query or a fragment/],
    ['https://me:100%@host.example/x', /write it as %25/],
    ['ssh://host.example', /names a host, but no repository/],
    ['ssh://host.example/', /names a host, but no repository/],
    ['ssh://-oProxyCommand=id/x', /no valid (?:host|URL)/],
    ['ssh://-oProxyCommand=id@host.example/x', /no valid user/],
    ['ssh://%2DoProxyCommand=id@host.example/x', /no valid user/],
    ['ssh:///x', /no valid host/],
    ['ssh://host.example/%zz', /write it as %25/],
    ['-oProxyCommand=id:x', /begins with "-"/],
    ['git@-oProxyCommand=id:x', /no valid host/],
    ['git@[-oProxyCommand=id]:x', /no valid host/],
    ['git@ho$(id)st:x', /no valid host/],
    ['git@ho st:x', /no valid host/],
    ['file://other.example/x', /not a file URL of this machine/],
    ['file:///a%2Fb', /not a file URL of this machine/],
    ['file:/srv/x', /lacks slashes behind "file:": give file:\/\/\/…/],
    ['https:/host.example/x', /lacks slashes behind "https:": give https:\/\/…/],
    ['HTTP:host.example/x', /lacks slashes behind "HTTP:": give HTTP:\/\/…/],
  ])('%j', (text, message) => {
    expect(() => parse(text)).toThrow(Problem);
    expect(() => parse(text)).toThrow(message);
  });
});

describe('what came along where a URL was copied', () => {
  const URL = 'https://host.example/me/x.git';

  test.each<[string, RegExp]>([
    [`"${URL}"`, /^stands in quotes/],
    [`'${URL}'`, /^stands in quotes/],
    ['“git@host.example:me/x.git”', /^stands in quotes/],
    [`'${URL}`, /^(?:begins with a quote|stands in quotes)/],
    [`${URL}'`, /behind "\.git"/],
    ['${{ vars.MIRROR }}', /in whose place no value was put$/],
    ['https://${{ secrets.TOKEN }}@host.example/a.git', /in whose place no value was put$/],
    ['$MIRROR_URL', /in whose place no value was put$/],
    ['${GROUP}/a.git', /in whose place no value was put$/],
    ['%MIRROR_URL%', /in whose place no value was put$/],
    [`<${URL}>`, /^stands in angle brackets/],
    [`<${URL}`, /^begins with a quote or a bracket/],
    [`${URL}.`, /behind "\.git"/],
    [`${URL},`, /behind "\.git"/],
    [`git clone ${URL}`, /^is a command/],
    [`git clone --mirror ${URL} x`, /^is a command/],
    ['git remote add origin git@host.example:me/x.git', /^is a command/],
    [`[x](${URL})`, /^is a link of Markdown/],
    [`\u200b${URL}`, /not seen \(U\+200B\)/],
    [`\ufeff${URL}`, /not seen \(U\+FEFF\)/],
    [`${URL}\u00a0`, /not seen \(U\+00A0\)/],
    ['https://host.exa\u00admple/x', /not seen \(U\+00AD\)/],
    ['git@host.example:me/\u202ex.git', /not seen \(U\+202E\)/],
    ['\u200egit@host.example:me/x.git', /not seen \(U\+200E\)/],
    ['ssh://git@host.example/x\u3164', /not seen \(U\+3164\)/],
  ])('%j', (text, message) => {
    expect(() => parse(text)).toThrow(Problem);
    expect(() => parse(text)).toThrow(message);
  });

  test.each([
    ["./'x'", "/folder/'x'"],
    ['a\u00a0b', '/folder/a\u00a0b'],
    ['/srv/\u200bx.git', '/srv/\u200bx.git'],
    ['git clone', '/folder/git clone'],
    ['x.git.', '/folder/x.git.'],
    ['[x]', '/folder/[x]'],
  ])('a path may have it: %j', (text, path) => {
    expect(parse(text)).toEqual({ kind: 'local', path });
  });

  test.each(['https://host.example/x.github', 'https://host.example/x.git.d', "https://host.example/o'neill"])(
    'a URL may look much like it: %s',
    (text) => {
      expect(parse(text)).toMatchObject({ kind: 'http' });
    },
  );
});
