import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { getProxyUrl } from '@actions/http-client/lib/proxy';
import { proxyIn } from '../../src/options/proxy.js';

type Environment = Readonly<Record<string, string>>;

const PROXY = 'http://proxy.example:3128';
const NAMES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'no_proxy', 'NO_PROXY'];
const before = NAMES.map((name): [string, string | undefined] => [name, process.env[name]]);

function setProcess(variables: readonly (readonly [string, string | undefined])[]): void {
  for (const [name, value] of variables) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
}

beforeEach(() => setProcess(NAMES.map((name) => [name, undefined])));
afterEach(() => setProcess(before));

const cases: readonly [url: string, environment: Environment, proxy: string | undefined][] = [
  ['https://git.example/x', {}, undefined],
  ['https://git.example/x', { HTTPS_PROXY: PROXY }, PROXY],
  ['https://git.example/x', { https_proxy: PROXY }, PROXY],
  ['https://git.example/x', { https_proxy: PROXY, HTTPS_PROXY: 'http://other.example' }, PROXY],
  ['https://git.example/x', { https_proxy: '', HTTPS_PROXY: PROXY }, PROXY],
  ['https://git.example/x', { HTTP_PROXY: PROXY }, undefined],
  ['http://git.example/x', { HTTP_PROXY: PROXY }, PROXY],
  ['http://git.example/x', { http_proxy: PROXY, HTTP_PROXY: 'http://other.example' }, PROXY],
  ['http://git.example/x', { HTTPS_PROXY: PROXY }, undefined],
  ['https://git.example/x', { HTTPS_PROXY: '//proxy.example:3128' }, PROXY],
  ['https://git.example/x', { HTTPS_PROXY: 'HTTPS://Proxy.Example' }, 'https://proxy.example'],
  ['https://git.example/x', { HTTPS_PROXY: 'http://[::1]:3128' }, 'http://[::1]:3128'],
];

const exceptions: readonly [noProxy: string, url: string, isExcepted: boolean][] = [
  ['', 'https://git.example', false],
  ['*', 'https://git.example', true],
  ['git.example', 'https://git.example', true],
  ['GIT.example', 'https://git.EXAMPLE', true],
  [' other.example , git.example ', 'https://git.example', true],
  [',,', 'https://git.example', false],
  ['example', 'https://git.example', true],
  ['.example', 'https://git.example', true],
  ['it.example', 'https://git.example', false],
  ['git.example:443', 'https://git.example', true],
  ['git.example:443', 'https://git.example:8443', false],
  ['git.example:8443', 'https://git.example:8443', true],
  ['git.example', 'https://git.example:8443', true],
  ['example:443', 'https://git.example', true],
  ['git.example:80', 'http://git.example', true],
  ['git.example:80', 'https://git.example', false],
  ['10.0.0.7', 'https://10.0.0.7', true],
  ['10.0.0.0/8', 'https://11.0.0.7', false],
  ['[2001:db8::1]', 'https://[2001:db8::1]', true],
];

describe("the proxy that an environment names is the one that the actions' own library reads from the process", () => {
  const all = [
    ...cases,
    ...exceptions.map(([list, url, isExcepted]): (typeof cases)[number] => [
      url,
      { HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY, NO_PROXY: list },
      isExcepted ? undefined : PROXY,
    ]),
    ['https://git.example', { HTTPS_PROXY: PROXY, no_proxy: 'git.example', NO_PROXY: 'other' }, undefined] as const,
    ['https://git.example', { HTTPS_PROXY: PROXY, no_proxy: 'other', NO_PROXY: 'git.example' }, PROXY] as const,
  ];

  test.each(all)('%s with %j: %s', (url, environment, proxy) => {
    const expected = proxy === undefined ? undefined : new URL(proxy).href;
    expect(proxyIn(environment)(new URL(url))?.href).toBe(expected);

    setProcess(Object.entries(environment));
    expect(getProxyUrl(new URL(url))?.href).toBe(expected);
    expect(proxyIn({})(new URL(url))).toBeUndefined();
  });
});

describe('where the library goes wrong, the proxy is still what a user means', () => {
  test.each([
    ['a host without a scheme is no scheme', 'proxy.example:3128', `${PROXY}/`],
    ['credentials stay encoded', 'http://me:a%2540b@proxy.example:3128', 'http://me:a%2540b@proxy.example:3128/'],
    ['space is nothing', ' ', undefined],
  ])('%s', (_what, proxy, expected) => {
    expect(proxyIn({ HTTPS_PROXY: proxy })(new URL('https://git.example'))?.href).toBe(expected);
  });
});

