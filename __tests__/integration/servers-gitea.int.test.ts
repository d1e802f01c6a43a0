import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { recordGitea, type Recording } from '../recordings/gitea.js';
import { git, Scratch, TestRepository } from '../repositories/git.js';
import { needed } from '../requires.js';
import { GiteaServer } from '../servers/gitea-server.js';
import { makeKey } from '../servers/ssh-server.js';

const gitea = needed('gitea');
const START_MS = 60_000;
const RECORDINGS = resolve('__tests__/recordings/gitea.json');

gitea.describe('Gitea', () => {
  let scratch: Scratch;
  let server: GiteaServer;
  let source: TestRepository;

  beforeAll(async () => {
    scratch = new Scratch();
    server = await GiteaServer.start(scratch.join('gitea'), { gitea: gitea.path });
    source = TestRepository.create(scratch.join('source.git'));
    source.set({ 'refs/heads/main': source.commits(3) });
  }, START_MS);

  afterAll(async () => {
    await server.stop();
    scratch.remove();
  }, START_MS);

  function signedIn(repository: string, token = server.token): string {
    return server.url(repository).replace('://', `://user:${token}@`);
  }

  test('takes a push and gives a clone, signed in by a token', async () => {
    await server.createRepository('plain', true);

    source.git(['push', '--quiet', '--mirror', signedIn('plain')]);
    const copy = scratch.join('copy.git');
    git(scratch.path, ['clone', '--quiet', '--mirror', signedIn('plain'), copy]);

    expect(TestRepository.at(copy).refs()).toEqual(source.refs());
  });

  test('takes a push over SSH from whoever has a key', async () => {
    await server.createRepository('keyed', true);
    const [key, knownHosts] = [scratch.join('key'), scratch.join('known_hosts')];
    makeKey(key);
    writeFileSync(knownHosts, `${server.knownHosts}\n`);
    await server.addKey(readFileSync(`${key}.pub`, 'utf8'));
    const ssh = `ssh -F none -i ${key} -o IdentitiesOnly=yes -o UserKnownHostsFile=${knownHosts}`;

    source.git(['-c', `core.sshCommand=${ssh}`, 'push', '--quiet', '--mirror', server.sshUrl('keyed')]);

    expect(TestRepository.at(server.path('keyed')).refs()).toEqual(source.refs());
  });

  test('says which branches are protected, page by page', async () => {
    await server.createRepository('pages');
    const main = source.refs()['refs/heads/main'] ?? '';
    const names = ['main', 'release/1', 'release/2', 'topic'];
    source.git(['push', '--quiet', signedIn('pages'), ...names.map((name) => `${main}:refs/heads/${name}`)]);
    await server.protectBranch('pages', { rule_name: 'release/*' });
    await server.noticed('pages');

    const { headers, text } = await server.api(`/repos/${server.owner}/pages/branches?limit=3&page=1`);

    expect(headers.get('link')).toContain('page=2>; rel="next"');
    const branches = JSON.parse(text) as { name: string; protected: boolean }[];
    expect(Object.fromEntries(branches.map((branch) => [branch.name, branch.protected]))).toEqual({
      main: false,
      'release/1': true,
      'release/2': true,
    });
  });

  // RECORD=1 writes them anew, for another version of Gitea (prettier comes after it).
  // Some answers have numbers in them, so that it must be a fresh one.
  test(
    'answers as it was recorded',
    async () => {
      const fresh = await GiteaServer.start(scratch.join('fresh'), { gitea: gitea.path });
      const recorded = await recordGitea(fresh, scratch).finally(() => fresh.stop());
      if (process.env.RECORD === '1') writeFileSync(RECORDINGS, `${JSON.stringify(recorded, null, 2)}\n`);

      expect(recorded).toEqual(JSON.parse(readFileSync(RECORDINGS, 'utf8')) as Recording[]);
    },
    2 * START_MS,
  );
});
