import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '../command-process.js';
import { expectMirrored, MirroredPair } from '../mirrored-pair.js';
import { run, type Given, type Run } from '../run.js';
import { advertisement, before, firstOf, holding, pushes, questions, to, type Choice } from '../servers/faults.js';

const LIMIT_MS = 20_000;
const MAIN = 'refs/heads/main';
const FEATURE = 'refs/heads/feature';
const DONE = 'refs/heads/done';

let pair: MirroredPair;

beforeEach(async () => {
  pair = await MirroredPair.start();
});

afterEach(async () => {
  await pair.stop();
});

async function mirror(given: Given = {}): Promise<Run> {
  return run(pair.url('source'), pair.url('target'), given);
}

function sourceTip(ref: string): string {
  const id = pair.source.refs()[ref];
  if (id === undefined) throw new Error(`the source has no ${ref}`);
  return id;
}

/** Has a rival change the target after the plan was made, when the push has arrived and before git sees it. */
function rival(act: () => void, chosen: Choice = firstOf(1, pushes)): void {
  pair.server.behaviour.intercept = before(chosen, act);
}

/** A commit that only the target knows, on top of what it had. */
function rivalCommit(): string {
  return pair.target.commit([pair.old]);
}

/** What a run reported of one ref. */
function told({ report }: Run, ref: string): Run['report']['refs'][number] | undefined {
  return report.refs.find((one) => one.ref === ref);
}

describe('a rival changes the target between the plan and the push', () => {
  describe('when diverged refs are overwritten', () => {
    test(
      'a branch that is to be updated: planned anew, and overwritten',
      async () => {
        const own = rivalCommit();
        rival(() => pair.target.set({ [MAIN]: own }));

        const done = await mirror();

        expectMirrored(pair, done);
        expect(told(done, MAIN)).toMatchObject({ outcome: 'forced', old: own, new: sourceTip(MAIN) });
        expect(done.outcomes).toMatchObject({ [FEATURE]: 'created', 'refs/tags/v1': 'created' });
        expect(pair.pushes).toBe(2);
      },
      LIMIT_MS,
    );

    test(
      'a branch that is to be created: planned anew, and overwritten',
      async () => {
        const own = rivalCommit();
        rival(() => pair.target.set({ [FEATURE]: own }));

        const done = await mirror();

        expectMirrored(pair, done);
        expect(told(done, FEATURE)).toMatchObject({ outcome: 'forced', old: own, new: sourceTip(FEATURE) });
        expect(pair.pushes).toBe(2);
      },
      LIMIT_MS,
    );

    test(
      'a branch that is to be updated is deleted: planned anew, and created',
      async () => {
        rival(() => pair.target.set({ [MAIN]: null }));

        const done = await mirror();

        expectMirrored(pair, done);
        expect(told(done, MAIN)).toMatchObject({ outcome: 'created', old: null });
        expect(pair.pushes).toBe(2);
      },
      LIMIT_MS,
    );

    test(
      'to what it shall become: nothing is left to do',
      async () => {
        rival(() => {
          pair.target.copyFrom(pair.source);
        });

        const done = await mirror();

        expectMirrored(pair, done);
        expect(done.report.counts).toMatchObject({ unchanged: 3, rejected: 0 });
        expect(pair.pushes).toBe(1);
      },
      LIMIT_MS,
    );

    test(
      'again and again: given up after three rounds, and the rival keeps what it has',
      async () => {
        let own = '';
        rival(() => pair.target.set({ [MAIN]: (own = rivalCommit()) }), pushes);

        const failed = await mirror();

        expect(failed.report.update_status).toBe('failed');
        expect(failed.report.last_error).toBe(`Some refs were rejected: ${MAIN}.`);
        expect(told(failed, MAIN)?.message).toMatch(/somebody else changed it at the same time.*Run the mirror again/);
        expect(failed.outcomes).toEqual({ [MAIN]: 'rejected', [FEATURE]: 'created', 'refs/tags/v1': 'created' });
        expect(pair.target.refs()).toEqual({ ...pair.source.refs(), [MAIN]: own });
        expect(pair.pushes).toBe(3);
      },
      LIMIT_MS,
    );

    test(
      'a branch that is to be deleted is moved: it is kept, with what the rival did',
      async () => {
        pair.target.set({ [DONE]: pair.old });
        const own = rivalCommit();
        rival(() => pair.target.set({ [DONE]: own }));

        const done = await mirror();

        expect(done.report.update_status).toBe('finished');
        expect(told(done, DONE)).toMatchObject({ outcome: 'kept', old: own });
        expect(pair.target.refs()).toEqual({ ...pair.source.refs(), [DONE]: own });
        expect(pair.pushes).toBe(1);
      },
      LIMIT_MS,
    );

    test(
      'a branch that is to be deleted is gone already: nothing is left to do',
      async () => {
        pair.target.set({ [DONE]: pair.old });
        rival(() => pair.target.set({ [DONE]: null }));

        expectMirrored(pair, await mirror());
      },
      LIMIT_MS,
    );
  });

  describe('with keep-divergent-refs', () => {
    const KEEP: Given = { keepDivergentRefs: 'true' };

    test(
      'a branch that is to be updated: it has diverged, and the commit of the rival stays',
      async () => {
        const own = rivalCommit();
        rival(() => pair.target.set({ [MAIN]: own }));

        const failed = await mirror(KEEP);

        expect(failed.report.update_status).toBe('failed');
        expect(failed.report.last_error).toMatch(/have diverged.*: refs\/heads\/main\./);
        expect(told(failed, MAIN)).toMatchObject({ outcome: 'diverged', old: own, new: sourceTip(MAIN) });
        expect(failed.outcomes).toMatchObject({ [FEATURE]: 'created', 'refs/tags/v1': 'created' });
        expect(pair.target.refs()).toEqual({ ...pair.source.refs(), [MAIN]: own });
        expect(pair.pushes).toBe(1);
      },
      LIMIT_MS,
    );

    test(
      'a branch that is to be created: it has diverged, and the commit of the rival stays',
      async () => {
        const own = rivalCommit();
        rival(() => pair.target.set({ [FEATURE]: own }));

        const failed = await mirror(KEEP);

        expect(told(failed, FEATURE)).toMatchObject({ outcome: 'diverged', old: own });
        expect(pair.target.refs()).toEqual({ ...pair.source.refs(), [FEATURE]: own });
        expect(pair.pushes).toBe(1);
      },
      LIMIT_MS,
    );

    test(
      'to a commit on the way to what it shall become: planned anew, and updated',
      async () => {
        const between = sourceTip(MAIN);
        pair.source.set({ [MAIN]: pair.source.commit([between]) });
        rival(() => pair.target.git(['fetch', '--quiet', pair.source.path, `${between}:${MAIN}`]));

        const done = await mirror(KEEP);

        expectMirrored(pair, done);
        expect(told(done, MAIN)).toMatchObject({ outcome: 'updated', old: between });
        expect(pair.pushes).toBe(2);
      },
      LIMIT_MS,
    );

    test(
      'again and again, to older commits of the source: given up after three rounds',
      async () => {
        const ids = [pair.source.commit([pair.old]), pair.source.commit([pair.old])];
        pair.source.set({ [MAIN]: pair.source.commit([sourceTip(MAIN), ...ids]) });
        pair.target.git(['fetch', '--quiet', pair.source.path, sourceTip(MAIN)]);
        let moved = 0;
        rival(() => pair.target.set({ [MAIN]: ids[(moved += 1) % 2] ?? null }), pushes);

        const failed = await mirror(KEEP);

        expect(failed.outcomes).toMatchObject({ [MAIN]: 'rejected', [FEATURE]: 'created' });
        expect(told(failed, MAIN)?.message).toMatch(/Run the mirror again/);
        expect(ids).toContain(pair.target.refs()[MAIN]);
        expect(pair.pushes).toBe(3);
      },
      LIMIT_MS,
    );
  });
});