// The library knows neither ranges nor all that curl (https://curl.se/docs/manpage.html#NOPROXY) and Go (golang.org/x/net/http/httpproxy) know.
const EXCEPTED: readonly [noProxy: string, urls: readonly string[]][] = [
  ['10.0.0.0/8', ['http://10.0.0.7', 'https://10.255.255.255:8443', 'http://[::ffff:10.1.2.3]', 'http://0x0a.1']],
  ['192.168.4.0/22', ['http://192.168.4.0', 'http://192.168.7.255']],
  ['192.168.7.1/22', ['http://192.168.4.0']],
  ['10.0.0.7/32', ['http://10.0.0.7']],
  ['0.0.0.0/0', ['http://203.0.113.9']],
  ['2001:db8::/32', ['http://[2001:db8::1]', 'https://[2001:DB8:ffff::]:8443']],
  ['[2001:db8::]/32', ['http://[2001:db8::1]']],
  ['::/0', ['http://[2001:db8::1]']],
  ['2001:db8:0:0::0001', ['http://[2001:db8::1]', 'http://[2001:db8::1]:8080']],
  ['[2001:DB8::1]:8080', ['http://[2001:db8::1]:8080']],
  ['10.0.0.0/8:8443', ['https://10.0.0.7:8443']],
  ['other.example 10.0.0.0/8\tgit.example', ['https://10.0.0.7', 'https://git.example']],
  ['a.example,git.example , b.example', ['https://git.example']],
  ['.git.example', ['https://git.example', 'https://a.git.example', 'https://a.b.git.example']],
  ['*.git.example', ['https://a.git.example', 'https://a.b.git.example']],
  ['.git.example:8443', ['https://a.git.example:8443']],
  ['git.example.', ['https://git.example', 'https://a.git.example.']],
  ['git.example', ['https://git.example.']],
  ['bücher.example', ['https://xn--bcher-kva.example', 'https://BÜCHER.example', 'https://a.bücher.example']],
  ['a,*', ['https://git.example', 'https://[2001:db8::1]']],
];

const NOT_EXCEPTED: readonly [noProxy: string, urls: readonly string[]][] = [
  ['10.0.0.0/8', ['http://11.0.0.1', 'http://[2001:db8::a00:1]', 'http://10.0.0.0.example', 'http://a10.example']],
  ['192.168.4.0/22', ['http://192.168.3.255', 'http://192.168.8.0']],
  ['2001:db8::/32', ['http://[2001:db9::1]', 'http://32.1.13.184']],
  ['10.0.0.0/33', ['http://10.0.0.1']],
  ['2001:db8::/129', ['http://[2001:db8::1]']],
  ['10.0.0.0/', ['http://10.0.0.1']],
  ['10.0.0/24', ['http://10.0.0.1']],
  ['/8', ['http://10.0.0.1', 'http://git.example']],
  ['[2001:db8::1]:8080', ['http://[2001:db8::1]', 'http://[2001:db8::2]:8080']],
  ['10.0.0.7', ['http://110.0.0.7', 'http://1.10.0.0.7.example']],
  ['0.0.7', ['http://10.0.0.7']],
  ['*.git.example', ['https://git.example', 'https://agit.example']],
  ['.git.example:8443', ['https://a.git.example', 'https://agit.example:8443']],
  ['git.example/24', ['https://git.example']],
  ['git*.example', ['https://git.example']],
  ['.', ['https://git.example']],
  [': , [] :80 [', ['https://git.example', 'http://10.0.0.7']],
];

describe('NO_PROXY as git and Go know it, too', () => {
  const isDirect = (list: string, url: string): boolean =>
    proxyIn({ HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY, NO_PROXY: list })(new URL(url)) === undefined;

  test.each(EXCEPTED)('%s goes round the proxy', (list, urls) => {
    expect(urls.filter((url) => !isDirect(list, url))).toEqual([]);
  });

  test.each(NOT_EXCEPTED)('%s leaves these to it', (list, urls) => {
    expect(urls.filter((url) => isDirect(list, url))).toEqual([]);
  });
});
