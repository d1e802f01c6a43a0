import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { cpSync } from 'node:fs';
import { Scratch, TestRepository } from '../repositories/git.js';
import { run, type Given, type Run } from '../run.js';
import { keepingSilent, type Silence } from '../servers/faults.js';
import { GitHttpServer } from '../servers/git-http-server.js';

const WAYS: readonly Silence[] = ['only NAK', 'ready and no ACK', 'the first ACK alone', 'no section'];

describe('a source that says less than it knows', () => {
  let scratch: Scratch;
  let server: GitHttpServer;
  let source: TestRepository;
  let target: TestRepository;
  let before: Readonly<Record<string, string>>;
  let targets = 0;

  beforeAll(async () => {
    scratch = new Scratch();
    server = await GitHttpServer.start(scratch.path);
    source = TestRepository.create(scratch.join('source.git'));
    target = TestRepository.create(scratch.join('target.git'));
    const one = source.commit();
    const two = source.commit([one]);
    const three = source.commit([two]);
    const aside = source.commit([one]);
    source.set({
      'refs/heads/main': three,
      'refs/heads/behind': two,
      'refs/heads/known': two,
      'refs/heads/unknown': two,
      'refs/tags/behind': source.tagObject('behind', three),
      'refs/tags/light': source.tagObject('light', two),
      'refs/tags/unknown': source.tagObject('unknown', three),
    });
    target.takeObjects(source);
    const old = {
      tag: source.tagObject('behind', one),
      merged: source.tagObject('merged', two),
      unmerged: source.tagObject('unmerged', aside),
      branch: source.commit([aside]),
    };
    target.takeObjects(source);
    target.set({
      'refs/heads/main': one,
      'refs/heads/behind': one,
      'refs/heads/known': aside,
      'refs/heads/unknown': target.commit([one]),
      'refs/tags/behind': old.tag,
      'refs/tags/light': two,
      'refs/tags/unknown': target.tagObject('unknown', one),
      'refs/heads/merged': two,
      'refs/heads/unmerged': old.branch,
      'refs/heads/unmerged-unknown': target.commit([two]),
      'refs/tags/merged': old.merged,
      'refs/tags/unmerged': old.unmerged,
      'refs/tags/merged-unknown': target.tagObject('merged-unknown', two),
    });
    target.takeObjects(source);
    before = target.refs();
  });

  afterAll(async () => {
    await server.stop();
    scratch.remove();
  });

  async function mirror(given: Given): Promise<Run> {
    targets += 1;
    const copy = scratch.join(`target-${targets}.git`);
    cpSync(target.path, copy, { recursive: true });
    const done = await run(server.url('source.git'), copy, { lfs: 'never', ...given });
    target = TestRepository.at(copy);
    return done;
  }

  describe.each([true, false])('with filters: %s', (filter) => {
    describe.each(WAYS)('%s', (how) => {
      let original: TestRepository;

      beforeEach(() => {
        Object.assign(server.behaviour, { filter, alter: keepingSilent(how) });
        original = target;
      });

      test.each(['true', 'false'])('what is judged with keep-divergent-refs: %s', async (keepDivergentRefs) => {
        const { outcomes, report } = await mirror({ keepDivergentRefs });
        const after = target.refs();
        target = original;

        const diverged = keepDivergentRefs === 'true' ? 'diverged' : 'forced';
        const merged = keepDivergentRefs === 'true' ? 'kept' : 'deleted';
        expect(outcomes).toEqual({
          'refs/heads/main': 'updated',
          'refs/heads/behind': 'updated',
          'refs/heads/known': diverged,
          'refs/heads/unknown': diverged,
          'refs/heads/merged': merged,
          'refs/heads/unmerged': 'kept',
          'refs/heads/unmerged-unknown': 'kept',
          'refs/tags/behind': 'updated',
          'refs/tags/light': 'updated',
          'refs/tags/unknown': diverged,
          'refs/tags/merged': merged,
          'refs/tags/unmerged': 'kept',
          'refs/tags/merged-unknown': merged,
        });
        expect(report.counts.rejected).toBe(0);
        const stays = Object.fromEntries(
          Object.entries(before).filter(([ref]) => outcomes[ref] === 'kept' || outcomes[ref] === 'diverged'),
        );
        expect(after).toEqual({ ...source.refs(), ...stays });
      });
    });
  });
});