describe('the source changes between the plan and the push', () => {
  /** The first question asks for refs; at the second one the source is changed. */
  function whileAsked(act: () => void): void {
    let asked = 0;
    pair.server.behaviour.intercept = before((seen) => questions(seen) && (asked += 1) === 2, act);
  }

  test.each(['false', 'true'])(
    'a branch moves on: it is brought to where it is now (keep-divergent-refs: %s)',
    async (keep) => {
      const newest = pair.source.commit([sourceTip(MAIN)]);
      whileAsked(() => pair.source.set({ [MAIN]: newest }));

      const done = await mirror({ keepDivergentRefs: keep });

      expectMirrored(pair, done);
      expect(told(done, MAIN)).toMatchObject({ outcome: 'updated', old: pair.old, new: newest });
    },
    LIMIT_MS,
  );

  test(
    'a branch goes, and its objects with it: it is not created',
    async () => {
      whileAsked(() => {
        pair.source.set({ [FEATURE]: null });
        pair.source.git(['repack', '-adq']);
        pair.source.git(['prune', '--expire=now']);
      });

      const done = await mirror();

      expectMirrored(pair, done);
      expect(done.outcomes[FEATURE]).toBeUndefined();
    },
    LIMIT_MS,
  );

  test(
    'without protocol v2, after the source was copied: the copy is not taken for the source',
    async () => {
      pair.server.behaviour.protocolV2 = false;
      const [own, newest] = [rivalCommit(), pair.source.commit([sourceTip(MAIN)])];
      rival(() => {
        pair.target.set({ [MAIN]: own });
        pair.source.set({ [MAIN]: newest });
      });

      const done = await mirror();

      expectMirrored(pair, done);
      expect(told(done, MAIN)).toMatchObject({ outcome: 'forced', old: own, new: newest });
    },
    LIMIT_MS,
  );
});

