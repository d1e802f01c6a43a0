import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { forgeByName } from '../../src/hosts/forge.js';
import { DEFAULT_USERNAMES, defaultUsername, hostOf, HOSTS } from '../../src/hosts/hosts.js';

const NOBODYS = 'this Git server';

describe('the host behind the name of a server', () => {
  test.each([
    ['github.com', 'GitHub', 'x-access-token'],
    ['GitHub.COM', 'GitHub', 'x-access-token'],
    ['ssh.github.com', 'GitHub', 'x-access-token'],
    ['octocorp.ghe.com', 'GitHub', 'x-access-token'],
    ['github.corp.example', 'GitHub', 'x-access-token'],
    ['gitlab.com', 'GitLab', 'oauth2'],
    ['altssh.gitlab.com', 'GitLab', 'oauth2'],
    ['gitlab.corp.example', 'GitLab', 'oauth2'],
    ['codeberg.org', 'Gitea or Forgejo', 'oauth2'],
    ['gitea.com', 'Gitea or Forgejo', 'oauth2'],
    ['gitea.corp.example', 'Gitea or Forgejo', 'oauth2'],
    ['forgejo.corp.example', 'Gitea or Forgejo', 'oauth2'],
    ['bitbucket.org', 'Bitbucket Cloud', 'x-token-auth'],
    ['altssh.bitbucket.org', 'Bitbucket Cloud', 'x-token-auth'],
    ['dev.azure.com', 'Azure Repos', 'oauth2'],
    ['ssh.dev.azure.com', 'Azure Repos', 'oauth2'],
    ['octocorp.visualstudio.com', 'Azure Repos', 'oauth2'],
    ['git-codecommit.us-east-1.amazonaws.com', 'AWS CodeCommit', 'oauth2'],
    ['git.corp.example', NOBODYS, 'oauth2'],
    ['127.0.0.1', NOBODYS, 'oauth2'],
    ['', NOBODYS, 'oauth2'],
  ])('%s is %s, and gets the user name %s', (hostname, title, username) => {
    expect(hostOf(hostname).title).toBe(title);
    expect(defaultUsername(hostOf(hostname), 'a-token')).toBe(username);
    expect(DEFAULT_USERNAMES).toContain(username);
  });

  test.each([
    ['bitbucket.org', 'ATATT3xFfGF0', 'x-bitbucket-api-token-auth'],
    ['bitbucket.org', 'ATCTT3xFfGN0', 'x-token-auth'],
    ['bitbucket.org', 'xATATT', 'x-token-auth'],
    ['gitlab.com', 'ATATT3xFfGF0', 'oauth2'],
  ])('%s gets, beside the token %s, the user name %s', (hostname, token, username) => {
    expect(defaultUsername(hostOf(hostname), token)).toBe(username);
    expect(DEFAULT_USERNAMES).toContain(username);
  });

  test.each([
    'notgithub.com',
    'githubxcom',
    'evil.example.github.com.br',
    'notghe.com',
    'my-gitlab.com',
    'gitlab-com.example',
    'notbitbucket.org',
    'bitbucket.org.evil.example',
    'mydev.azure.com',
    'dev.azure.com.evil.example',
    'visualstudio.com.evil.example',
    'notcodeberg.org',
    'codeberg.org.evil.example',
    'xgitea.com',
    'gogitea.corp.example',
  ])('%s is nobody that is known', (hostname) => {
    expect(hostOf(hostname).title).toBe(NOBODYS);
  });

  // A company's own server may well be called so; all it gets by its name is a user name, and its words are understood.
  test.each([
    ['github.com.evil.example', '/api/v3'],
    ['gitlab.com.evil.example', '/api/v4'],
  ])('%s counts as a server of its own: its API is not asked elsewhere', (hostname, path) => {
    const server = `https://${hostname}`;

    expect(forgeByName(server, hostOf(hostname))).toMatchObject({ serverUrl: server, apiUrl: server + path });
  });

  test.each(['github.com', 'gitlab.com', 'bitbucket.org', 'dev.azure.com', 'codeberg.org'])(
    'over SSH %s wants the user git',
    (hostname) => {
      expect(hostOf(hostname).sshUsername).toBe('git');
    },
  );

  test.each(['git-codecommit.us-east-1.amazonaws.com', 'git.corp.example'])(
    'over SSH %s has no usual user',
    (hostname) => {
      expect(hostOf(hostname).sshUsername).toBeUndefined();
    },
  );

  test('what one push may hold is known of CodeCommit and GitHub, for example', () => {
    const limits = ['git-codecommit.us-east-1.amazonaws.com', 'github.com', 'gitlab.com', 'git.corp.example'].map(
      (hostname) => hostOf(hostname).refsPerPush,
    );

    expect(limits).toEqual([4000, 5000, undefined, undefined]);
  });

  test('fingerprints are for the region of a server', () => {
    const fingerprints = (hostname: string): readonly string[] | undefined =>
      hostOf(hostname).fingerprintsOf?.(hostname);

    expect(fingerprints('git-codecommit.eu-central-1.amazonaws.com')).toEqual([
      'SHA256:MwGrkiEki8QkkBtlAgXbYt0hoZYBnZF62VY5RzGJEUY',
    ]);
    expect(fingerprints('git-codecommit.sa-east-1.amazonaws.com')).toEqual([]);
    expect(fingerprints('git-codecommit.eu-central-1.amazonaws.com.evil.example')).toBeUndefined();
  });
});

describe('the documents', () => {
  test.each(['README.md', 'docs/hosts.md'])('%s has a row for every host', (page) => {
    const rows = Array.from(readFileSync(page, 'utf8').matchAll(/^\| \*\*.*$/gm), ([row]) => row.split(' | ')[0] ?? '');
    const names = HOSTS.flatMap(({ title }) => title.split(' or '));

    expect(names.filter((name) => !rows.some((row) => row.includes(name)))).toEqual([]);
  });
});
