import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expectMirrored, MirroredPair } from '../mirrored-pair.js';
import { git } from '../repositories/git.js';
import { run, type Run } from '../run.js';
import {
  advertisement,
  answering,
  first,
  firstOf,
  packs,
  pushes,
  type Choice,
  type Intercept,
} from '../servers/faults.js';
import { message, pkt, serviceLine } from '../servers/pkt.js';
import { TELLS_VERSION } from '../servers/ssh-program.js';

const MAIN = 'refs/heads/main';
const FEATURE = 'refs/heads/feature';
const GONE = 'refs/heads/gone';
const LONG = `refs/heads/${'x'.repeat(252)}`;

let pair: MirroredPair;

beforeEach(async () => {
  pair = await MirroredPair.start();
});

afterEach(async () => {
  await pair.stop();
});

/** Writes a file below the target's folder. */
function file(name: string, content = ''): void {
  const path = join(pair.target.path, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Counts the pushes to the target, however they come. */
function countPushes(): () => number {
  const counted = pair.scratch.join('pushes');
  writeFileSync(counted, '');
  mkdirSync(join(pair.target.path, 'hooks'), { recursive: true });
  const script = `#!/bin/sh\ncat >/dev/null\necho push >>'${counted}'\n`;
  writeFileSync(join(pair.target.path, 'hooks/pre-receive'), script, { mode: 0o755 });
  return () => readFileSync(counted, 'utf8').split('\n').length - 1;
}

function told({ report }: Run, ref: string): Run['report']['refs'][number] | undefined {
  return report.refs.find((one) => one.ref === ref);
}

interface Trouble {
  readonly make: () => void;
  readonly ref: string;
  readonly code: string;
  readonly says: RegExp;
}

const OF_FILES: readonly (readonly [string, Trouble])[] = [
  [
    'a lock file that a killed push has left',
    {
      make: () => file('refs/heads/main.lock'),
      ref: MAIN,
      code: 'lock-file',
      says: /main\.lock': File exists.*delete/,
    },
  ],
  [
    'a folder in the place of the lock file',
    { make: () => file('refs/heads/main.lock/x'), ref: MAIN, code: 'lock-file', says: /main\.lock': File exists/ },
  ],
  [
    'a lock file of packed refs, for a deletion',
    {
      make: () => {
        pair.target.set({ [GONE]: pair.old });
        file('packed-refs.lock');
      },
      ref: GONE,
      code: 'lock-file',
      says: /packed-refs\.lock': File exists/,
    },
  ],
  [
    'a name that is too long for its disk',
    {
      make: () => appendFileSync(join(pair.source.path, 'packed-refs'), `${pair.old} ${LONG}\n`),
      ref: LONG,
      code: 'long-name',
      says: /File name too long.*255 bytes/,
    },
  ],
  [
    'a folder in the place of the reflog',
    {
      make: () => {
        file(`logs/${MAIN}/x/y`);
        pair.target.git(['config', 'core.logAllRefUpdates', 'always']);
      },
      ref: MAIN,
      code: 'reflog',
      says: /there are still logs under.*below `logs`/,
    },
  ],
  [
    'a folder in the place of a branch',
    {
      make: () => file(`${FEATURE}/x/y.lock`),
      ref: FEATURE,
      code: 'ref-in-the-way',
      says: /non-empty directory.*Remove it there/,
    },
  ],
];

describe('a target whose files do not take one ref is not raced for it', () => {
  test.each(OF_FILES)('%s', async (_what, { make, ref, code, says }) => {
    make();
    const pushed = countPushes();

    const done = await run(pair.source.path, pair.target.path);

    expect(told(done, ref)).toMatchObject({ outcome: 'rejected', code, message: expect.stringMatching(says) });
    expect(done.report.counts.rejected).toBe(1);
    const { [ref]: _bad, ...others } = pair.source.refs();
    expect(pair.target.refs()).toMatchObject(others);
    expect([pushed(), done.report.last_error]).toEqual([1, `Some refs were rejected: ${ref}.`]);
  });

  test('over HTTP, and the next push with another object of the source is made', async () => {
    file('refs/heads/main.lock');
    let isMoved = false;
    const move: Intercept = (_request, _response, seen) => {
      if (advertisement('target')(seen) && pair.pushes === 1 && !isMoved) {
        isMoved = true;
        pair.source.set({ [MAIN]: pair.source.commit([pair.source.refs()[MAIN] ?? '']) });
      }
      return false;
    };
    pair.server.behaviour.intercept = move;

    const done = await run(pair.url('source'), pair.url('target'));

    expect(told(done, MAIN)).toMatchObject({ outcome: 'rejected', code: 'lock-file' });
    expect(pair.pushes).toBeLessThanOrEqual(2);
  });

  test('beside a ref that somebody else has moved: that one is pushed again, the other is not', async () => {
    file(`${FEATURE}/x/y.lock`);
    const own = pair.target.commit([pair.old]);
    let isMoved = false;
    pair.server.behaviour.intercept = (_request, _response, seen) => {
      if (pushes(seen) && !isMoved) pair.target.set({ [MAIN]: own });
      isMoved ||= pushes(seen);
      return false;
    };

    const done = await run(pair.url('source'), pair.url('target'));

    expect(told(done, MAIN)).toMatchObject({ outcome: 'forced', old: own });
    expect(told(done, FEATURE)).toMatchObject({ outcome: 'rejected', code: 'ref-in-the-way' });
    const named = pair.server.requests.filter(pushes).map(({ body }) => body.toString('latin1').includes(FEATURE));
    expect(named).toEqual([true, false]);
  });
});

describe('a target that lacks objects', () => {
  /** Makes the target a clone without the first commit, to which the source has a tag. */
  function makeShallow(): void {
    rmSync(pair.target.path, { recursive: true });
    pair.source.set({ [MAIN]: pair.old, [FEATURE]: null });
    git(pair.scratch.path, ['clone', '--quiet', '--bare', '--depth=1', `file://${pair.source.path}`, 'target.git']);
    const tip = pair.source.commit([pair.old]);
    pair.source.set({ [MAIN]: tip, 'refs/tags/first': pair.source.git(['rev-parse', `${pair.old}^`]) });
  }

  /** Takes objects away from the target. */
  function lose(...ids: readonly string[]): void {
    for (const id of ids) rmSync(join(pair.target.path, 'objects', id.slice(0, 2), id.slice(2)));
  }

  const ENDS = ['in a folder', 'over HTTP'] as const;
  const mirror = async (where: (typeof ENDS)[number]): Promise<Run> =>
    where === 'in a folder' ? run(pair.source.path, pair.target.path) : run(pair.url('source'), pair.url('target'));

  test.each(ENDS)('because it is a shallow clone, %s: it gets them', async (where) => {
    makeShallow();

    const done = await mirror(where);

    expect(done.report.last_error).toBeNull();
    expect(pair.target.refs()).toEqual(pair.source.refs());
    expect(pair.target.git(['rev-list', '--count', 'refs/tags/first'])).toBe('1');
  });

  describe.each(ENDS)('that it had, %s', (where) => {
    test('of a commit in the history of its branch: it gets all objects, after one refusal', async () => {
      const first = pair.source.git(['rev-parse', `${pair.old}^`]);
      pair.source.set({ 'refs/tags/first': first });
      lose(first);

      const done = await mirror(where);

      expectMirrored(pair, done);
      expect(done.lines).toContain('The target lacks objects that its refs build on: sending all objects.');
    });

    test('of the commit of its branch: it gets all objects', async () => {
      lose(pair.old);

      const done = await mirror(where);

      expect(pair.target.refs()).toMatchObject({ [FEATURE]: pair.source.refs()[FEATURE] });
      expect(told(done, MAIN)?.message ?? '').not.toMatch(/complete repository/);
    });
  });

  test.each([
    ['an empty file', ''],
    ['a file of another program', '[.ShellClassInfo]\n'],
    ['an object that nobody has', `${'1'.repeat(40)}\n`],
  ])('behind a broken ref, %s: the target is to blame, not the source', async (_what, content) => {
    file('refs/heads/lost', content);

    const done = await run(pair.source.path, pair.target.path);

    expect(told(done, MAIN)).toMatchObject({
      outcome: 'rejected',
      code: 'broken-target',
      message: expect.stringMatching(/bad object refs\/heads\/lost.*The target has a broken ref/),
    });
    expect(JSON.stringify(done.report)).not.toMatch(/complete repository|missing from the source/);
  });
});

describe('a push that ends in doubt is settled by one more reading of the target', () => {
  /** Has git carry out the push, and answers with a status of its own. */
  function landing(status: number, then: () => void = () => undefined): void {
    pair.server.behaviour.intercept = (_request, response, seen) => {
      if (!pushes(seen)) return false;
      const head = response.writeHead.bind(response);
      const end = response.end.bind(response);
      response.writeHead = () => response;
      response.write = (() => true) as typeof response.write;
      response.end = (() => {
        then();
        head(status, { 'Content-Type': 'text/plain' });
        return end();
      }) as typeof response.end;
      return false;
    };
  }

  const mirror = (): Promise<Run> => run(pair.url('source'), pair.url('target'), { lfs: 'never' });

  test.each([500, 501])('HTTP %i after all refs were moved: the run is finished, with a warning', async (status) => {
    landing(status);

    const done = await mirror();

    expectMirrored(pair, done);
    expect(done.report.counts).toMatchObject({ created: 2, updated: 1, rejected: 0 });
    expect(pair.pushes).toBe(1);
    expect(done.lines.join('\n')).toMatch(new RegExp(`HTTP (?:status )?${status}.*Reading both ends again`));
  });

  test('HTTP 500 before anything was done, again and again: it is said that no ref gets a result', async () => {
    pair.server.behaviour.intercept = answering(pushes, 500);

    const { report } = await mirror();

    expect(report.refs.map(({ code }) => code)).toEqual(['no-result', 'no-result', 'no-result']);
    expect(report.last_error).toMatch(/HTTP status 500/);
    expect(pair.target.refs()).toEqual(pair.before);
  });

  test('HTTP 500, and somebody else has moved one of the refs since: it is planned anew', async () => {
    const own = pair.target.commit([pair.old]);
    let isMoved = false;
    landing(500, () => {
      if (!isMoved) pair.target.set({ [MAIN]: own });
      isMoved = true;
    });

    const done = await mirror();

    expectMirrored(pair, done);
    expect(done.outcomes).toMatchObject({ [MAIN]: 'forced', [FEATURE]: 'created' });
  });

  test('a target that cannot be read again: it stays in doubt', async () => {
    const isFirst = firstOf(1, advertisement('target'));
    const again: Choice = (seen) => advertisement('target')(seen) && !isFirst(seen);
    pair.server.behaviour.intercept = first(answering(pushes, 500), answering(again, 403));

    const { report } = await mirror();

    expect(new Set(report.refs.map(({ code }) => code))).toEqual(new Set(['in-doubt']));
    expect(report.last_error).toMatch(/HTTP 403/);
  });

  test('where nothing is in doubt, the target is not read again', async () => {
    pair.server.behaviour.intercept = answering(pushes, 403);
    await mirror();

    expect(pair.server.requests.filter(advertisement('target'))).toHaveLength(1);
  });
});

describe('a server that says in an answer that it is too busy is asked again', () => {
  const WORDS = 'GitLab is currently unable to handle this request due to load (ID 9febc24c1a)';
  const busy = pkt(`ERR ${WORDS}`);
  const isOver = (service: string): Choice => firstOf(2, ({ path }) => path.endsWith(service));
  const answer = (service: string, part: string, bytes: Buffer = busy): Intercept =>
    answering(isOver(part), 200, { 'Content-Type': `application/x-git-${service}` }, bytes);

  async function expectDone(interception: Intercept): Promise<void> {
    pair.server.behaviour.intercept = interception;

    const done = await run(pair.url('source'), pair.url('target'), { lfs: 'never' });

    expectMirrored(pair, done);
    expect(done.lines.join('\n')).toMatch(/due to load.*(?:Trying again|Reading both ends again)/);
  }

  test.each([
    ['the source, for refs and packs', 'upload-pack-result', 'source.git/git-upload-pack'],
    ['the source, to its first question', 'upload-pack-advertisement', 'source.git/info/refs?service=git-upload-pack'],
    ['the target', 'receive-pack-advertisement', 'target.git/info/refs?service=git-receive-pack'],
    ['the target, in place of a report', 'receive-pack-result', 'target.git/git-receive-pack'],
  ])('%s', async (_who, service, part) => {
    await expectDone(answer(service, part));
  });

  test('behind the line that names the service', async () => {
    const part = 'target.git/info/refs?service=git-receive-pack';
    await expectDone(
      answer('receive-pack-advertisement', part, Buffer.concat([serviceLine('git-receive-pack'), busy])),
    );
  });

  test('a source without protocol v2, for its pack', async () => {
    pair.server.behaviour.protocolV2 = false;
    await expectDone(answer('upload-pack-result', 'source.git/git-upload-pack'));
  });

  test.each(['ERR ', '\u0003'])('in the middle of a pack (%j)', async (band) => {
    const part = isOver('source.git/git-upload-pack');
    const chosen = new WeakMap<object, boolean>();
    pair.server.behaviour.alter = (chunk, seen) => {
      if (!packs(seen) || seen.body.includes('filter')) return chunk;
      const isChosen = chosen.get(seen) ?? part(seen);
      chosen.set(seen, isChosen);
      if (!isChosen) return chunk;
      const begins = seen.sent === 0;
      return begins ? Buffer.concat([message('packfile\n').subarray(0, -4), pkt(band + WORDS)]) : Buffer.alloc(0);
    };

    const done = await run(pair.url('source'), pair.url('target'), { lfs: 'never' });

    expectMirrored(pair, done);
    expect(done.lines.join('\n')).toMatch(/due to load.*Reading both ends again/);
  });

  test('over SSH', async () => {
    const [bin, count] = [pair.scratch.join('bin'), pair.scratch.join('count')];
    mkdirSync(bin);
    const script = `#!/bin/sh\n${TELLS_VERSION}\nfor words; do :; done\necho >>'${count}'\n[ $(wc -l <'${count}') -gt 2 ] || { printf '%s' '${busy.toString()}'; exit 0; }\neval "exec $words"\n`;
    writeFileSync(join(bin, 'ssh'), script, { mode: 0o755 });
    const { PATH = '' } = process.env;
    process.env.PATH = `${bin}:${PATH}`;
    const done = await run(`ssh://git@host.example${pair.source.path}`, pair.target.path, { lfs: 'never' }).finally(
      () => (process.env.PATH = PATH),
    );

    expectMirrored(pair, done);
    expect(done.lines.filter((line) => line.includes('Trying again'))).toHaveLength(2);
  });

  test('for good: the remedy is to run it later, and no right is doubted', async () => {
    const chosen: Choice = ({ path }) => path.includes('source.git/git-upload-pack');
    const type = { 'Content-Type': 'application/x-git-upload-pack-result' };
    pair.server.behaviour.intercept = answering(chosen, 200, type, busy);

    const { report } = await run(pair.url('source'), pair.url('target'));

    expect(report.last_error_code).toBe('throttled');
    expect(report.last_error).toMatch(/due to load.*Run the mirror again later/);
    expect(report.last_error).not.toMatch(/Check the URL|token/);
  });
});
