import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { LfsPair } from '../lfs-pair.js';
import { expectHarmless } from '../mirrored-pair.js';
import { Scratch, TestRepository } from '../repositories/git.js';
import {
  asFiles,
  commitLfs,
  commitWithObjects,
  generatedObject,
  generatedObjects,
  keptLocally,
  lfsObject,
  pointer,
  uploadLfs,
  type LfsObject,
} from '../repositories/lfs.js';
import { run, type Given, type Run } from '../run.js';
import { answering, cutting, firstOf, type Choice, type End, type Intercept } from '../servers/faults.js';
import * as lfs from '../servers/lfs-choices.js';
import { LfsServer, neededLfsServer, type LfsStore } from '../servers/lfs-server.js';
import {
  answeringEarly,
  cuttingAnswer,
  cuttingBody,
  cuttingHead,
  denying,
  disturb,
  lfsRequests,
  stalling,
  trickling,
  type LfsKind,
} from '../servers/lfs-trouble.js';

const START_MS = 60_000;
const SIZE = 200_000;
const SIGN_IN = {
  sourceUsername: 'reader',
  sourceToken: 'token-of-the-source-4711',
  targetUsername: 'writer',
  targetToken: 'token-of-the-target-0815',
} as const;
/** What must not reach a terminal from outside. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;
const python = neededLfsServer();

const oidsOf = (objects: readonly { readonly oid: string }[]): string[] => objects.map(({ oid }) => oid).sort();
const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
const mirror = (pair: LfsPair, given: Given = {}): Promise<Run> => pair.mirror({ lfs: 'always', ...given });
const messageOf = ({ report }: Run, ref = 'refs/heads/main'): string =>
  report.refs.find((one) => one.ref === ref)?.message ?? '';

/** The ids under which a server has something else; of an upload that broke off, this one keeps what it has. */
function wrongIn(store: LfsStore): string[] {
  return store.oids().filter((oid) => createHash('sha256').update(store.read(oid)).digest('hex') !== oid);
}

/** Commits on `main` what needs objects, and on `plain` what needs none. */
function commitBoth(pair: LfsPair, objects: readonly LfsObject[]): void {
  pair.commit(objects);
  pair.source.set({ 'refs/heads/plain': pair.source.commits(2) });
}

/** How many requests of a kind came to one end. */
function asked(pair: LfsPair, kind: LfsKind, end: End): number {
  return pair.web.requests.filter(lfsRequests(kind, pair.name(end))).length;
}

function expectMirrored(pair: LfsPair, { report }: Run, objects: readonly LfsObject[]): void {
  expect(report.refs.flatMap(({ message }) => message ?? [])).toEqual([]);
  expect(report.last_error).toBeNull();
  expect(pair.target.refs()).toEqual(pair.source.refs());
  expect(pair.stored.oids()).toEqual(oidsOf(objects));
  expect(wrongIn(pair.stored)).toEqual([]);
}

/** An answer that refuses each object, and then says that each is there. */
function refusedAndAgain(objects: readonly LfsObject[]): string {
  const refused = objects.map(({ oid, size }) => ({ oid, size, error: { code: 404, message: 'gone' } }));
  return JSON.stringify({ objects: [...refused, ...objects.map(({ oid, size }) => ({ oid, size }))] });
}

/** Only the branch that needs no objects has landed; returns what the user reads of the other. */
function expectWithheld(pair: LfsPair, mirrored: Run): string {
  const { report, outcomes } = mirrored;
  expect(outcomes).toEqual({ 'refs/heads/main': 'rejected', 'refs/heads/plain': 'created' });
  expect(pair.target.refs()).toEqual({ 'refs/heads/plain': pair.source.refs()['refs/heads/plain'] });
  expect(report.last_error).toBe('Some refs were rejected: refs/heads/main.');
  const message = messageOf(mirrored);
  expect(message).toContain('could not be transferred');
  expect(message).not.toMatch(UNSAFE);
  expectHarmless(mirrored);
  return message;
}

/** What was in the way is gone: a second run brings all over. */
async function expectHealed(pair: LfsPair, objects: readonly LfsObject[]): Promise<void> {
  pair.forget();
  expectMirrored(pair, await mirror(pair), objects);
}

