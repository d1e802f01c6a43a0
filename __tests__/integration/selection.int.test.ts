import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MirroredPair } from '../mirrored-pair.js';
import { run, type Given } from '../run.js';

const QUEUED = 'gh-readonly-queue/main/pr-1-abc';

let pair: MirroredPair;

beforeEach(async () => {
  pair = await MirroredPair.start();
});

afterEach(() => pair.stop());

/** Facts of a job on a GitHub Enterprise Server, which the pair's server stands for. */
function job(serverUrl = pair.server.url('').replace(/\/$/, '')): Record<string, string> {
  return { GITHUB_SERVER_URL: serverUrl, GITHUB_API_URL: `${serverUrl}/api/v3`, GITHUB_REPOSITORY: 'me/project' };
}

describe("branches of GitHub's merge queue", () => {
  const queue = `refs/heads/${QUEUED}`;

  beforeEach(() => {
    pair.source.set({ [queue]: pair.source.commit([pair.old]) });
    pair.target.set({ 'refs/heads/gh-readonly-queue/main/pr-0-abc': pair.target.commit([pair.old]) });
  });

  test.each<[string, () => string, () => Record<string, string>]>([
    ['on the server of the job', () => pair.url('source'), () => job()],
    ['in a folder of a job', () => pair.source.path, () => job('https://github.com')],
  ])('%s: neither pushed nor deleted', async (_what, from, environment) => {
    const { report, outcomes } = await run(from(), pair.target.path, { environment: environment(), prune: 'always' });

    expect(report.update_status).toBe('finished');
    expect(Object.keys(outcomes).filter((ref) => ref.includes('queue'))).toEqual([]);
    expect(Object.keys(pair.target.refs()).filter((ref) => ref.includes('queue'))).toEqual([
      'refs/heads/gh-readonly-queue/main/pr-0-abc',
    ]);
    expect(pair.target.refs()['refs/heads/main']).toBe(pair.source.refs()['refs/heads/main']);
  });

  test.each<[string, Given]>([
    ['named by a pattern', { branches: ['*', 'gh-readonly-queue/*'] }],
    ['named by an expression', { mirrorBranchRegex: 'main|^gh-readonly-queue/' }],
  ])('%s: mirrored', async (_what, given) => {
    const { outcomes } = await run(pair.url('source'), pair.target.path, {
      ...given,
      environment: job(),
      prune: 'always',
    });

    expect(outcomes).toMatchObject({ [queue]: 'created', 'refs/heads/gh-readonly-queue/main/pr-0-abc': 'deleted' });
  });

  test.each(['http', 'folder'])('of another source (%s) are branches like others', async (way) => {
    const { outcomes } = await run(way === 'http' ? pair.url('source') : pair.source.path, pair.target.path);

    expect(outcomes[queue]).toBe('created');
  });
});

describe('patterns that match nothing', () => {
  beforeEach(() => {
    pair.source.set({ 'refs/heads/release/1': pair.old, 'refs/tags/v1': pair.old });
    pair.source.symref('refs/heads/alias', 'refs/heads/main');
  });

  test.each<[string, Given, string[]]>([
    ['none', { branches: ['main', 'release/*', 'alias'], tags: ['v*'] }, []],
    [
      'one beside another that matches',
      { branches: ['main', 'relase/*'] },
      ['The pattern "relase/*" matches no branch of the source.'],
    ],
    [
      'of branches and of tags',
      { branches: ['main', 'dev', 'x/*', '!old/*'], tags: ['v1', 'w*'] },
      ['The patterns "dev", "x/*" match no branch of the source.', 'The pattern "w*" matches no tag of the source.'],
    ],
    ['with spaces around', { branches: [' main '], tags: ['\tv1'] }, []],
    [
      'in quotes that a shell has left',
      { branches: ['main', "'release/*'"] },
      [
        'The pattern "\'release/*\'" matches no branch of the source. The quotes are a part of it: leave them out, or use double quotes where the shell is cmd.exe.',
      ],
    ],
    [
      'with signs of other kinds of patterns',
      { branches: ['main', 'release/[0-9]'] },
      [
        'The pattern "release/[0-9]" matches no branch of the source. Only `*` and a leading `!` have a meaning in a pattern: everything else is a part of the name.',
      ],
    ],
    [
      'very many',
      { branches: ['main', ...Array.from({ length: 12 }, (_, index) => `b${index}${'x'.repeat(200)}`)] },
      [expect.stringMatching(/^The patterns "b0x{98}…", .*"b9x{98}…" and 2 more match no branch/) as never],
    ],
  ])('%s', async (_what, given, notices) => {
    const { report } = await run(pair.url('source'), pair.target.path, given);

    expect(report.update_status).toBe('finished');
    expect(report.notices).toEqual(notices);
  });

  test('are not told of where there is no tag at all', async () => {
    const tags = Object.keys(pair.source.refs()).filter((ref) => ref.startsWith('refs/tags/'));
    pair.source.set(Object.fromEntries(tags.map((ref) => [ref, null])));

    const { report } = await run(pair.url('source'), pair.target.path, { tags: ['v*'] });

    expect(report.notices).toEqual([]);
  });
});
