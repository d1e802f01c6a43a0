import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { CommandProcess, until } from '../command-process.js';
import { git, Scratch, TestRepository } from '../repositories/git.js';
import { run, runBundle } from '../run.js';
import { GitHttpServer } from '../servers/git-http-server.js';

const LIMIT_MS = 40_000;
const MAIN = 'refs/heads/main';

let scratch: Scratch;
let source: TestRepository;

beforeEach(() => {
  scratch = new Scratch();
  source = TestRepository.create(scratch.join('source.git'));
  source.set({ [MAIN]: source.commits(3) });
});

afterEach(() => scratch.remove());

describe('a folder that a run has made, and that it leaves before anything has landed', () => {
  const target = (): string => scratch.join('target.git');

  /** Begins a mirror whose source keeps its pack back, and waits until it does. */
  async function begin(): Promise<CommandProcess> {
    const [hook, asked] = [scratch.join('hook'), scratch.join('asked')];
    writeFileSync(hook, `#!/bin/sh\ntouch ${asked}\nsleep 20\n`, { mode: 0o755 });
    writeFileSync(scratch.join('gitconfig'), `[uploadpack]\n\tpackObjectsHook = ${hook}\n`);
    const command = new CommandProcess(['--lfs=never', source.path, target()], {
      GIT_CONFIG_GLOBAL: scratch.join('gitconfig'),
    });
    await until(() => existsSync(asked) && existsSync(target()));
    return command;
  }

  test(
    'stays if somebody has pushed to it meanwhile',
    async () => {
      const command = await begin();
      const other = TestRepository.create(scratch.join('other.git'));
      const precious = other.commit();
      other.set({ 'refs/heads/somebody': precious });
      other.git(['push', '--quiet', target(), 'somebody']);
      command.signal('SIGINT');

      expect((await command.ended).code).toBe(1);
      expect(TestRepository.at(target()).refs()).toEqual({ 'refs/heads/somebody': precious });
      expect(TestRepository.at(target()).fsck()).toBe('');
    },
    LIMIT_MS,
  );

  test(
    'stays, and can be used, if somebody has only brought objects into it',
    async () => {
      const command = await begin();
      const blob = TestRepository.at(target()).git(['hash-object', '-w', '--stdin'], 'precious');
      command.signal('SIGINT');

      expect((await command.ended).code).toBe(1);
      expect(TestRepository.at(target()).git(['cat-file', '-p', blob])).toBe('precious');
      expect((await runBundle('cli', [source.path, target()])).code).toBe(0);
      expect(TestRepository.at(target()).refs()).toEqual(source.refs());
    },
    LIMIT_MS,
  );

  test(
    'is taken away otherwise',
    async () => {
      const command = await begin();
      command.signal('SIGTERM');

      expect((await command.ended).code).toBe(1);
      expect(existsSync(target())).toBe(false);
    },
    LIMIT_MS,
  );
});

describe('a source that is an ordinary clone', () => {
  let target: TestRepository;

  beforeEach(() => {
    const tip = source.refs()[MAIN] ?? '';
    source.set({ 'refs/heads/merged': tip, 'refs/heads/a/open': source.commit([tip]), 'refs/tags/v1': tip });
    target = TestRepository.create(scratch.join('target.git'));
    target.copyFrom(source);
    git(scratch.path, ['clone', '--quiet', source.path, 'clone']);
    git(scratch.join('clone'), ['commit', '--quiet', '--allow-empty', '--message=own']);
  });

  test.each(['merged', 'always'])('deletes nothing (prune: %s), and tells what it lacks', async (prune) => {
    const { report, outcomes } = await run(scratch.join('clone'), target.path, { prune });
    const tip = git(scratch.join('clone'), ['rev-parse', 'HEAD']);

    expect(report.update_status).toBe('finished');
    expect(target.refs()).toEqual({ ...source.refs(), [MAIN]: tip });
    expect(outcomes).toEqual({
      [MAIN]: 'updated',
      'refs/heads/merged': 'kept',
      'refs/heads/a/open': 'kept',
      'refs/tags/v1': 'unchanged',
    });
    expect(report.notices).toEqual([
      'The source is a clone that lacks 2 branches of its origin (a/open, merged): not mirrored. ' +
        'Give the URL of the origin as the source, or a clone made with `git clone --mirror`.',
    ]);
    expect(report.refs.find(({ outcome }) => outcome === 'kept')?.message).toContain('the source is a clone');
  });

  test('says nothing where it has all that is selected', async () => {
    const { report } = await run(scratch.join('clone'), target.path, { branches: ['main'] });

    expect(report).toMatchObject({ update_status: 'finished', notices: [] });
  });

  test('made with --mirror is like any other repository', async () => {
    git(scratch.path, ['clone', '--quiet', '--mirror', source.path, 'whole.git']);
    target.set({ 'refs/heads/gone': source.refs()[MAIN] ?? '' });
    const { report, outcomes } = await run(scratch.join('whole.git'), target.path);

    expect([report.notices, outcomes['refs/heads/gone']]).toEqual([[], 'deleted']);
    expect(target.refs()).toEqual(source.refs());
  });

  test('behind a server is like any other repository, whatever it lists', async () => {
    source.set({ 'refs/remotes/origin/elsewhere': source.refs()[MAIN] ?? '' });
    target.set({ 'refs/heads/gone': source.git(['rev-parse', `${MAIN}^`]) });
    const server = await GitHttpServer.start(scratch.path);
    server.behaviour.protocolV2 = false;
    const { report, outcomes } = await run(server.url('source.git'), server.url('target.git'));
    await server.stop();

    expect([report.notices, outcomes['refs/heads/gone']]).toEqual([[], 'deleted']);
  });
});

describe('what the command leaves in files', () => {
  const files = (): string[] => ['--report', scratch.join('report.json'), '--dotenv', scratch.join('run.env')];

  test('a wrong option: no report, not even an old one, and the variables say so', async () => {
    writeFileSync(scratch.join('report.json'), 'of another run');
    const { code } = await runBundle('cli', [...files(), '--prune=x', source.path, scratch.join('target.git')]);

    expect([code, existsSync(scratch.join('report.json'))]).toEqual([2, false]);
    expect(readFileSync(scratch.join('run.env'), 'utf8')).toMatch(/^PUSH_MIRROR_STATUS=failed$/m);
  });

  test('killed: the variables say that it did not end', async () => {
    const [hook, asked] = [scratch.join('hook'), scratch.join('asked')];
    writeFileSync(hook, `#!/bin/sh\ntouch ${asked}\nsleep 20\n`, { mode: 0o755 });
    writeFileSync(scratch.join('gitconfig'), `[uploadpack]\n\tpackObjectsHook = ${hook}\n`);
    mkdirSync(scratch.join('to'));
    const command = new CommandProcess([...files(), source.path, scratch.join('to', 'target.git')], {
      GIT_CONFIG_GLOBAL: scratch.join('gitconfig'),
    });
    // The target is there by then: nobody writes to it any more when it is cleared away.
    await until(() => existsSync(asked));
    command.signal('SIGKILL');
    await command.ended;

    expect(readFileSync(scratch.join('run.env'), 'utf8')).toMatch(/^PUSH_MIRROR_STATUS=failed$/m);
    expect(readFileSync(scratch.join('run.env'), 'utf8')).toContain('The run did not end.');
    expect(existsSync(scratch.join('report.json'))).toBe(false);
  });
});
