import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cpSync } from 'node:fs';
import { Scratch, TestRepository } from '../repositories/git.js';
import { run, type Given } from '../run.js';
import { keepingSilent, withoutPeeled, type End, type Silence } from '../servers/faults.js';
import { GitHttpServer } from '../servers/git-http-server.js';

const WAYS: readonly Silence[] = ['only NAK', 'ready and no ACK', 'the first ACK alone', 'no section'];
const OVERWRITING_OR_NOT = [{}, { keepDivergentRefs: 'true' }] as const;

describe('what a server does not say changes no verdict:', () => {
  let scratch: Scratch;
  let server: GitHttpServer;
  let source: TestRepository;
  let target: TestRepository;
  let targets = 0;

  beforeAll(async () => {
    scratch = new Scratch();
    server = await GitHttpServer.start(scratch.path);
    source = TestRepository.create(scratch.join('source.git'));
    target = TestRepository.create(scratch.join('target.git'));
    const one = source.commit();
    const two = source.commit([one]);
    const three = source.commit([two]);
    const four = source.commit([three]);
    const aside = source.commit([one]);
    source.set({
      'refs/heads/main': four,
      'refs/heads/behind': two,
      'refs/heads/known': two,
      'refs/heads/unknown': two,
      'refs/tags/behind': source.tagObject('behind', four),
      'refs/tags/known': source.tagObject('known', four),
      'refs/tags/light': source.tagObject('light', two),
      'refs/tags/of-tag': source.tagObject('of-tag', source.tagObject('inner', three), 'tag'),
      'refs/tags/unknown': source.tagObject('unknown', four),
    });
    const old = {
      'refs/heads/known': aside,
      'refs/heads/merged': three,
      'refs/heads/unmerged': source.commit([aside]),
      'refs/tags/behind': source.tagObject('behind', one),
      'refs/tags/known': source.tagObject('known', aside),
      'refs/tags/merged': source.tagObject('merged', three),
      'refs/tags/of-tag': source.tagObject('of-tag', source.tagObject('inner', one), 'tag'),
      'refs/tags/tree': source.tagObject('tree', source.tree({ file: 'of a tag' }), 'tree'),
      'refs/tags/unmerged': source.tagObject('unmerged', aside),
    };
    target.takeObjects(source);
    target.set({
      ...old,
      'refs/heads/main': one,
      'refs/heads/behind': one,
      'refs/heads/unknown': target.commit([one]),
      'refs/heads/unmerged-unknown': target.commit([two]),
      'refs/tags/light': two,
      'refs/tags/unknown': target.tagObject('unknown', one),
    });
  });

  afterAll(async () => {
    await server.stop();
    scratch.remove();
  });

  /** Mirrors to a copy of the target, with one end behind the server, and compares with what the histories say. */
  async function expectJudged(end: End, given: Given): Promise<void> {
    targets += 1;
    const copy = TestRepository.at(scratch.join(`target-${targets}.git`));
    cpSync(target.path, copy.path, { recursive: true });
    const [from, to] =
      end === 'source' ? [server.url('source.git'), copy.path] : [source.path, server.url(`target-${targets}.git`)];
    const { outcomes, report } = await run(from, to, { lfs: 'never', ...given });

    expect(report.last_error_code).toBe(given.keepDivergentRefs === 'true' ? 'refs-diverged' : null);
    const [diverged, merged] = given.keepDivergentRefs === 'true' ? ['diverged', 'kept'] : ['forced', 'deleted'];
    expect(outcomes).toEqual({
      'refs/heads/main': 'updated',
      'refs/heads/behind': 'updated',
      'refs/heads/known': diverged,
      'refs/heads/unknown': diverged,
      'refs/heads/merged': merged,
      'refs/heads/unmerged': 'kept',
      'refs/heads/unmerged-unknown': 'kept',
      'refs/tags/behind': 'updated',
      'refs/tags/known': diverged,
      'refs/tags/light': 'updated',
      'refs/tags/of-tag': 'updated',
      'refs/tags/unknown': diverged,
      'refs/tags/merged': merged,
      'refs/tags/tree': 'kept',
      'refs/tags/unmerged': 'kept',
    });
    expect(report.counts.rejected).toBe(0);
    const left = Object.entries(target.refs()).filter(([ref]) => /kept|diverged/.test(outcomes[ref] ?? ''));
    expect(copy.refs()).toEqual({ ...source.refs(), ...Object.fromEntries(left) });
  }

  describe.each([true, false])('a source with filters: %s', (filter) => {
    test.each(WAYS)('acknowledges with %s', async (how) => {
      Object.assign(server.behaviour, { filter, protocolV2: true, alter: keepingSilent(how) });

      for (const given of OVERWRITING_OR_NOT) await expectJudged('source', given);
    });

    test('acknowledges as git does', async () => {
      Object.assign(server.behaviour, { filter, protocolV2: true, alter: undefined });

      for (const given of OVERWRITING_OR_NOT) await expectJudged('source', given);
    });

    test('does not say what tags stand for', async () => {
      Object.assign(server.behaviour, { filter, protocolV2: true, alter: withoutPeeled(/tags/) });

      for (const given of OVERWRITING_OR_NOT) await expectJudged('source', given);
    });
  });

  test.each<[what: string, tags: RegExp, protocolV2: boolean]>([
    ['some tags', /behind|merged/, true],
    ['any tag', /tags/, true],
    ['some tags, without protocol v2', /behind|merged/, false],
    ['any tag, without protocol v2', /tags/, false],
  ])('a target does not say what %s stand for', async (_what, tags, protocolV2) => {
    Object.assign(server.behaviour, { protocolV2, alter: withoutPeeled(tags) });

    for (const given of OVERWRITING_OR_NOT) await expectJudged('target', given);
  });
});
