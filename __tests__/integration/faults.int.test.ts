import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Scratch, TestRepository } from '../repositories/git.js';
import { needed } from '../requires.js';
import { run, type Given, type Run } from '../run.js';
import { GitHttpServer } from '../servers/git-http-server.js';
import { SshServer } from '../servers/ssh-server.js';
// Two modules that are loaded at the same time for the first time are too much for the test runner.
import '../../src/repositories/staging.js';

const sshd = needed('sshd');
const MAIN = 'refs/heads/main';
const BAD = 'refs/heads/bad';
const LIMIT_MS = 60_000;

/** Ways to a repository of the tests. */
const WAYS = ['a folder', 'HTTP', 'SSH'] as const;
type Way = (typeof WAYS)[number];

/** Over a folder every fault is tried; over the other ways only some, unless this is set: they differ in the transport. */
const isEverywhere = process.env.EVERY_FAULT !== undefined;

/** A fault of one ref, at one end. */
interface Fault {
  readonly title: string;
  /** It is always tried over every way. */
  readonly isOfWay?: boolean;
  /** Seconds that the run waits for an answer, where a fault needs it. */
  readonly timeout?: string;
  /** Breaks the bad ref of the repository; returns what a user must find in the message of the ref. */
  readonly make: (repository: TestRepository, tip: string) => string | RegExp;
}

/** Loses an object of a repository, as a bad disk does. */
function lose(repository: TestRepository, id: string): string {
  rmSync(join(repository.path, 'objects', id.slice(0, 2), id.slice(2)));
  return id;
}

const AT_SOURCE: readonly Fault[] = [
  {
    title: 'a lost file',
    isOfWay: true,
    make: (source, tip) => lose(source, source.git(['rev-parse', `${tip}:file`])),
  },
  { title: 'a lost folder', make: (source, tip) => lose(source, source.git(['rev-parse', `${tip}^{tree}`])) },
  { title: 'a lost commit in its history', make: (source, tip) => lose(source, source.git(['rev-parse', `${tip}^`])) },
  {
    title: 'a tip that is not there',
    make: (source) => {
      const id = '1234567890'.repeat(4);
      writeFileSync(join(source.path, BAD), `${id}\n`);
      return /does not (?:give|have)|broken/;
    },
  },
  {
    title: 'an empty object in the place of a file',
    make: (source, tip) => {
      const id = lose(source, source.git(['rev-parse', `${tip}:file`]));
      writeFileSync(join(source.path, 'objects', id.slice(0, 2), id.slice(2)), '');
      return id.slice(2);
    },
  },
];

function triedOver(way: Way, faults: readonly Fault[]): readonly Fault[] {
  return isEverywhere || way === 'a folder' ? faults : faults.filter(({ isOfWay }) => isOfWay);
}

