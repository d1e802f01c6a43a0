import { describe, expect, test } from '@jest/globals';
import { readSurroundings } from '../../src/options/surroundings.js';

describe('AWS', () => {
  test('nothing in the environment is nothing given', () => {
    expect(readSurroundings({})).toEqual({
      aws: { accessKeyId: '', secretAccessKey: '', sessionToken: '', region: '', fips: false },
      proxies: [],
      home: '',
      job: undefined,
    });
  });

  test('is read from what configure-aws-credentials leaves, without the space around it', () => {
    const environment = {
      AWS_ACCESS_KEY_ID: ' AKID\n',
      AWS_SECRET_ACCESS_KEY: 'secret\n',
      AWS_SESSION_TOKEN: '\ttoken',
      AWS_REGION: ' eu-west-1 ',
      AWS_DEFAULT_REGION: 'us-east-1',
    };

    expect(readSurroundings(environment).aws).toEqual({
      accessKeyId: 'AKID',
      secretAccessKey: 'secret',
      sessionToken: 'token',
      region: 'eu-west-1',
      fips: false,
    });
  });

  test.each([undefined, '', ' '])('with "%s" as AWS_REGION the default region counts', (region) => {
    expect(readSurroundings({ AWS_REGION: region, AWS_DEFAULT_REGION: 'us-east-1' }).aws.region).toBe('us-east-1');
  });

  test.each([
    ['true', true],
    ['True', true],
    [' TRUE ', true],
    ['false', false],
    ['1', false],
    ['', false],
  ])('AWS_USE_FIPS_ENDPOINT=%s: %s', (value, fips) => {
    expect(readSurroundings({ AWS_USE_FIPS_ENDPOINT: value }).aws.fips).toBe(fips);
  });
});

describe('proxies', () => {
  test('all that are set are known by their name, the ones that go before first', () => {
    const environment = {
      HTTP_PROXY: 'http://d',
      https_proxy: 'http://a',
      HTTPS_PROXY: 'http://b',
      http_proxy: ' c:1 ',
    };

    expect(readSurroundings(environment).proxies).toEqual([
      { name: 'https_proxy', url: 'http://a' },
      { name: 'HTTPS_PROXY', url: 'http://b' },
      { name: 'http_proxy', url: 'c:1' },
      { name: 'HTTP_PROXY', url: 'http://d' },
    ]);
  });

  test('empty ones and those for other protocols are not', () => {
    const environment = {
      HTTPS_PROXY: '',
      http_proxy: ' ',
      ALL_PROXY: 'http://a',
      FTP_PROXY: 'http://b',
      NO_PROXY: '*',
    };

    expect(readSurroundings(environment).proxies).toEqual([]);
  });
});

describe('the job', () => {
  const GITHUB = {
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'me/x',
    GITHUB_API_URL: 'https://api.github.com',
  };
  const GITLAB = {
    CI_SERVER_URL: 'https://gitlab.example/sub',
    CI_PROJECT_URL: 'https://gitlab.example/sub/me/x',
    CI_API_V4_URL: 'https://gitlab.example/sub/api/v4',
  };

  test('on GitHub', () => {
    expect(readSurroundings(GITHUB).job).toEqual({
      repositoryUrl: 'https://github.com/me/x',
      forge: { kind: 'github', serverUrl: 'https://github.com', apiUrl: 'https://api.github.com' },
    });
  });

  test.each(['GITEA_ACTIONS', 'FORGEJO_ACTIONS'])('with %s it is on a server of that kind', (name) => {
    const environment = { ...GITHUB, GITHUB_SERVER_URL: 'https://git.example/', [name]: 'true' };

    expect(readSurroundings(environment).job).toEqual({
      repositoryUrl: 'https://git.example/me/x',
      forge: { kind: 'gitea', serverUrl: 'https://git.example', apiUrl: 'https://git.example/api/v1' },
    });
    expect(readSurroundings({ ...environment, [name]: 'false' }).job?.forge?.kind).toBe('github');
  });

  test('on GitLab, which goes before what a job sets by itself', () => {
    expect(readSurroundings({ ...GITHUB, ...GITLAB }).job).toEqual({
      repositoryUrl: GITLAB.CI_PROJECT_URL,
      forge: { kind: 'gitlab', serverUrl: GITLAB.CI_SERVER_URL, apiUrl: GITLAB.CI_API_V4_URL },
    });
  });

  test.each<[string, Record<string, string>]>([
    ['GITHUB_API_URL', { ...GITHUB, GITHUB_API_URL: '' }],
    ['CI_API_V4_URL', { ...GITLAB, CI_API_V4_URL: '' }],
    ['CI_SERVER_URL', { ...GITLAB, CI_SERVER_URL: '' }],
    ['a GITHUB_API_URL that is a URL', { ...GITHUB, GITHUB_API_URL: 'api' }],
  ])('without %s the repository is known and no forge', (_what, environment) => {
    const { job } = readSurroundings(environment);

    expect(job?.repositoryUrl).toMatch(/\/me\/x$/);
    expect(job?.forge).toBeUndefined();
  });

  test.each(['GITHUB_SERVER_URL', 'GITHUB_REPOSITORY'])('without %s there is none', (name) => {
    expect(readSurroundings({ ...GITHUB, [name]: '' }).job).toBeUndefined();
  });
});

test.each([
  [{ HOME: '/home/me', USERPROFILE: 'C:\\me' }, '/home/me'],
  [{ USERPROFILE: 'C:\\me' }, 'C:\\me'],
])('the home folder: %j', (environment, home) => {
  expect(readSurroundings(environment).home).toBe(home);
});

test.each([
  [{ HOME: '/home/me', USERPROFILE: 'C:\\Users\\me' }, '/home/me'],
  [{ HOME: '', USERPROFILE: 'C:\\Users\\me', HOMEDRIVE: 'H:', HOMEPATH: '\\' }, 'C:\\Users\\me'],
  [{ HOMEDRIVE: 'H:', HOMEPATH: '\\me' }, 'H:\\me'],
])('the home folder in %j', (environment, home) => {
  expect(readSurroundings(environment).home).toBe(home);
});
