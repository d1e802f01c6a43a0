import { describe, expect, test } from '@jest/globals';
import { forgeByName, hasForge, projectPath, serverOf, type Forge } from '../../src/hosts/forge.js';
import { hostOf } from '../../src/hosts/hosts.js';
import { parseLocation, type Location } from '../../src/protocol/location.js';

type Remote = Exclude<Location, { kind: 'local' }>;

function remote(url: string): Remote {
  const location = parseLocation(url, '/folder');
  if (location.kind === 'local') throw new Error(`${url} is a folder`);
  return location;
}

const hostnameOf = (location: Remote): string => (location.kind === 'http' ? location.url.hostname : location.host);

/** The forge that the name of a repository's server tells. */
function forgeOf(url: string): Forge | undefined {
  const location = remote(url);
  return forgeByName(serverOf(location), hostOf(hostnameOf(location)));
}

/** The path by which the forge of a URL is asked for its repository. */
function pathOf(url: string, serverUrl = serverOf(remote(url))): string {
  return projectPath(remote(url), serverUrl);
}

describe('the forge that a name tells', () => {
  test.each([
    ['https://github.com/me/x.git', 'github', 'https://api.github.com'],
    ['https://GitHub.com/me/x', 'github', 'https://api.github.com'],
    ['https://www.github.com/me/x', 'github', 'https://api.github.com'],
    ['http://github.com/me/x', 'github', 'https://api.github.com'],
    ['git@github.com:me/x.git', 'github', 'https://api.github.com'],
    ['ssh://git@ssh.github.com:443/me/x.git', 'github', 'https://api.github.com'],
    ['https://octocorp.ghe.com/me/x.git', 'github', 'https://api.octocorp.ghe.com'],
    ['octocorp@octocorp.ghe.com:me/x.git', 'github', 'https://api.octocorp.ghe.com'],
    ['https://github.example.com/me/x.git', 'github', 'https://github.example.com/api/v3'],
    ['https://github.example.com:8443/me/x.git', 'github', 'https://github.example.com:8443/api/v3'],
    ['ssh://git@github.example.com:2222/me/x.git', 'github', 'https://github.example.com/api/v3'],
    ['https://gitlab.com/group/sub/x.git', 'gitlab', 'https://gitlab.com/api/v4'],
    ['git@gitlab.com:group/x.git', 'gitlab', 'https://gitlab.com/api/v4'],
    ['ssh://git@altssh.gitlab.com:443/group/x.git', 'gitlab', 'https://gitlab.com/api/v4'],
    ['https://gitlab.example.com/group/x.git', 'gitlab', 'https://gitlab.example.com/api/v4'],
    ['http://gitlab.example.com:8080/group/x.git', 'gitlab', 'http://gitlab.example.com:8080/api/v4'],
    ['https://codeberg.org/me/x.git', 'gitea', 'https://codeberg.org/api/v1'],
    ['ssh://git@codeberg.org/me/x.git', 'gitea', 'https://codeberg.org/api/v1'],
    ['https://gitea.com/me/x.git', 'gitea', 'https://gitea.com/api/v1'],
    ['https://gitea.example.com/me/x.git', 'gitea', 'https://gitea.example.com/api/v1'],
    ['git@forgejo.example.com:me/x.git', 'gitea', 'https://forgejo.example.com/api/v1'],
  ])('of %s is %s, at %s', (url, kind, apiUrl) => {
    expect(forgeOf(url)).toMatchObject({ kind, apiUrl });
  });

  test.each([
    'https://git.example.com/me/x.git',
    'git@git.example.com:me/x.git',
    'https://127.0.0.1:3000/me/x.git',
    'https://bitbucket.org/me/x.git',
    'https://dev.azure.com/me/project/_git/x',
    'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/x',
  ])('is none for %s', (url) => {
    expect(forgeOf(url)).toBeUndefined();
  });

  test.each([
    'https://notgithub.com/me/x',
    'https://github.community/me/x',
    'https://github.com.evil.example/me/x',
    'https://api.github.com.evil.example/me/x',
    'https://octocorp.ghe.com.evil.example/me/x',
    'https://octocorpghe.com/me/x',
    'https://ghe.com/me/x',
    'https://gitlab.com.evil.example/me/x',
    'https://altssh.gitlab.com.evil.example/me/x',
    'https://codeberg.org.evil.example/me/x',
    'https://evil.example/github.com/me/x',
    'https://github.com:me@evil.example/me/x',
    'github.com@evil.example:me/x',
  ])('never leads the token for the look-alike %s to another server', (url) => {
    const forge = forgeOf(url);

    expect(new URL(forge?.apiUrl ?? serverOf(remote(url))).hostname).toBe(hostnameOf(remote(url)));
  });
});

