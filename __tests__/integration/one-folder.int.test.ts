import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import { Scratch, TestRepository } from '../repositories/git.js';
import { runBundle } from '../run.js';
import { describeSandboxed, type Sandbox } from '../sandbox.js';

const scratch = new Scratch();
let source: TestRepository;
/** The folder of all repositories is mounted at a second place. */
let sandbox: Sandbox;

beforeAll(() => {
  mkdirSync(scratch.join('disk'));
  mkdirSync(scratch.join('again'));
  source = TestRepository.create(scratch.join('disk', 'source.git'));
  source.set({ 'refs/heads/main': source.commits(1) });
  sandbox = { bound: { [scratch.join('again')]: scratch.join('disk') } };
});

afterAll(() => scratch.remove());

describeSandboxed('one folder at two mount points', () => {
  test('is no mirror of itself', async () => {
    const { code, stdout } = await runBundle(
      'cli',
      [source.path, scratch.join('again', 'source.git')],
      {},
      { sandbox },
    );

    expect(code).toBe(1);
    expect(stdout).toContain('source and target are the same repository');
  });

  test.each([
    ['which is there', 'source.git'],
    ['which is to be made', 'new.git'],
  ])('is the target of one mirror of a list: %s', async (_what, name) => {
    const list = JSON.stringify(['disk', 'again'].map((folder) => ({ url: scratch.join(folder, name) })));
    const { code, stderr } = await runBundle('cli', [source.path, '--mirrors', list], {}, { sandbox });

    expect(code).toBe(2);
    expect(stderr).toContain('`url` is the same as that of another mirror');
  });
});