python.describe('Git LFS in trouble', () => {
  let scratch: Scratch;
  let server: LfsServer;
  let made = 0;

  beforeAll(async () => {
    scratch = new Scratch();
    server = await LfsServer.start(scratch.join('lfs'), { program: python.path });
    // Where its first requests come side by side, it brings no tokens with some of its answers.
    await uploadLfs(server.store('first').url, [lfsObject('first')]);
  }, START_MS);

  afterAll(async () => {
    await server.stop();
    scratch.remove();
  });

  const newPair = (): Promise<LfsPair> => {
    made += 1;
    return LfsPair.start({ root: scratch.join(`folder-${made}`), number: made, server });
  };

  /** Begins to spoil requests of a pair, once or each time; returns what puts an end to it. */
  type Spoil = (pair: LfsPair, times: 'once' | 'each time') => () => void;

  const by =
    (cut: (chosen: Choice) => Intercept, kind: LfsKind, end: End): Spoil =>
    (pair, times) => {
      const chosen = lfsRequests(kind, pair.name(end));
      return disturb(pair.web, cut(times === 'once' ? firstOf(1, chosen) : chosen));
    };

  const byFault =
    (chosen: lfs.LfsChoice, fault: Omit<lfs.LfsFault, 'chosen'>): Spoil =>
    ({ faults }, times) => {
      faults.spoil({ chosen: times === 'once' ? lfs.firstLfs(1, chosen) : chosen, ...fault });
      return () => (faults.faults.length = 0);
    };

  /** Where the connection is cut: of which requests, to which end. */
  const CUTS: [string, LfsKind, End, Spoil][] = [
    ['before the batch of the target', 'batch', 'target', by(cutting, 'batch', 'target')],
    ['before the answer to the batch of the target', 'batch', 'target', by(cuttingAnswer, 'batch', 'target')],
    ['in the answer to the batch of the target', 'batch', 'target', by(cuttingBody, 'batch', 'target')],
    ['before the batch of the source', 'batch', 'source', by(cutting, 'batch', 'source')],
    ['before the answer to the batch of the source', 'batch', 'source', by(cuttingAnswer, 'batch', 'source')],
    ['in the answer to the batch of the source', 'batch', 'source', by(cuttingBody, 'batch', 'source')],
    ['in the head of a download', 'download', 'source', by(cuttingHead, 'download', 'source')],
    ['in a download', 'download', 'source', byFault(lfs.downloads(), { cutDownload: SIZE / 2 })],
    ['in an upload', 'upload', 'target', byFault(lfs.uploads(), { cutUpload: SIZE / 2 })],
    ['before the answer to an upload', 'upload', 'target', by(cuttingAnswer, 'upload', 'target')],
    ['before a verification', 'verify', 'target', by(cutting, 'verify', 'target')],
    ['before the answer to a verification', 'verify', 'target', by(cuttingAnswer, 'verify', 'target')],
  ];

  describe('that lasts: refs that need objects stay, the others land, and a second run heals', () => {
    const objects = generatedObjects(2, SIZE);
    const started = new Map<string, Promise<{ pair: LfsPair; mirrored: Run; end: () => void }>>();

    const answered = (status: number, operation: 'upload' | 'download'): Spoil =>
      byFault(lfs.batches(operation), { answer: { status, body: { message: 'not now' } } });
    const BUSY =
      'the Git LFS server answers with HTTP status 503. The server says: not now. Run the mirror again later';
    const THROTTLED = 'asks for fewer requests (HTTP 429). The server says: not now. Run the mirror again later';
    const LASTING: [name: string, kind: LfsKind, end: End, spoil: Spoil, words: string][] = [
      ['503 for batches of the target', 'batch', 'target', answered(503, 'upload'), BUSY],
      ['429 for batches of the target', 'batch', 'target', answered(429, 'upload'), THROTTLED],
      ['503 for batches of the source', 'batch', 'source', answered(503, 'download'), BUSY],
      ['429 for batches of the source', 'batch', 'source', answered(429, 'download'), THROTTLED],
      ...CUTS.map(([name, kind, end, spoil]): [string, LfsKind, End, Spoil, string] => [
        `a connection that is cut ${name}`,
        ...([kind, end, spoil, 'the connection broke ('] as const),
      ]),
    ];

    const start = async (spoil: Spoil): Promise<{ pair: LfsPair; mirrored: Run; end: () => void }> => {
      const pair = await newPair();
      commitBoth(pair, objects);
      const end = spoil(pair, 'each time');
      return { pair, mirrored: await mirror(pair), end };
    };

    // They wait for the most part: beside each other.
    beforeAll(() => {
      for (const [name, , , spoil] of LASTING) {
        const starting = start(spoil);
        starting.catch(() => undefined);
        started.set(name, starting);
      }
    });

    afterAll(async () => {
      for (const starting of started.values()) await (await starting).pair.stop();
    });

    test.each(LASTING)(
      '%s',
      async (name, kind, where, _spoil, words) => {
        const { pair, mirrored, end } = await started.get(name)!;

        const message = expectWithheld(pair, mirrored);

        expect(message).toContain(`${pair.endpoint(where)}: `);
        expect(message).toContain(words);
        expect(mirrored.lines.join('\n')).toMatch(/Trying again in|Trying again/);
        const times = asked(pair, kind, where);
        expect(times).toBeGreaterThanOrEqual(3);
        expect(times).toBeLessThanOrEqual(24);
        end();
        await expectHealed(pair, objects);
      },
      3 * START_MS,
    );
  });

  describe('of one run', () => {
    let pair: LfsPair;

    beforeEach(async () => {
      pair = await newPair();
    });

    afterEach(() => pair.stop());

    test.each(CUTS)('a connection that is cut once, %s', async (_name, kind, end, spoil) => {
      const objects = generatedObjects(2, SIZE);
      commitBoth(pair, objects);
      spoil(pair, 'once');

      const mirrored = await mirror(pair);

      expect(asked(pair, kind, end)).toBeGreaterThan(kind === 'batch' ? 1 : 2);
      expectMirrored(pair, mirrored, objects);
    });

    test('a storage that is full after some: their refs land, and the others once there is room', async () => {
      const objects = generatedObjects(20, SIZE);
      const ref = (at: number): string => `refs/heads/one/${at}`;
      commitLfs(
        pair.source,
        ...objects.map((object, at) => ({ ref: ref(at), files: asFiles([object]), track: ['*.bin'] })),
      );
      commitBoth(pair, objects);
      let room = 8;
      const isFull: lfs.LfsChoice = (seen) => lfs.uploads()(seen) && (room -= 1) < 0;
      pair.faults.spoil({ chosen: isFull, answer: { status: 507, body: { message: 'no room' } } });

      const mirrored = await mirror(pair);

      const stored = pair.stored.oids();
      // Those that are under way when the room ends may be given up.
      expect(stored.length).toBeGreaterThan(0);
      expect(stored.length).toBeLessThanOrEqual(8);
      expect(mirrored.outcomes).toEqual({
        'refs/heads/main': 'rejected',
        'refs/heads/plain': 'created',
        ...Object.fromEntries(objects.map(({ oid }, at) => [ref(at), stored.includes(oid) ? 'created' : 'rejected'])),
      });
      expect(messageOf(mirrored)).toContain('the Git LFS storage is full (HTTP 507). The server says: no room.');
      expect(mirrored.report.lfs).toEqual({ objects: 20, uploaded: stored.length, bytes: stored.length * SIZE });
      expect(asked(pair, 'upload', 'target')).toBe(20);
      pair.forget();
      const again = await mirror(pair);
      const missing = objects.filter(({ oid }) => !stored.includes(oid));
      expect(oidsOf(pair.faults.seen('upload').map(({ oid = '' }) => ({ oid })))).toEqual(oidsOf(missing));
      expectMirrored(pair, again, objects);
    });

    test.each(['once', 'each time'] as const)(
      'an upload that a proxy calls late (504) though it is stored, %s',
      async (times) => {
        const objects = generatedObjects(2, SIZE);
        commitBoth(pair, objects);
        by((chosen) => denying(chosen, 504), 'upload', 'target')(pair, times);

        expectMirrored(pair, await mirror(pair), objects);
      },
    );

    test('an object that somebody else stores meanwhile', async () => {
      const objects = generatedObjects(2, SIZE);
      commitBoth(pair, objects);
      pair.faults.spoil(lfs.expiring(lfs.firstLfs(1, lfs.batches('upload'))), {
        chosen: lfs.batches('download'),
        alterBatch: (answer) => {
          pair.stored.put(objects);
          return answer;
        },
      });

      const mirrored = await mirror(pair);

      expectMirrored(pair, mirrored, objects);
      expect(asked(pair, 'upload', 'target')).toBe(0);
    });

    test('an upload that is refused before its end', async () => {
      const object = generatedObject(1, 8_000_000);
      commitBoth(pair, [object]);
      const end = disturb(pair.web, answering(lfsRequests('upload', pair.name('target')), 413));

      const message = expectWithheld(pair, await mirror(pair));

      expect(message).toContain('refuses an object of this size (HTTP 413)');
      expect(asked(pair, 'upload', 'target')).toBe(1);
      end();
      await expectHealed(pair, [object]);
    });

    test.each(['once', 'each time'] as const)('an upload that is said to be done before it is, %s', async (times) => {
      const object = generatedObject(1, 8_000_000);
      commitBoth(pair, [object]);
      const end = by((chosen) => answeringEarly(chosen, 200), 'upload', 'target')(pair, times);

      const mirrored = await mirror(pair);

      expect(asked(pair, 'upload', 'target')).toBe(times === 'once' ? 2 : 9);
      if (times === 'once') {
        expectMirrored(pair, mirrored, [object]);
        return;
      }
      expect(expectWithheld(pair, mirrored)).toMatch(
        /says that the object is stored, though only \d+ of its 8000000 bytes were sent\./,
      );
      end();
      await expectHealed(pair, [object]);
    });

    test('a storage that hangs: after a few objects the others are not waited for', async () => {
      const objects = generatedObjects(40, 1000);
      commitBoth(pair, objects);
      const end = byFault(lfs.uploads(), { delayMs: 60_000 })(pair, 'each time');
      const startedAt = performance.now();

      const mirrored = await mirror(pair, { timeout: '1' });

      expect(performance.now() - startedAt).toBeLessThan(10_000);
      const message = expectWithheld(pair, mirrored);
      expect(message).toContain('the server sent nothing for 1 seconds.');
      expect(asked(pair, 'upload', 'target')).toBeLessThanOrEqual(4 + 1 + 2);
      expect(mirrored.lines.filter((line) => line.includes('The remaining objects are not tried.'))).toHaveLength(1);
      end();
      await expectHealed(pair, objects);
    });

    test('a storage that hangs now and then: all that can be had is', async () => {
      const objects = generatedObjects(12, 1000);
      commitBoth(pair, objects);
      // One of two, and never the same object twice.
      const hung = new Set<string>();
      let count = 0;
      const chosen: lfs.LfsChoice = (seen) => {
        const { oid = '' } = seen;
        if (!lfs.uploads()(seen) || (count += 1) % 2 === 1 || hung.has(oid)) return false;
        hung.add(oid);
        return true;
      };
      pair.faults.spoil({ chosen, delayMs: 60_000 });

      expectMirrored(pair, await mirror(pair, { timeout: '1' }), objects);
    });

    test('a download that stalls in the middle', async () => {
      const objects = generatedObjects(2, SIZE);
      commitBoth(pair, objects);
      const one = objects[0]!;
      const chosen: Choice = (seen) =>
        lfsRequests('download', pair.name('source'))(seen) && seen.path.includes(one.oid);
      const end = disturb(pair.web, stalling(chosen, one.content, SIZE / 2));

      const mirrored = await mirror(pair, { timeout: '1' });

      expect(expectWithheld(pair, mirrored)).toContain('the server sent nothing for 1 seconds.');
      expect(pair.stored.oids()).toContain(objects[1]!.oid);
      end();
      await expectHealed(pair, objects);
    });

    test('a download that comes byte by byte, each within the time limit, takes too long', async () => {
      const object = lfsObject('patience');
      commitBoth(pair, [object]);
      disturb(pair.web, trickling(lfsRequests('download', pair.name('source')), object.content, 600));

      const message = expectWithheld(pair, await mirror(pair, { timeout: '1' }));

      expect(message).toMatch(/only \d bytes of the object came within 1 seconds/);
      expect(pair.stored.oids()).toEqual([]);
    });

    describe('contents', () => {
      test('an object without content is not needed, over HTTP', async () => {
        const [empty, object] = [lfsObject(''), generatedObject(1, 10)];
        commitBoth(pair, [empty, object]);

        const mirrored = await mirror(pair);

        expect(mirrored.report.lfs).toEqual({ objects: 1, uploaded: 1, bytes: 10 });
        expect(pair.stored.oids()).toEqual([object.oid]);
        expectMirrored(pair, mirrored, [object]);
      });

      test('an object without content is not needed, between folders', async () => {
        const [from, to] = [scratch.join(`from-${made}.git`), scratch.join(`to-${made}.git`)];
        const object = lfsObject('');
        commitWithObjects(TestRepository.create(from), [object]);
        TestRepository.create(to);

        const { report } = await run(from, to, { lfs: 'always' });

        expect(report).toMatchObject({ last_error: null, lfs: { objects: 0, uploaded: 0, bytes: 0 } });
        expect(keptLocally(to)).toEqual([]);
      });

      const LARGE = generatedObject(1, SIZE);
      const PAGE = '<!doctype html><title>sign in</title>';
      const OTHERS: [string, LfsObject, Buffer, string][] = [
        ['none', lfsObject('whole'), Buffer.alloc(0), 'it has 0 bytes instead of the 5 that its pointer says'],
        ['one byte more', LARGE, Buffer.concat([LARGE.content, Buffer.of(0)]), `it is longer than the ${SIZE} bytes`],
        ['a web page', LARGE, Buffer.from(PAGE), `it has ${PAGE.length} bytes instead of the ${SIZE}`],
        [
          'others of that size',
          lfsObject('whole'),
          Buffer.from('wrong'),
          'its content does not match the SHA-256 of its pointer',
        ],
      ];

      test.each(OTHERS)('a source that gives another content: %s', async (_name, object, content, words) => {
        commitBoth(pair, [object]);
        const chosen = lfsRequests('download', pair.name('source'));
        const end = disturb(pair.web, answering(chosen, 200, { 'Content-Type': 'text/html' }, content));

        const message = expectWithheld(pair, await mirror(pair));

        expect(message).toContain(words);
        expect(asked(pair, 'verify', 'target')).toBe(0);
        expect(pair.faults.seen('upload').filter(({ status }) => status === 200)).toEqual([]);
        end();
        await expectHealed(pair, [object]);
      });
    });

    describe('two pointers to one object, with different sizes', () => {
      const object = generatedObject(1, SIZE);
      const WRONG = [1, SIZE - 1, Number.MAX_SAFE_INTEGER];
      const track = ['*.bin'];

      /** Commits a pointer that says a wrong size, and on `plain` what needs no objects; returns the files. */
      const commitWrong = (size: number, further: Readonly<Record<string, LfsObject>> = {}, ref?: string): void => {
        pair.held.put([object]);
        const files = { 'a.bin': pointer({ oid: object.oid, size }), ...further };
        commitLfs(pair.source, { files, track, ...(ref === undefined ? {} : { ref }) });
        pair.source.set({ 'refs/heads/plain': pair.source.commits(2) });
      };

      test.each(WRONG)('the wrong one alone (%i)', async (size) => {
        commitWrong(size);

        expectWithheld(pair, await mirror(pair));
        expect(pair.stored.oids()).toEqual([]);
      });

      test('the wrong one alone, of an object that the target has', async () => {
        commitWrong(1);
        pair.stored.put([object]);

        expectWithheld(pair, await mirror(pair));
        expectWithheldStill(await mirror(pair));
        expect(wrongIn(pair.stored)).toEqual([]);
      });

      /** Both branches are as before: nothing changes from one run to the next. */
      const expectWithheldStill = ({ outcomes }: Run): void =>
        expect(outcomes).toEqual({ 'refs/heads/main': 'rejected', 'refs/heads/plain': 'unchanged' });

      test.each(WRONG)('the wrong one before the right one, in one commit (%i)', async (size) => {
        commitWrong(size, { 'b.bin': object });

        expectMirrored(pair, await mirror(pair), [object]);
      });

      // Whoever may push any branch to the source could keep all others from being mirrored otherwise.
      test.each(WRONG)('the wrong one on a branch of its own keeps no other branch back (%i)', async (size) => {
        pair.commit([generatedObject(2, 10)]);
        commitWrong(size, {}, 'refs/heads/a');
        commitLfs(pair.source, { ref: 'refs/heads/z', files: { 'a.bin': object }, track });

        const { outcomes } = await mirror(pair);

        expect(outcomes).toMatchObject({
          'refs/heads/main': 'created',
          'refs/heads/plain': 'created',
          'refs/heads/z': 'created',
        });
        expect(pair.stored.oids()).toContain(object.oid);
        expect(wrongIn(pair.stored)).toEqual([]);
      });
    });

    describe('answers of the batch API', () => {
      const objects = generatedObjects(2, SIZE);
      const other = generatedObject(99, 10);

      beforeEach(() => commitBoth(pair, objects));

      const altered = (answer: lfs.BatchAnswer, alter: (object: lfs.BatchObject) => unknown): lfs.BatchAnswer => ({
        ...answer,
        objects: answer.objects.map(alter) as lfs.BatchObject[],
      });
      const both = (alterBatch: (answer: lfs.BatchAnswer) => unknown): void =>
        pair.faults.spoil({ chosen: lfs.batches(), alterBatch: alterBatch as NonNullable<lfs.LfsFault['alterBatch']> });
      /** Actions that lead nowhere. */
      const nowhere = (): lfs.BatchObject['actions'] => {
        const href = `${pair.faults.root}/nowhere/${other.oid}`;
        return { download: { href }, upload: { href }, verify: { href } };
      };

      const BEARABLE: [string, (answer: lfs.BatchAnswer) => unknown][] = [
        [
          'more objects than were asked about',
          (answer) => ({ ...answer, objects: [{ ...other, actions: nowhere() }, ...answer.objects] }),
        ],
        ['things that are no objects', (answer) => ({ ...answer, objects: [null, 1, 'x', [], {}, ...answer.objects] })],
        ['other sizes', (answer) => altered(answer, (one) => ({ ...one, size: 1e300 }))],
        ['sizes that are none', (answer) => altered(answer, (one) => ({ ...one, size: { toString: 1 } }))],
        ['what has expired already', (answer) => lfs.expiring(lfs.batches()).alterBatch!(answer)],
        [
          'ends that are none',
          (answer) =>
            altered(answer, ({ actions = {}, ...one }) => ({
              ...one,
              actions: Object.fromEntries(
                Object.entries(actions).map(([name, action]) => [
                  name,
                  { ...action, expires_in: '1', expires_at: 'soon\n' },
                ]),
              ),
            })),
        ],
        [
          'keys that are built in',
          (answer) => {
            const built = `{"__proto__":{"polluted":true,"oid":"x"},"constructor":{"prototype":{"polluted":true}}}`;
            const keys = JSON.parse(built) as object;
            const actions = (one: lfs.BatchObject): unknown => ({ ...keys, ...one.actions });
            return { ...keys, ...altered(answer, (one) => ({ ...keys, ...one, actions: actions(one) })) };
          },
        ],
        [
          'a header of the name of what is built in',
          (answer) =>
            altered(answer, ({ actions = {}, ...one }) => ({
              ...one,
              actions: Object.fromEntries(
                Object.entries(actions).map(([name, { header, ...action }]) => [
                  name,
                  {
                    ...action,
                    header: { ...(JSON.parse('{"__proto__":"x","constructor":"y"}') as object), ...header },
                  },
                ]),
              ),
            })),
        ],
      ];

      test.each(BEARABLE)('%s: what was asked about is brought over', async (_name, alter) => {
        both(alter);

        const mirrored = await mirror(pair);

        expectMirrored(pair, mirrored, objects);
        expect(pair.faults.requests.filter(({ oid }) => oid === other.oid)).toEqual([]);
        expect({}).not.toHaveProperty('polluted');
      });

      const NOT_UNDERSTOOD: [string, (object: lfs.BatchObject) => object, string][] = [
        [
          'an error with a code that is a text',
          () => ({ error: { code: '507', message: 'no room' } }),
          'says 507: no room.',
        ],
        ['an error without a code', () => ({ error: { message: 'no room' } }), 'server says: no room.'],
        ['an error without anything', () => ({ error: {} }), 'server refuses it without a reason.'],
        ['an upload without an address', () => ({ actions: { upload: {} } }), 'an action without an address'],
        ['an upload that is null', () => ({ actions: { upload: null } }), 'neither an upload nor a download'],
        [
          'actions in a list',
          ({ actions }) => ({ actions: [actions] }),
          'the actions that it names for an object are not valid',
        ],
      ];

      test.each(NOT_UNDERSTOOD)('%s: the ref stays', async (_name, alter, words) => {
        const alterBatch = (answer: lfs.BatchAnswer): lfs.BatchAnswer =>
          altered(answer, (one) => ({ oid: one.oid, size: one.size, ...alter(one) }));
        pair.faults.spoil({ chosen: lfs.batches('upload'), alterBatch });

        const message = expectWithheld(pair, await mirror(pair));

        expect(message).toContain(`${pair.endpoint('target')}: the Git LFS server `);
        expect(message).toContain(words);
        expect(pair.stored.oids()).toEqual([]);
        await expectHealed(pair, objects);
      });

      test('an empty list of actions, as some write an empty object: the objects are there', async () => {
        pair.stored.put(objects);
        const alterBatch = (answer: lfs.BatchAnswer): lfs.BatchAnswer =>
          altered(answer, (one) => ({ ...one, actions: [] }));
        pair.faults.spoil({ chosen: lfs.batches('upload'), alterBatch });

        expectMirrored(pair, await mirror(pair), objects);
      });

      const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

      const UNBEARABLE: [name: string, end: End, body: () => string, words: string][] = [
        ['20 MB', 'target', () => `{"objects":[],"x":"${'x'.repeat(20_000_000)}"}`, 'more than 32 KiB for each object'],
        ['20 MB', 'source', () => `{"objects":[${'{},'.repeat(7_000_000)}{}]}`, 'more than 32 KiB for each object'],
        ['deep nesting', 'target', () => `{"objects":[],"deep":${nested(10_000)}}`, 'levels'],
        [
          'an object twice, the first time with an error',
          'target',
          () => refusedAndAgain(objects),
          'the Git LFS server says 404: gone',
        ],
        ['nothing', 'source', () => '', 'its answer is not JSON'],
        ['half of it', 'source', () => '{"objects":[{"oid":"', 'its answer is not JSON'],
        ['no object', 'source', () => '{"objects":[]}', 'does not offer it'],
        ['no object', 'target', () => '{"objects":[]}', 'the Git LFS server does not mention the object.'],
        ['null', 'target', () => 'null', 'no list of objects'],
      ];

      test('more than 64 KiB to an upload: the ref stays', async () => {
        pair.faults.spoil({ chosen: lfs.uploads(), answer: { status: 200, body: 'x'.repeat(100_000) } });

        const message = expectWithheld(pair, await mirror(pair));

        expect(message).toContain('its answer to an upload is longer than 64 KiB');
      });

      test.each(UNBEARABLE)('%s: the ref stays', async (_name, end, body, words) => {
        const chosen = lfs.batches(end === 'source' ? 'download' : 'upload');
        pair.faults.spoil({ chosen, answer: { status: 200, body: body() } });

        const message = expectWithheld(pair, await mirror(pair));

        expect(message).toContain(pair.endpoint(end));
        expect(message).toContain(words);
        expect(message.length).toBeLessThan(1000);
        expect(pair.stored.oids()).toEqual([]);
        await expectHealed(pair, objects);
      });
    });

    describe('words and addresses', () => {
      const objects = generatedObjects(1, SIZE);

      beforeEach(() => commitBoth(pair, objects));

      const HOSTILE = 'red\u001b[31m\u0007 \u009b2J \u202eback\u2028next\r\n::set-output name=x::y ##[add-mask]x';
      const REFUSALS: [place: string, how: string, chosen: lfs.LfsChoice, body: string][] = [
        ['batches of the target', 'escaped in the JSON', lfs.batches('upload'), JSON.stringify({ message: HOSTILE })],
        ['batches of the source', 'as they are', lfs.batches('download'), `{"message":"${HOSTILE}"}`],
        ['downloads', 'of great length', lfs.downloads(), JSON.stringify({ message: HOSTILE.repeat(100_000) })],
        ['uploads', 'escaped in the JSON', lfs.uploads(), JSON.stringify({ message: HOSTILE })],
        ['verifications', 'as they are', lfs.verifications(), `{"message":"${HOSTILE}"}`],
      ];

      test.each(REFUSALS)(
        'a refusal of %s with control characters, %s: it is one harmless line',
        async (_place, _how, chosen, body) => {
          pair.faults.spoil({ chosen, answer: { status: 403, body } });

          const message = expectWithheld(pair, await mirror(pair));

          expect(message).toContain('(HTTP 403)');
          expect(message.length).toBeLessThan(1500);
        },
      );

      test('words that are quoted in their JSON are shown as they were said', async () => {
        const said = 'the "quota" of C:\\files is used up:\n\u00fcber 5 GB';
        pair.faults.spoil({ chosen: lfs.uploads(), answer: { status: 507, body: { message: said } } });

        expect(expectWithheld(pair, await mirror(pair))).toContain(
          'The server says: the "quota" of C:\\files is used up:\\x0a\u00fcber 5 GB.',
        );
      });

      test('a refusal of the target for one object, with control characters', async () => {
        pair.faults.spoil(lfs.withErrors(lfs.batches('upload'), { code: 422, message: HOSTILE }));

        const message = expectWithheld(pair, await mirror(pair));

        expect(message).toContain(
          'says 422: red\\x1b[31m\\x07 \\u{9b}2J \\u{202e}back\\u{2028}next\\x0d\\x0a::set-output',
        );
      });

      const withHref = (change: (url: URL) => void): NonNullable<lfs.LfsFault['alterBatch']> => {
        const changed = (action: lfs.BatchAction): lfs.BatchAction => {
          const url = new URL(action.href);
          change(url);
          return { ...action, href: url.href };
        };
        return (answer) => ({
          ...answer,
          objects: answer.objects.map(({ actions = {}, ...object }) => ({
            ...object,
            actions: Object.fromEntries(Object.entries(actions).map(([name, one]) => [name, changed(one)])),
          })),
        });
      };

      test('addresses with a user and a password in them: neither shows, and no token goes there', async () => {
        pair.faults.hrefRoot = pair.faults.root;
        const alterBatch = withHref((url) => {
          url.username = 'visitor';
          url.password = 'password-in-an-href';
        });
        pair.faults.spoil(lfs.withSignedAddresses(lfs.batches()), { chosen: lfs.batches(), alterBatch });

        const mirrored = await mirror(pair, SIGN_IN);

        const transfers = (['download', 'upload', 'verify'] as const).flatMap((kind) => pair.faults.seen(kind));
        expect(transfers).toHaveLength(3);
        for (const { headers, path } of transfers) {
          expect([undefined, basic('visitor:password-in-an-href')]).toContain(headers.authorization);
          expect(path).not.toContain('visitor');
        }
        expect(JSON.stringify(mirrored.report) + mirrored.lines.join('\n')).not.toContain('password-in-an-href');
        expectMirrored(pair, mirrored, objects);
      });

      test.each(['download', 'upload', 'verify'] as const)(
        'a %s at another host that requires a sign-in gets none',
        async (kind) => {
          pair.faults.hrefRoot = pair.faults.root;
          const headers = { 'WWW-Authenticate': 'Basic realm="x"', 'LFS-Authenticate': 'Basic realm="x"' };
          pair.faults.spoil(lfs.withSignedAddresses(lfs.batches()), {
            chosen: (seen) => seen.kind === kind,
            answer: { status: 401, headers },
          });

          const message = expectWithheld(pair, await mirror(pair, SIGN_IN));

          expect(message).toContain('(HTTP 401)');
          // As often as git-lfs: what signs an address may have expired.
          const times = kind === 'verify' ? 3 : 9;
          expect(pair.faults.seen(kind).map(({ headers: sent }) => sent.authorization)).toEqual(
            Array.from({ length: times }, () => undefined),
          );
        },
      );

      test('an upload that is redirected without end, and what signs its address does not show', async () => {
        const headers = { Location: `${pair.faults.root}/elsewhere/${objects[0]!.oid}?signature=hidden-4711` };
        pair.faults.spoil({ chosen: lfs.uploads(), answer: { status: 307, headers } });

        const mirrored = await mirror(pair, SIGN_IN);

        expect(expectWithheld(pair, mirrored)).toContain(`redirects to ${pair.faults.root}/elsewhere/`);
        expect(JSON.stringify(mirrored.report) + mirrored.lines.join('\n')).not.toContain('hidden-4711');
        const [first, ...others] = pair.faults.seen('upload');
        expect(others).toHaveLength(5);
        expect(first?.headers.authorization).toMatch(/^Bearer /);
        for (const { headers: sent } of others) expect(sent.authorization).toBeUndefined();
      });
    });
  });
});