describe('where protected branches can be asked for', () => {
  const isAsked = (url: string): boolean => {
    const location = parseLocation(url, '/folder');
    return hasForge(location, hostOf(location.kind === 'local' ? '' : hostnameOf(location)));
  };

  test.each([
    'https://github.com/me/x',
    'git@gitlab.com:me/x.git',
    'https://codeberg.org/me/x',
    // It may be one of them: only asking tells.
    'https://git.example.com/me/x',
    'ssh://git@git.example.com:2222/me/x',
  ])('at %s', (url) => {
    expect(isAsked(url)).toBe(true);
  });

  test.each([
    '/srv/git/x.git',
    './github.com/me/x',
    'https://bitbucket.org/me/x',
    'git@ssh.dev.azure.com:v3/me/project/x',
    'https://me.visualstudio.com/project/_git/x',
    'https://git-codecommit.us-east-1.amazonaws.com/v1/repos/x',
  ])('not at %s', (url) => {
    expect(isAsked(url)).toBe(false);
  });
});

describe('the server of a repository', () => {
  test.each([
    ['https://git.example.com/me/x.git', 'https://git.example.com'],
    ['https://me:secret@git.example.com:8443/me/x.git', 'https://git.example.com:8443'],
    ['git@git.example.com:me/x.git', 'https://git.example.com'],
    ['ssh://git@git.example.com:2222/me/x.git', 'https://git.example.com'],
    ['ssh://git@[2001:db8::1]:2222/me/x.git', 'https://[2001:db8::1]'],
    ['git@[2001:db8::1]:me/x.git', 'https://[2001:db8::1]'],
  ])('of %s is %s', (url, server) => {
    expect(new URL(serverOf(remote(url))).origin).toBe(server);
  });
});

describe('the path of a project', () => {
  test.each([
    ['https://github.com/me/x.git', 'me/x'],
    ['https://github.com/me/x', 'me/x'],
    ['https://github.com/me/x/', 'me/x'],
    ['https://github.com/me/x.git/', 'me/x'],
    ['https://github.com/me/x.github.io', 'me/x.github.io'],
    ['https://github.com/me/x.git.git', 'me/x.git'],
    ['https://gitlab.com/group/sub/sub-sub/x.git', 'group/sub/sub-sub/x'],
    ['git@gitlab.com:group/sub/x.git', 'group/sub/x'],
    ['git@gitlab.com:/group/sub/x.git', 'group/sub/x'],
    ['ssh://git@gitlab.com/group/sub/x.git', 'group/sub/x'],
    ['ssh://git@altssh.gitlab.com:443/group/x', 'group/x'],
    ['https://gitlab.com/gr%C3%BCppe/x%20y.git', 'grüppe/x y'],
    ['ssh://git@gitlab.com/gr%C3%BCppe/x.git', 'grüppe/x'],
    // Nothing that a server has to know, but a URL that git itself takes.
    ['https://git.example.com/me/100%.git', 'me/100%'],
  ])('of %s is %s', (url, path) => {
    expect(pathOf(url)).toBe(path);
  });

  test.each([
    ['https://host.example/gitlab/group/x.git', 'https://host.example/gitlab', 'group/x'],
    ['https://host.example/gitlab/group/x.git', 'https://host.example/gitlab/', 'group/x'],
    ['https://host.example/tools/git/me/x', 'https://host.example/tools/git', 'me/x'],
    ['https://host.example/gitlab/gitlab/x', 'https://host.example/gitlab', 'gitlab/x'],
    // No part of the path that only begins in the same way.
    ['https://host.example/gitlab-tools/x', 'https://host.example/gitlab', 'gitlab-tools/x'],
    // Over SSH, the paths of a forge know nothing of where its pages are.
    ['git@host.example:gitlab/x.git', 'https://host.example/gitlab', 'gitlab/x'],
  ])('of %s on a forge at %s is %s', (url, serverUrl, path) => {
    expect(pathOf(url, serverUrl)).toBe(path);
  });
});