function hook(target: TestRepository, name: string, script: string): void {
  mkdirSync(join(target.path, 'hooks'), { recursive: true });
  writeFileSync(join(target.path, 'hooks', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

const AT_TARGET: readonly Fault[] = [
  {
    title: 'a hook that refuses a whole push for it',
    make: (target) => {
      hook(target, 'pre-receive', `if grep -q '/bad$'; then echo 'not on my watch' >&2; exit 1; fi`);
      return 'not on my watch';
    },
  },
  {
    title: 'a hook that refuses it by itself',
    make: (target) => {
      hook(target, 'update', `case $1 in */bad) echo 'not on my watch' >&2; exit 1;; esac`);
      return 'hook declined';
    },
  },
  {
    title: 'a server that dies at it',
    isOfWay: true,
    make: (target) => {
      hook(target, 'pre-receive', `if grep -q '/bad$'; then kill -9 $PPID; fi`);
      return 'the push of this ref fails at the target';
    },
  },
  {
    title: 'a server that dies in the middle of it',
    make: (target) => {
      hook(target, 'update', `case $1 in */bad) kill -9 $PPID; sleep 1;; esac`);
      return 'the push of this ref fails at the target';
    },
  },
  {
    title: 'a hook that does not end at it',
    timeout: '2',
    make: (target) => {
      hook(target, 'pre-receive', `if grep -q '/bad$'; then exec sleep 60; fi`);
      return 'the push of this ref fails at the target';
    },
  },
];

sshd.describe('one bad ref keeps no other from landing', () => {
  let scratch: Scratch;
  let http: GitHttpServer;
  let ssh: SshServer;
  let count = 0;
  let source: TestRepository;
  let target: TestRepository;

  beforeAll(async () => {
    scratch = new Scratch();
    http = await GitHttpServer.start(scratch.path);
    http.behaviour.config = ['core.fsync=none'];
    ssh = await SshServer.start(scratch.join('sshd'), { sshd: sshd.path, acceptsProtocol: true });
  }, LIMIT_MS);

  afterAll(async () => {
    await Promise.all([http.stop(), ssh.stop()]);
    scratch.remove();
  }, LIMIT_MS);

  const place = (repository: TestRepository, way: Way): string =>
    ({
      'a folder': repository.path,
      HTTP: http.url(repository.path.slice(scratch.path.length + 1)),
      SSH: ssh.url(repository.path),
    })[way];

  /** Makes both ends: half of the refs are new, the others move on, the bad one among them. */
  function makeEnds(): string {
    count += 1;
    source = TestRepository.create(scratch.join(`source${count}.git`));
    target = TestRepository.create(scratch.join(`target${count}.git`));
    const base = source.commit();
    const moving = [MAIN, BAD, 'refs/heads/z1', 'refs/heads/z2'];
    source.set(Object.fromEntries(moving.map((ref) => [ref, base])));
    target.copyFrom(source);
    const tip = source.commit([source.commit([base])]);
    source.set(Object.fromEntries(moving.map((ref) => [ref, source.commit([base])])));
    source.set({ [BAD]: tip, 'refs/heads/a1': source.commit([base]), 'refs/heads/y1': source.commit([base]) });
    source.set({ 'refs/tags/v1': source.tagObject('v1', base) });
    return tip;
  }

  async function mirror(from: Way, to: Way, given: Given = {}): Promise<Run> {
    return run(place(source, from), place(target, to), {
      sshPrivateKey: ssh.privateKey,
      sshKnownHosts: ssh.knownHosts,
      ...given,
    });
  }

  /** The state that the target must have: all refs of the source but the bad one, which stays as it was. */
  function expectOthersLanded({ report }: Run, wanted: Record<string, string>, words: string | RegExp): void {
    const bad = report.refs.find(({ ref }) => ref === BAD);
    expect(bad?.outcome).toBe('rejected');
    expect(bad?.message).toMatch(words);
    expect(target.refs()).toEqual(wanted);
    expect(report.counts).toMatchObject({ created: 3, updated: 3, rejected: 1 });
    expect(report.last_error).toBe(`Some refs were rejected: ${BAD}.`);
    expect(target.fsck()).toBe('');
  }

  const wanted = (): Record<string, string> => ({ ...source.refs(), [BAD]: target.refs()[BAD] ?? '' });

  describe.each(WAYS)('a source over %s', (way) => {
    test.each(triedOver(way, AT_SOURCE))(
      '$title',
      async ({ make }) => {
        const tip = makeEnds();
        const state = wanted();
        const words = make(source, tip);

        const done = await mirror(way, 'a folder');

        expectOthersLanded(done, state, words);
      },
      LIMIT_MS,
    );
  });

  describe('a source without protocol v2, which is copied first', () => {
    beforeAll(() => {
      http.behaviour.protocolV2 = false;
    });

    afterAll(() => {
      http.behaviour.protocolV2 = true;
    });

    test.each(AT_SOURCE)(
      '$title',
      async ({ make }) => {
        const tip = makeEnds();
        const state = wanted();
        make(source, tip);

        const done = await mirror('HTTP', 'a folder');

        expectOthersLanded(done, state, /the source lists the object [0-9a-f]{40}, but does not give it/);
      },
      LIMIT_MS,
    );
  });

  describe('under keep-divergent-refs', () => {
    test.each(AT_SOURCE)(
      '$title',
      async ({ make }) => {
        const tip = makeEnds();
        const state = wanted();
        make(source, tip);

        const done = await mirror('a folder', 'a folder', { keepDivergentRefs: 'true' });

        expectOthersLanded(done, state, /the source (?:could not tell|does not give)/);
      },
      LIMIT_MS,
    );
  });

  describe.each(WAYS)('a target over %s', (way) => {
    test.each(triedOver(way, AT_TARGET))(
      '$title',
      async ({ make, timeout = '60' }) => {
        const tip = makeEnds();
        const state = wanted();
        const words = make(target, tip);

        const done = await mirror('a folder', way, { timeout });

        expectOthersLanded(done, state, words);
      },
      LIMIT_MS,
    );
  });
});
