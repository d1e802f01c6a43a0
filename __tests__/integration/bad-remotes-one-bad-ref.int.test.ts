import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { Clock } from '../../src/protocol/clock.js';
import { Scratch, TestRepository } from '../repositories/git.js';
import { run } from '../run.js';
import { answering, pushes } from '../servers/faults.js';
import { GitHttpServer, type SeenRequest } from '../servers/git-http-server.js';

describe('one bad ref never blocks the rest', () => {
  let scratch: Scratch;
  let server: GitHttpServer;
  let source: TestRepository;
  let target: TestRepository;

  beforeEach(async () => {
    scratch = new Scratch();
    source = TestRepository.create(scratch.join('source.git'));
    target = TestRepository.create(scratch.join('target.git'));
    server = await GitHttpServer.start(scratch.path);
  });

  afterEach(async () => {
    await server.stop();
    scratch.remove();
  });

  /** Makes so many branches on the source, each with a commit of its own; returns their names in order. */
  function branches(count: number): string[] {
    const base = source.commit();
    const tree = source.git(['rev-parse', `${base}^{tree}`]);
    const stream = Array.from({ length: count }, (_, index) => {
      const name = `refs/heads/b${String(index).padStart(3, '0')}`;
      return `commit ${name}\ncommitter C <c@example.com> ${1_600_000_000 + index} +0000\ndata 1\nx\nfrom ${base}\nM 040000 ${tree} dir${index}\n\n`;
    });
    source.git(['fast-import', '--quiet'], stream.join(''));
    return Object.keys(source.refs());
  }

  /** A hook of the target. `pre-receive` refuses all or nothing, `update` ref by ref. */
  function hook(name: 'pre-receive' | 'update', script: string): void {
    mkdirSync(scratch.join('target.git', 'hooks'), { recursive: true });
    writeFileSync(scratch.join('target.git', 'hooks', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  function refuseAllIfAny(pattern: string): void {
    hook('pre-receive', `if grep -Eq '${pattern}'; then echo 'GL-HOOK-ERR: not on my watch' >&2; exit 1; fi`);
  }

  const mirror = (given: Parameters<typeof run>[2] = {}): ReturnType<typeof run> =>
    run(server.url('source.git'), server.url('target.git'), given);

  const seen = (): number => server.requests.filter(pushes).length;

  test.each([0, 37, 63, 99])(
    'a hook that refuses a push with one certain ref of 100 (number %i): the 99 others land',
    async (index) => {
      const names = branches(100);
      const bad = names[index] ?? '';
      refuseAllIfAny(`${bad}$`);

      const { report, outcomes, lines } = await mirror();

      process.stdout.write(`1 bad ref of 100, number ${index}: ${seen()} pushes\n`);
      expect(seen()).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(100)) + 2);
      expect(report.counts).toMatchObject({ created: 99, rejected: 1 });
      expect(outcomes[bad]).toBe('rejected');
      expect(report.refs.find(({ ref }) => ref === bad)?.message).toMatch(/pre-receive hook declined/);
      expect(report.last_error).toBe(`Some refs were rejected: ${bad}.`);
      expect(lines).toContain('target: GL-HOOK-ERR: not on my watch');
      const landed = Object.entries(source.refs()).filter(([ref]) => ref !== bad);
      expect(target.refs()).toEqual(Object.fromEntries(landed));
      expect(target.fsck()).toBe('');
    },
    60_000,
  );

  test('a hook that refuses a push with one of three certain refs of 60', async () => {
    const names = branches(60);
    const bad = [names[5], names[6], names[50]];
    refuseAllIfAny(`(${bad.join('|')})$`);

    const { report } = await mirror();

    process.stdout.write(`3 bad refs of 60: ${seen()} pushes\n`);
    expect(report.refs.filter(({ outcome }) => outcome === 'rejected').map(({ ref }) => ref)).toEqual(bad);
    expect(Object.keys(target.refs())).toHaveLength(57);
    expect(seen()).toBeLessThanOrEqual(3 * 2 * Math.ceil(Math.log2(60)) + 2);
  }, 60_000);

  test('a forced update and a deletion that are forbidden do not keep creations from landing', async () => {
    const names = branches(10);
    const [main, gone, other] = [source.commit(), source.commit(), target.commit()];
    source.set({ 'refs/heads/main': source.commit([main, gone]) });
    target.copyFrom(source);
    for (const name of names) target.set({ [name]: null });
    target.set({ 'refs/heads/gone': gone, 'refs/heads/main': other });
    hook('pre-receive', `while read old new ref; do case $ref in */gone|*/main) echo no >&2; exit 1;; esac; done`);

    const { report, outcomes } = await mirror();

    process.stdout.write(`a forbidden update and a forbidden deletion beside 10 creations: ${seen()} pushes\n`);
    expect(report.counts).toMatchObject({ created: 10, rejected: 2 });
    expect(outcomes).toMatchObject({ 'refs/heads/gone': 'rejected', 'refs/heads/main': 'rejected' });
    expect(target.refs()).toMatchObject({ 'refs/heads/gone': gone, 'refs/heads/main': other });
    expect(seen()).toBeLessThanOrEqual(5);
  }, 60_000);

  test('an update hook that refuses one ref: one push, the others land', async () => {
    const names = branches(10);
    hook('update', `[ "$1" != ${names[4]} ] || { echo 'protected' >&2; exit 1; }`);

    const { report, outcomes, lines } = await mirror();

    expect(seen()).toBe(1);
    expect(report.counts).toMatchObject({ created: 9, rejected: 1 });
    expect(outcomes[names[4] ?? '']).toBe('rejected');
    expect(lines).toContain('target: protected');
    expect(Object.keys(target.refs())).toHaveLength(9);
  }, 60_000);

  test('an update hook that refuses one ref, and the next run tries that one alone', async () => {
    const names = branches(10);
    hook('update', `[ "$1" != ${names[4]} ]`);
    await mirror();
    server.forget();

    const { report } = await mirror();

    expect(report.counts).toMatchObject({ unchanged: 9, rejected: 1 });
    const [push] = server.requests.filter(pushes);
    expect(push?.body.toString('latin1').match(/refs\/heads\/b\d+/g)).toEqual([names[4]]);
  }, 60_000);

  test('an error in the middle of the search: it is taken for one of the pushed part, and all others land', async () => {
    const names = branches(20);
    refuseAllIfAny(`${names[19] ?? ''}$`);
    let count = 0;
    const third = (one: SeenRequest): boolean => pushes(one) && (count += 1) === 3;
    server.behaviour.intercept = answering(third, 500);

    const { report } = await mirror();

    expect(Object.keys(target.refs())).toEqual(names.slice(0, 19));
    expect(report.counts).toMatchObject({ created: 19, rejected: 1 });
    expect(report.last_error).toBe(`Some refs were rejected: ${names[19]}.`);
  }, 60_000);

  test('an error in the middle of the search that is about the server ends it: what has landed is told', async () => {
    const names = branches(20);
    refuseAllIfAny(`${names[19] ?? ''}$`);
    let count = 0;
    const fourth = (one: SeenRequest): boolean => pushes(one) && (count += 1) >= 4;
    server.behaviour.intercept = answering(fourth, 401);

    const { report } = await mirror();

    expect(report.last_error).toMatch(/requires a sign-in \(HTTP 401\)/);
    const landed = Object.keys(target.refs());
    expect(report.refs.filter(({ outcome }) => outcome === 'created').map(({ ref }) => ref)).toEqual(landed);
    expect(report.counts).toMatchObject({ created: landed.length, rejected: 20 - landed.length });
    const codes = new Set(report.refs.filter(({ outcome }) => outcome === 'rejected').map(({ code }) => code));
    expect([...codes]).toEqual(['not-tried']);
  }, 60_000);

  test('a hook that refuses everything: each ref is tried, none is said to have been left out', async () => {
    branches(50);
    hook('pre-receive', `echo 'this repository is an archive' >&2; exit 1`);

    const { report } = await mirror();

    process.stdout.write(`50 refs, all refused: ${seen()} pushes\n`);
    expect(seen()).toBeLessThanOrEqual(70);
    expect(report.counts).toMatchObject({ created: 0, rejected: 50 });
    expect(report.refs.every(({ message }) => message?.includes('pre-receive hook declined'))).toBe(true);
    expect(target.refs()).toEqual({});
  }, 60_000);

  test('a refusal that is about the whole repository: one push is enough', async () => {
    branches(50);
    hook('pre-receive', `echo 'ERROR: This repository was archived so it is read-only.' >&2; exit 1`);

    const { report } = await mirror();

    expect(seen()).toBe(1);
    expect(report.counts).toMatchObject({ created: 0, rejected: 50 });
    expect(report.refs.every(({ code }) => code === 'github-archived')).toBe(true);
  }, 60_000);

  test('the time for the search is over: what was not tried is told, and a later run goes on elsewhere', async () => {
    const names = branches(100);
    refuseAllIfAny('[05]$');
    const left: number[] = [];
    for (let tries = 0; tries < 60 && Object.keys(target.refs()).length < 80; tries += 1) {
      const { report } = await mirror({ isolationTimeout: '5', clock: hurriedBy(20) });
      left.push(report.refs.filter(({ code }) => code === 'not-tried').length);
      const refused = report.refs.filter(({ code }) => code === 'refused' || code === 'hook').map(({ ref }) => ref);
      expect(refused.filter((ref) => /[^05]$/.test(ref))).toEqual([]);
    }

    process.stdout.write(`100 refs, 20 bad, time for some pushes: not tried in each run: ${left.join(', ')}\n`);
    expect(Math.max(...left)).toBeGreaterThan(0);
    expect(Object.keys(target.refs())).toEqual(names.filter((name) => /[^05]$/.test(name)));
  }, 120_000);
});

/** A clock that is ahead by so many milliseconds more each time that it is read. */
function hurriedBy(step: number): Clock {
  let ahead = 0;
  return { now: () => Date.now() + (ahead += step), sleep: async () => undefined };
}
