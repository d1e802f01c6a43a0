import { describe, expect, test } from '@jest/globals';
import { GITEA } from '../../src/hosts/gitea.js';
import { GITLAB } from '../../src/hosts/gitlab.js';
import { hostOf } from '../../src/hosts/hosts.js';
import { commitPage } from '../../src/hosts/web.js';
import { parseLocation } from '../../src/protocol/location.js';

const ID = '0123456789abcdef0123456789abcdef01234567';

function pageOf(repository: string, id = ID): string | undefined {
  const location = parseLocation(repository, '/');
  const name = { http: 'url' in location ? location.url.hostname : '', ssh: 'host' in location ? location.host : '' };
  return commitPage(location, hostOf(location.kind === 'local' ? '' : name[location.kind]), id);
}

describe('the page of a commit', () => {
  test.each([
    ['https://github.com/me/project.git', `https://github.com/me/project/commit/${ID}`],
    ['https://github.com/me/project/', `https://github.com/me/project/commit/${ID}`],
    ['https://www.github.com/me/project', `https://www.github.com/me/project/commit/${ID}`],
    ['git@github.com:me/project.git', `https://github.com/me/project/commit/${ID}`],
    ['git@GitHub.com:/me/project.git', `https://github.com/me/project/commit/${ID}`],
    ['ssh://git@ssh.github.com:443/me/project.git', `https://github.com/me/project/commit/${ID}`],
    ['https://octocorp.ghe.com/me/project.git', `https://octocorp.ghe.com/me/project/commit/${ID}`],
    ['https://github.corp.example:8443/me/project', `https://github.corp.example:8443/me/project/commit/${ID}`],
    // A company's own server may well be called so.
    ['https://github.com.corp.example/me/project', `https://github.com.corp.example/me/project/commit/${ID}`],
    ['git@github.corp.example:me/project.git', `https://github.corp.example/me/project/commit/${ID}`],
    ['https://gitlab.com/group/sub/project.git', `https://gitlab.com/group/sub/project/-/commit/${ID}`],
    ['ssh://git@altssh.gitlab.com:443/me/project.git', `https://gitlab.com/me/project/-/commit/${ID}`],
    ['https://gitlab.corp.example/below/me/p.git', `https://gitlab.corp.example/below/me/p/-/commit/${ID}`],
    ['ssh://git@gitlab.corp.example:2222/me/p.git', `https://gitlab.corp.example/me/p/-/commit/${ID}`],
    ['https://codeberg.org/me/project.git', `https://codeberg.org/me/project/commit/${ID}`],
    ['https://gitea.corp.example:3000/me/project', `https://gitea.corp.example:3000/me/project/commit/${ID}`],
    ['https://forgejo.corp.example/git/me/project', `https://forgejo.corp.example/git/me/project/commit/${ID}`],
    ['https://bitbucket.org/me/project.git', `https://bitbucket.org/me/project/commits/${ID}`],
    ['ssh://git@altssh.bitbucket.org:443/me/project.git', `https://bitbucket.org/me/project/commits/${ID}`],
    ['https://dev.azure.com/org/pro%20ject/_git/repo', `https://dev.azure.com/org/pro%20ject/_git/repo/commit/${ID}`],
    ['https://org@dev.azure.com/org/_git/repo', `https://dev.azure.com/org/_git/repo/commit/${ID}`],
    ['git@ssh.dev.azure.com:v3/org/project/repo', `https://dev.azure.com/org/project/_git/repo/commit/${ID}`],
    ['git@ssh.dev.azure.com:v3/org/a%20b/repo', `https://dev.azure.com/org/a%20b/_git/repo/commit/${ID}`],
    ['org@vs-ssh.visualstudio.com:v3/org/project/repo', `https://dev.azure.com/org/project/_git/repo/commit/${ID}`],
    [
      'https://org.visualstudio.com/DefaultCollection/project/_git/repo',
      `https://org.visualstudio.com/DefaultCollection/project/_git/repo/commit/${ID}`,
    ],
    ...(
      [
        ['git-codecommit.eu-west-1.amazonaws.com', 'eu-west-1', 'console.aws.amazon.com'],
        ['git-codecommit-fips.us-east-2.amazonaws.com', 'us-east-2', 'console.aws.amazon.com'],
        ['vpce-1a-2b.git-codecommit.us-east-1.vpce.amazonaws.com', 'us-east-1', 'console.aws.amazon.com'],
        ['git-codecommit.us-gov-west-1.amazonaws.com', 'us-gov-west-1', 'console.amazonaws-us-gov.com'],
        ['git-codecommit.cn-north-1.amazonaws.com.cn', 'cn-north-1', 'console.amazonaws.cn'],
        ['git-codecommit.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1', 'console.amazonaws-eusc.eu'],
      ] as const
    ).flatMap(([server, region, console]): [string, string][] => {
      const page = `https://${region}.${console}/codesuite/codecommit/repositories/pro.ject/commit/${ID}?region=${region}`;
      return [
        [`https://${server}/v1/repos/pro.ject`, page],
        [`ssh://KEY@${server}/v1/repos/pro.ject`, page],
      ];
    }),
  ])('of %s', (repository, page) => {
    expect(pageOf(repository)).toBe(page);
  });

  test.each([
    // Nobody that is known.
    'https://git.corp.example/me/project.git',
    'git@git.corp.example:me/project.git',
    'https://notgithub.com/me/project.git',
    // No repository there.
    'https://github.com/project.git',
    'https://github.com/me/project/tree',
    'https://gitlab.com/project',
    'git@bitbucket.org:project.git',
    'https://dev.azure.com/org/project/repo',
    'https://dev.azure.com/org/project/_git/_full/repo',
    'git@ssh.dev.azure.com:v2/org/project/repo',
    'git@ssh.dev.azure.com:v3/org/repo',
    'git@ssh.dev.azure.com:v3/org/%2e%2e/repo',
    'git@ssh.dev.azure.com:v3/org//repo',
    'git@ssh.dev.azure.com:v3/org/project/repo/more',
    'https://git-codecommit.eu-west-1.amazonaws.com/v2/repos/project',
    'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos',
    'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/project/more',
    'git@github.com:me/../project.git',
    'git@github.com:../project.git',
    'git@gitlab.com:me/./project.git',
    'git@gitlab.com:me//project.git',
    'https://gitlab.com/me/%2e%2e/project.git',
    // No console that everybody has.
    'https://git-codecommit.us-iso-east-1.c2s.ic.gov/v1/repos/project',
    // Not by https.
    'http://gitea.corp.example/me/project.git',
    'http://github.com/me/project.git',
    // A folder.
    '/srv/github.com/me/project.git',
    'file:///srv/github.com/me/project.git',
  ])('there is none of %s', (repository) => {
    expect(pageOf(repository)).toBeUndefined();
  });

  test.each(['', 'main', ID.slice(1), ID.toUpperCase(), `${ID}/../..`, `${ID}?x`, ` ${ID}`, `${ID}\n`])(
    'there is none of %j, which is no object id',
    (id) => {
      expect(pageOf('https://github.com/me/project', id)).toBeUndefined();
    },
  );

  test('has an id of sha256, too', () => {
    const id = 'ab'.repeat(32);

    expect(pageOf('https://gitlab.com/me/project', id)).toBe(`https://gitlab.com/me/project/-/commit/${id}`);
  });

  test.each([
    ['git@github.com:me/a b?c#d"e<f>%g.git', `https://github.com/me/a%20b%3Fc%23d%22e%3Cf%3E%25g/commit/${ID}`],
    ['https://github.com/me/a%2Fb', undefined],
    ['git@gitlab.com:me/é\\x.git', `https://gitlab.com/me/%C3%A9%5Cx/-/commit/${ID}`],
    ['git@ssh.dev.azure.com:v3/org/a%2Fb/100%', `https://dev.azure.com/org/a%2Fb/_git/100%25/commit/${ID}`],
    ['https://me:secret@gitlab.com/me/project', `https://gitlab.com/me/project/-/commit/${ID}`],
    ['https://github.com/me/100%25', `https://github.com/me/100%25/commit/${ID}`],
  ])('of %s is encoded, and without credentials', (repository, page) => {
    expect(pageOf(repository)).toBe(page);
  });

  test('of a server whose kind is known from elsewhere is on that server', () => {
    const [https, ssh] = ['https://git.corp.example/me/p.git', 'git@git.corp.example:me/p.git'].map((repository) =>
      parseLocation(repository, '/'),
    );

    expect(commitPage(https!, GITLAB, ID)).toBe(`https://git.corp.example/me/p/-/commit/${ID}`);
    expect(commitPage(ssh!, GITEA, ID)).toBe(`https://git.corp.example/me/p/commit/${ID}`);
    expect(commitPage(parseLocation('git@[::1]:me/p.git', '/'), GITEA, ID)).toBe(`https://[::1]/me/p/commit/${ID}`);
  });
});