describe('an older run that is overtaken by a newer one', () => {
  /** Whether the older run has read all that it reads of the source at first. */
  function hasReadSource(): boolean {
    return pair.server.requests.filter(to('source')).filter(({ status }) => status === 200).length >= 2;
  }

  /** Runs two mirrors: while a request of the older one is held back, the source changes and the newer one completes. */
  async function overtaken(chosen: Choice, change: () => void, given: Given = {}): Promise<{ older: Run; newer: Run }> {
    const newer: Run[] = [];
    pair.server.behaviour.intercept = holding(pair.http, firstOf(1, chosen), async () => {
      await until(hasReadSource);
      change();
      newer.push(await mirror(given));
    });
    const older = await mirror(given);
    const [run] = newer;
    if (run === undefined) throw new Error('nothing was held back');
    return { older, newer: run };
  }

  /** The ref update commands of all pushes so far, as `old new ref`. */
  function commands(): string[] {
    return pair.server.requests
      .filter(pushes)
      .flatMap(({ body }) => body.toString('latin1').match(/[0-9a-f]{40} [0-9a-f]{40} refs\/[\w/]+/g) ?? []);
  }

  const HELD = [
    ['read the source before and the target after it', advertisement('target')],
    ['made its plan before and pushes after it', pushes],
  ] as const;

  describe.each(HELD)('having %s', (_when, chosen) => {
    test(
      'never moves a branch backwards',
      async () => {
        const [older, newest] = [sourceTip(MAIN), pair.source.commit([sourceTip(MAIN)])];

        const runs = await overtaken(chosen, () => pair.source.set({ [MAIN]: newest }));

        expectMirrored(pair, runs.newer);
        expectMirrored(pair, runs.older);
        expect(pair.target.refs()[MAIN]).toBe(newest);
        expect(commands()).not.toContain(`${newest} ${older} ${MAIN}`);
        expect(runs.older.outcomes[MAIN]).toBe('unchanged');
      },
      LIMIT_MS,
    );

    test(
      'never moves a branch backwards that was rewritten',
      async () => {
        const [older, rewritten] = [sourceTip(MAIN), pair.source.commit([pair.old])];

        const runs = await overtaken(chosen, () => pair.source.set({ [MAIN]: rewritten }));

        expectMirrored(pair, runs.older);
        expect(pair.target.refs()[MAIN]).toBe(rewritten);
        expect(commands()).not.toContain(`${rewritten} ${older} ${MAIN}`);
      },
      LIMIT_MS,
    );

    test(
      'with keep-divergent-refs never moves a branch backwards',
      async () => {
        const newest = pair.source.commit([sourceTip(MAIN)]);

        const runs = await overtaken(chosen, () => pair.source.set({ [MAIN]: newest }), { keepDivergentRefs: 'true' });

        expectMirrored(pair, runs.newer);
        expect(pair.target.refs()).toEqual(pair.source.refs());
      },
      LIMIT_MS,
    );

    test(
      'does not create a branch anew that was deleted',
      async () => {
        pair.source.set({ [DONE]: sourceTip(MAIN) });
        pair.target.set({ [DONE]: pair.old });

        const runs = await overtaken(chosen, () => pair.source.set({ [DONE]: null }));

        expectMirrored(pair, runs.newer);
        expectMirrored(pair, runs.older);
        expect(pair.target.refs()).not.toHaveProperty(DONE);
        expect(runs.newer.outcomes[DONE]).toBe('deleted');
      },
      LIMIT_MS,
    );

    test.each(['merged', 'always'])(
      'does not delete a branch that was created (prune: %s)',
      async (prune) => {
        const created = { [DONE]: pair.old, 'refs/tags/fresh': pair.old };

        const runs = await overtaken(chosen, () => pair.source.set(created), { prune });

        expectMirrored(pair, runs.newer);
        expectMirrored(pair, runs.older);
        expect(pair.target.refs()).toMatchObject(created);
        expect(commands().filter((command) => command.includes(` ${'0'.repeat(40)} `))).toEqual([]);
      },
      LIMIT_MS,
    );
  });

  test.each(['false', 'true'])(
    'with keep-divergent-refs it takes what the newer one has brought for no divergence (check: %s)',
    async (check) => {
      const newest = pair.source.commit([sourceTip(MAIN)]);

      const runs = await overtaken(
        advertisement('target'),
        () => {
          pair.source.set({ [MAIN]: newest });
          if (check === 'true') pair.target.copyFrom(pair.source);
        },
        { keepDivergentRefs: 'true', check },
      );

      expect([runs.newer.report.update_status, runs.older.report.update_status]).toEqual(['finished', 'finished']);
      expect(runs.older.outcomes[MAIN]).toBe('unchanged');
      expect(pair.target.refs()[MAIN]).toBe(newest);
    },
    LIMIT_MS,
  );

  test(
    'with nothing else to do does not delete a branch that was created',
    async () => {
      pair.target.copyFrom(pair.source);

      const runs = await overtaken(advertisement('target'), () => pair.source.set({ [DONE]: pair.old }));

      expectMirrored(pair, runs.older);
      expect(pair.target.refs()[DONE]).toBe(pair.old);
      expect(pair.pushes).toBe(1);
    },
    LIMIT_MS,
  );
});
