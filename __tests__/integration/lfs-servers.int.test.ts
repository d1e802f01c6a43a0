import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Scratch, TestRepository } from '../repositories/git.js';
import { systemClock } from '../../src/protocol/clock.js';
import { HurriedClock } from '../clock.js';
import { judgeLfs, type LfsJudgement } from '../repositories/lfs-judge.js';
import {
  commitLfs,
  commitWithObjects,
  generatedObject,
  generatedObjects,
  type LfsObject,
} from '../repositories/lfs.js';
import { needed } from '../requires.js';
import { run, type Given, type Run } from '../run.js';
import { GitHttpServer } from '../servers/git-http-server.js';
import { GiteaServer } from '../servers/gitea-server.js';
import * as lfs from '../servers/lfs-choices.js';
import { LfsFaults, withLfs } from '../servers/lfs-faults.js';
import { refuseUnknownLfs } from '../servers/lfs-hook.js';
import { LfsServer, neededLfsServer, type LfsStore } from '../servers/lfs-server.js';

const START_MS = 60_000;
const SIZE = 200_000;
const SIGN_IN = {
  sourceUsername: 'reader',
  sourceToken: 'token-of-the-source-4711',
  targetUsername: 'writer',
  targetToken: 'token-of-the-target-0815',
} as const;
const python = neededLfsServer();
const gitea = needed('gitea');

const oidsOf = (objects: readonly { readonly oid: string }[]): string[] => objects.map(({ oid }) => oid).sort();
const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

/** How many requests were under way at once, at most. */
function mostAtOnce(requests: readonly lfs.LfsRequest[]): number {
  const underWay = (at: number): number =>
    requests.filter(({ startedAt, endedAt }) => startedAt <= at && endedAt > at).length;
  return Math.max(0, ...requests.map(({ startedAt }) => underWay(startedAt)));
}

/** A source and a target on one Git server, each with its own place on one LFS server. */
class ServedPair {
  readonly source: TestRepository;
  readonly target: TestRepository;
  readonly held: LfsStore;
  readonly stored: LfsStore;
  readonly web: GitHttpServer;
  readonly faults: LfsFaults;
  readonly #names: { readonly source: string; readonly target: string };

  private constructor(root: string, number: number, server: LfsServer, web: GitHttpServer, faults: LfsFaults) {
    this.#names = { source: `source${number}`, target: `target${number}` };
    this.source = TestRepository.create(`${root}/${this.#names.source}.git`);
    this.target = TestRepository.create(`${root}/${this.#names.target}.git`);
    this.held = server.store(this.#names.source);
    this.stored = server.store(this.#names.target);
    // The server fails where two first uploads make its folder at the same time.
    this.stored.put([]);
    this.web = web;
    this.faults = faults;
  }

  static async start(root: string, number: number, server: LfsServer): Promise<ServedPair> {
    const web = await GitHttpServer.start(root);
    const faults = await LfsFaults.start(server.root, web.port, '127.0.0.2');
    withLfs(web, faults, 'same origin');
    return new ServedPair(root, number, server, web, faults);
  }

  url(end: 'source' | 'target'): string {
    return this.web.url(`${this.#names[end]}.git`);
  }

  /** Where the LFS server of one end is. */
  endpoint(end: 'source' | 'target'): string {
    return `${this.url(end)}/info/lfs`;
  }

  /** Commits objects on the source, and has its LFS server hold them. */
  commit(objects: readonly LfsObject[], folder?: string): void {
    commitWithObjects(this.source, objects, folder);
    this.held.put(objects);
  }

  async mirror(given: Given = {}): Promise<Run> {
    return run(this.url('source'), this.url('target'), { lfs: 'always', ...given });
  }

  async judge(copy: string): Promise<LfsJudgement> {
    return judgeLfs(this.url('target'), copy);
  }

  forget(): void {
    this.web.forget();
    this.faults.forget();
  }

  async stop(): Promise<void> {
    await this.web.stop();
    await this.faults.stop();
  }
}

needed('git-lfs').describe('lfs: always over HTTP', () => {
  python.describe('with a real LFS server', () => {
    let scratch: Scratch;
    let server: LfsServer;
    let pair: ServedPair;
    let faults: LfsFaults;
    let made = 0;
    const fresh = (): string => scratch.join(`folder-${(made += 1)}`);

    beforeAll(async () => {
      scratch = new Scratch();
      server = await LfsServer.start(scratch.join('lfs'), { program: python.path });
    }, START_MS);

    afterAll(async () => {
      await server.stop();
      scratch.remove();
    });

    beforeEach(async () => {
      const root = fresh();
      pair = await ServedPair.start(root, made, server);
      ({ faults } = pair);
    });

    afterEach(() => pair.stop());

    const expectMirrored = async ({ report }: Run, objects: readonly LfsObject[]): Promise<void> => {
      expect(report.refs.flatMap(({ message }) => message ?? [])).toEqual([]);
      expect(report.last_error).toBeNull();
      expect(pair.target.refs()).toEqual(pair.source.refs());
      expect(pair.stored.oids()).toEqual(oidsOf(objects));
      expect(await pair.judge(fresh())).toEqual({ fetched: oidsOf(objects), missing: [], problems: [] });
    };

    /** A branch that needs objects, and one that needs none. */
    const withPlainBranch = (objects: readonly LfsObject[]): void => {
      pair.commit(objects);
      pair.source.set({ 'refs/heads/plain': pair.source.commits(2) });
    };

    const REFUSED = { 'refs/heads/main': 'rejected', 'refs/heads/plain': 'created' };

    /** Only the branch that needs no objects has landed; returns what the user reads of the other. */
    const expectWithheld = ({ report, outcomes }: Run): string => {
      expect(outcomes).toEqual(REFUSED);
      expect(pair.target.refs()).toEqual({ 'refs/heads/plain': pair.source.refs()['refs/heads/plain'] });
      expect(report.update_status).toBe('failed');
      const message = report.refs.find(({ ref }) => ref === 'refs/heads/main')?.message ?? '';
      expect(message).toContain('could not be transferred');
      expect(message).toContain('set `lfs: never` to mirror without the objects');
      expect(message).not.toMatch(/[\u0000-\u001f]/);
      return message;
    };

    /** What was in the way is gone: a second run brings all over. */
    const expectHealed = async (objects: readonly LfsObject[]): Promise<void> => {
      pair.forget();
      const again = await pair.mirror();
      await expectMirrored(again, objects);
    };

    describe('what is moved', () => {
      test.each(['GitHub', 'GitLab'] as const)('first all, then three; %s would take the refs', async (words) => {
        refuseUnknownLfs(pair.target, pair.stored.url, words);
        const objects = generatedObjects(6, SIZE);
        pair.commit(objects);
        const first = await pair.mirror();

        expect(first.report.lfs).toEqual({ objects: 6, uploaded: 6, bytes: 6 * SIZE });
        await expectMirrored(first, objects);
        pair.forget();

        const newer = generatedObjects(3, 1000, 2);
        pair.commit(newer, 'newer');
        const second = await pair.mirror();

        expect(second.report.lfs).toEqual({ objects: 3, uploaded: 3, bytes: 3000 });
        for (const kind of ['download', 'upload', 'verify'] as const) {
          expect(oidsOf(faults.seen(kind).map(({ oid = '' }) => ({ oid })))).toEqual(oidsOf(newer));
        }
        expect(faults.seen('upload').map(({ received }) => received)).toEqual([1000, 1000, 1000]);
        await expectMirrored(second, [...objects, ...newer]);
      });

      test('the hooks do refuse refs that come first', async () => {
        refuseUnknownLfs(pair.target, pair.stored.url);
        pair.commit(generatedObjects(2, 100));

        const { report } = await pair.mirror({ lfs: 'never' });

        expect(report.refs[0]?.message).toContain('GH008');
        expect(pair.target.refs()).toEqual({});
        expect(faults.requests).toEqual([]);
      });

      test('objects are stored and verified before the push begins', async () => {
        pair.commit(generatedObjects(5, SIZE));
        await pair.mirror();

        const order = pair.web.requests.map(({ method, path }) => `${method} ${path.split('?')[0] ?? ''}`);
        const push = order.findIndex((line) => line.endsWith('/git-receive-pack') && line.startsWith('POST'));
        const ofObjects = order.map((line, at) => (line.includes('/info/lfs/') ? at : -1));
        expect(ofObjects.filter((at) => at >= 0)).toHaveLength(2 + 3 * 5);
        expect(push).toBeGreaterThan(Math.max(...ofObjects));
      });

      test('nothing changed: no LFS server is asked', async () => {
        pair.commit(generatedObjects(2, 100));
        await pair.mirror();
        pair.forget();

        const { report } = await pair.mirror();

        expect(report.update_status).toBe('finished');
        expect(faults.requests).toEqual([]);
        expect(pair.web.asked.filter((line) => line.includes('/info/lfs'))).toEqual([]);
      });

      test('refs without LFS objects: no LFS server is asked', async () => {
        pair.source.set({ 'refs/heads/main': pair.source.commits(3) });

        expect((await pair.mirror()).report.update_status).toBe('finished');
        expect(faults.requests).toEqual([]);
      });

      test('what the target has already is not moved', async () => {
        const objects = generatedObjects(4, SIZE);
        pair.commit(objects);
        pair.stored.put(objects);

        const mirrored = await pair.mirror();

        expect(mirrored.report.lfs).toEqual({ objects: 4, uploaded: 0, bytes: 0 });
        expect(faults.requests.map(({ kind, batch }) => [kind, batch?.operation])).toEqual([['batch', 'upload']]);
        await expectMirrored(mirrored, objects);
      });

      test('250 objects in batches of 100, several at once', async () => {
        const objects = generatedObjects(250, 2000);
        pair.commit(objects);
        faults.spoil({ chosen: lfs.downloads(), delayMs: 5 });

        const mirrored = await pair.mirror();

        const sizes = (operation: string): number[] =>
          faults.seen('batch').flatMap(({ batch }) => (batch?.operation === operation ? [batch.objects.length] : []));
        expect(sizes('upload')).toEqual([100, 100, 50]);
        expect(sizes('download')).toEqual([100, 100, 50]);
        for (const kind of ['download', 'upload'] as const) {
          expect(mostAtOnce(faults.seen(kind))).toBeGreaterThan(2);
          expect(mostAtOnce(faults.seen(kind))).toBeLessThanOrEqual(8);
        }
        faults.forget();
        await expectMirrored(mirrored, objects);
      });

      test('batches are asked as the protocol wants it', async () => {
        const [object] = generatedObjects(1, 100) as [LfsObject];
        pair.commit([object]);
        await pair.mirror();

        const [asked] = faults.seen('batch');
        expect(asked?.headers).toMatchObject({
          accept: 'application/vnd.git-lfs+json',
          'content-type': 'application/vnd.git-lfs+json',
        });
        expect(asked?.batch).toEqual({
          operation: 'upload',
          transfers: ['basic'],
          ref: { name: 'refs/heads/main' },
          objects: [{ oid: object.oid, size: 100 }],
          hash_algo: 'sha256',
        });
      });

      test('a large object waits for a target that is slow', async () => {
        const object = generatedObject(1, 60_000_000);
        pair.commit([object]);
        faults.spoil({ chosen: lfs.uploads(), delayMs: 1500 });
        let ahead = 0;
        const sum = (kind: 'download' | 'upload'): number =>
          faults.seen(kind).reduce((total, { sent, received }) => total + sent + received, 0);
        const sampling = setInterval(() => (ahead = Math.max(ahead, sum('download') - sum('upload'))), 5);

        const mirrored = await pair.mirror();
        clearInterval(sampling);

        expect(mirrored.report.lfs).toEqual({ objects: 1, uploaded: 1, bytes: 60_000_000 });
        expect(pair.stored.oids()).toEqual([object.oid]);
        expect(ahead).toBeGreaterThan(0);
        expect(ahead).toBeLessThan(25_000_000);
      });
    });

    describe('credentials', () => {
      const authorizations = (kind: lfs.LfsRequest['kind']): (string | undefined)[] => [
        ...new Set(faults.seen(kind).map(({ headers }) => headers.authorization)),
      ];

      /** Neither tokens nor what signs an address shows. */
      const expectSecret = ({ report, lines }: Run): void => {
        const shown = JSON.stringify(report) + lines.join('\n');
        for (const secret of [SIGN_IN.sourceToken, SIGN_IN.targetToken, 'jwt=', 'Basic ', 'Bearer ']) {
          expect(shown).not.toContain(secret);
        }
      };

      test('each server gets its own, and wants it', async () => {
        const objects = generatedObjects(2, SIZE);
        pair.commit(objects);
        faults.spoil(
          lfs.requiring('reader:token-of-the-source-4711', lfs.batches('download')),
          lfs.requiring('writer:token-of-the-target-0815', lfs.batches('upload')),
        );

        const mirrored = await pair.mirror(SIGN_IN);

        expect(faults.seen('batch').map(({ headers }) => headers.authorization)).toEqual([
          basic('writer:token-of-the-target-0815'),
          basic('reader:token-of-the-source-4711'),
        ]);
        for (const one of authorizations('upload')) expect(one).toMatch(/^Bearer /);
        expect(faults.seen('upload')).toHaveLength(2);
        expectSecret(mirrored);
        faults.forget();
        await expectMirrored(mirrored, objects);
      });

      test('transfers at the origin of the endpoint get them where the server brings none', async () => {
        pair.commit(generatedObjects(2, SIZE));
        faults.spoil(
          lfs.withSignedAddresses(lfs.batches()),
          lfs.requiring('reader:token-of-the-source-4711', lfs.downloads()),
          lfs.requiring('writer:token-of-the-target-0815', lfs.uploads()),
          lfs.requiring('writer:token-of-the-target-0815', lfs.verifications()),
        );

        const mirrored = await pair.mirror(SIGN_IN);

        expect(mirrored.report.refs.flatMap(({ message }) => message ?? [])).toEqual([]);
        expect(mirrored.report.lfs?.uploaded).toBe(2);
        expectSecret(mirrored);
      });

      test('another origin never gets them', async () => {
        const objects = generatedObjects(2, SIZE);
        pair.commit(objects);
        faults.hrefRoot = faults.root;
        faults.spoil(
          lfs.withSignedAddresses(lfs.batches()),
          ...[lfs.downloads(), lfs.uploads(), lfs.verifications()].map(lfs.forbiddingAuthorization),
        );

        const mirrored = await pair.mirror(SIGN_IN);

        expect([...authorizations('download'), ...authorizations('upload'), ...authorizations('verify')]).toEqual([
          undefined,
          undefined,
          undefined,
        ]);
        expect(new Set(faults.seen('upload').map(({ headers }) => headers.host))).toEqual(
          new Set([new URL(faults.root).host]),
        );
        expectSecret(mirrored);
        faults.forget();
        await expectMirrored(mirrored, objects);
      });

      test('what is authenticated already gets none', async () => {
        pair.commit(generatedObjects(1, SIZE));
        const authenticated = (answer: lfs.BatchAnswer): lfs.BatchAnswer => ({
          ...answer,
          objects: answer.objects.map((object) => ({ ...object, authenticated: true })),
        });
        faults.spoil(
          lfs.withSignedAddresses(lfs.batches()),
          { chosen: lfs.batches(), alterBatch: authenticated },
          ...[lfs.downloads(), lfs.uploads(), lfs.verifications()].map(lfs.forbiddingAuthorization),
        );

        expect((await pair.mirror(SIGN_IN)).report.lfs?.uploaded).toBe(1);
        expect(authorizations('upload')).toEqual([undefined]);
      });

      test('nothing shows of them, nor of signed addresses, where transfers fail', async () => {
        const objects = generatedObjects(2, SIZE);
        withPlainBranch(objects);
        const [one, two] = oidsOf(objects) as [string, string];
        faults.spoil(
          { chosen: lfs.downloads(one), answer: { status: 403, body: { message: 'no' } } },
          { chosen: lfs.downloads(two), cutDownload: 1000 },
        );

        const mirrored = await pair.mirror(SIGN_IN);

        expectWithheld(mirrored);
        expectSecret(mirrored);
        expect(mirrored.lines.join('\n')).toContain('Trying again.');
      });
    });

    describe('trouble with batches', () => {
      test('413: halves, and stays with them', async () => {
        const objects = generatedObjects(30, 500);
        pair.commit(objects);
        faults.spoil(lfs.tooLarge(8));

        const mirrored = await pair.mirror();

        const sizes = faults.seen('batch').map(({ batch }) => batch?.objects.length);
        const halves = [30, 15, 8, 8, 8, 6];
        expect(sizes).toEqual([...halves, ...halves]);
        faults.forget();
        await expectMirrored(mirrored, objects);
      });

      test('429 with Retry-After: as long as it says', async () => {
        pair.commit(generatedObjects(1, SIZE));
        const answer = { status: 429, headers: { 'Retry-After': '2' } };
        faults.spoil({ chosen: lfs.firstLfs(1, lfs.batches('upload')), answer });

        const clock = new HurriedClock();
        const { report, lines } = await pair.mirror({ clock });

        expect(clock.pauses).toEqual([2000]);
        expect(faults.seen('batch').map(({ status }) => status)).toContain(429);
        expect(lines).toContain(`${pair.endpoint('target')}: HTTP status 429. Trying again in 2.0 s.`);
        expect(report.lfs?.uploaded).toBe(1);
      });

      test.each([500, 503])('%i: asked again, at both ends', async (status) => {
        const objects = generatedObjects(2, SIZE);
        pair.commit(objects);
        for (const operation of ['upload', 'download'] as const) {
          faults.spoil({ chosen: lfs.firstLfs(1, lfs.batches(operation)), answer: { status } });
        }

        const mirrored = await pair.mirror();

        expect(faults.seen('batch').map(({ status: seen }) => seen)).toEqual([status, 200, status, 200]);
        await expectMirrored(mirrored, objects);
      });

      test('a connection that is cut is made again', async () => {
        const objects = generatedObjects(2, SIZE);
        pair.commit(objects);
        faults.spoil({ chosen: lfs.firstLfs(1, lfs.batches('upload')), cutAtOnce: true });

        await expectMirrored(await pair.mirror(), objects);
        expect(faults.seen('batch').filter(({ batch }) => batch?.operation === 'upload')).toHaveLength(2);
      });

      test.each([
        [401, 'the Git LFS server requires a sign-in (HTTP 401). The server says: sorry. Set'],
        [403, 'nobody may write Git LFS objects without a sign-in (HTTP 403). The server says: sorry.'],
        [404, 'there is no Git LFS server for this repository, or it is not visible with this sign-in (HTTP 404).'],
        [422, 'the Git LFS server refuses the object as it is (HTTP 422). The server says: sorry.'],
        [501, 'the server has no Git LFS (HTTP 501).'],
        [507, 'the Git LFS storage is full (HTTP 507). The server says: sorry. Raise the quota or free space'],
      ])('%i of the target: refs that need objects stay, the others land', async (status, words) => {
        const objects = generatedObjects(2, SIZE);
        withPlainBranch(objects);
        faults.spoil({ chosen: lfs.batches('upload'), answer: { status, body: { message: 'sorry' } } });

        const message = expectWithheld(await pair.mirror());

        expect(message).toContain(`${pair.endpoint('target')}: `);
        expect(message).toContain(words);
        expect(message).toContain('(data/0.bin)');
        expect(faults.requests).toHaveLength(1);
        expect(pair.stored.oids()).toEqual([]);
        await expectHealed(objects);
      });

      test.each([
        [401, 'the Git LFS server requires a sign-in (HTTP 401)'],
        [403, 'nobody may read Git LFS objects without a sign-in (HTTP 403)'],
        [509, 'the bandwidth of the Git LFS server is used up (HTTP 509)'],
      ])('%i of the source: the same', async (status, words) => {
        const objects = generatedObjects(2, SIZE);
        withPlainBranch(objects);
        faults.spoil({ chosen: lfs.batches('download'), answer: { status } });

        const message = expectWithheld(await pair.mirror());

        expect(message).toContain(`${pair.endpoint('source')}: `);
        expect(message).toContain(words);
        expect(faults.seen('upload')).toEqual([]);
        await expectHealed(objects);
      });

      test('a token that is not accepted', async () => {
        withPlainBranch(generatedObjects(1, SIZE));
        faults.spoil(lfs.requiring('writer:another', lfs.batches('upload')));

        expect(expectWithheld(await pair.mirror(SIGN_IN))).toContain(
          'the Git LFS server does not accept the token (HTTP 401). The server says: Credentials needed. Check that',
        );
      });

      test.each(['upload', 'download'] as const)(
        'no answer to an %s batch within the time limit',
        async (operation) => {
          const objects = generatedObjects(1, SIZE);
          withPlainBranch(objects);
          faults.spoil({ chosen: lfs.batches(operation), delayMs: 3000 });

          const mirrored = await pair.mirror({ timeout: '1' });

          expect(expectWithheld(mirrored)).toContain('the server sent nothing for 1 seconds.');
          await expectHealed(objects);
        },
      );

      test('a redirect to another host is followed without the token, and one without end is named', async () => {
        withPlainBranch(generatedObjects(1, SIZE));
        const headers = { Location: `${faults.root}/moved.git/info/lfs/objects/batch` };
        faults.spoil({ chosen: lfs.batches('upload'), answer: { status: 307, headers } });

        const message = expectWithheld(await pair.mirror(SIGN_IN));

        expect(faults.requests.map(({ method, headers: { authorization } }) => [method, authorization])).toEqual([
          ['POST', basic('writer:token-of-the-target-0815')],
          ...Array.from({ length: 5 }, () => ['POST', undefined]),
        ]);
        expect(message).toContain(`redirects to ${faults.root}/moved.git/info/lfs/objects/batch (HTTP 307)`);
        expect(message).toContain(': the request is redirected more than 5 times.');
      });

      const action = (change: object): NonNullable<lfs.LfsFault['alterBatch']> => {
        const alter = (object: lfs.BatchObject): lfs.BatchObject => ({
          ...object,
          actions: { upload: { href: 'http://127.0.0.1:1/', ...change } },
        });
        return (answer) => ({ ...answer, objects: answer.objects.map(alter) });
      };

      const HOSTILE: [string, Omit<lfs.LfsFault, 'chosen'>, string][] = [
        ['a web page', { answer: { status: 200, body: '<html>sign in</html>' } }, 'its answer is not JSON'],
        ['another kind of JSON', { answer: { status: 200, body: '[1]' } }, 'its answer has no list of objects'],
        ['another transfer', { alterBatch: (answer) => ({ ...answer, transfer: 'tus\n' }) }, '"tus\\x0a"'],
        ['a file', { alterBatch: action({ href: 'file:///etc/passwd' }) }, 'an address that is not http or https'],
        ['another scheme', { alterBatch: action({ href: 'ssh://host/x' }) }, 'an address that is not http or https'],
        ['no address', { alterBatch: action({ href: 'http://[' }) }, 'it names an invalid address'],
        ['line feeds', { alterBatch: action({ header: { X: 'a\r\nHost: b' } }) }, 'it wants an invalid header'],
        ['no header', { alterBatch: action({ header: { 'X y': 'a' } }) }, 'it wants an invalid header'],
        ['numbers', { alterBatch: action({ header: { X: 1 } }) }, 'it wants an invalid header'],
      ];

      test.each(HOSTILE)('an answer that is none: %s', async (_name, fault, words) => {
        withPlainBranch(generatedObjects(2, SIZE));
        faults.spoil({ chosen: lfs.batches('upload'), ...fault });

        const message = expectWithheld(await pair.mirror());

        expect(message).toContain('the Git LFS server breaks its protocol: ');
        expect(message).toContain(words);
        expect(faults.seen('upload')).toEqual([]);
        expect(faults.seen('download')).toEqual([]);
      });

      test('headers that belong to the connection are not taken from a server', async () => {
        const objects = generatedObjects(1, SIZE);
        pair.commit(objects);
        const header = { Host: 'evil.example', 'Content-Length': '1', Connection: 'upgrade', 'X-Own': 'kept' };
        const add = ({ href, header: own = {} }: lfs.BatchAction): lfs.BatchAction => ({
          href,
          header: { ...own, ...header },
        });
        const alter = ({ actions = {}, ...object }: lfs.BatchObject): lfs.BatchObject => ({
          ...object,
          actions: Object.fromEntries(Object.entries(actions).map(([name, one]) => [name, add(one)])),
        });
        faults.spoil({
          chosen: lfs.batches('upload'),
          alterBatch: (answer) => ({ ...answer, objects: answer.objects.map(alter) }),
        });

        const mirrored = await pair.mirror();

        expect(faults.seen('upload')[0]?.headers).toMatchObject({
          host: new URL(pair.url('target')).host,
          'content-length': String(SIZE),
          'x-own': 'kept',
        });
        faults.forget();
        await expectMirrored(mirrored, objects);
      });
    });

    describe('trouble with single objects', () => {
      let objects: LfsObject[];
      let one: string;

      beforeEach(() => {
        objects = generatedObjects(3, SIZE);
        one = objects[1]!.oid;
        withPlainBranch(objects);
      });

      const times = (kind: 'download' | 'upload' | 'verify', oid: string): number =>
        faults.seen(kind).filter((seen) => seen.oid === oid).length;

      const expectRetried = async (mirrored: Run, kind: 'download' | 'upload', attempts = 2): Promise<void> => {
        expect(times(kind, one)).toBe(attempts);
        expect(times('upload', objects[0]!.oid)).toBe(1);
        expect(mirrored.lines.join('\n')).toMatch(new RegExp(`Git LFS object ${one}: .* Trying again\\.`));
        expect(mirrored.report.lfs).toEqual({ objects: 3, uploaded: 3, bytes: 3 * SIZE });
        faults.forget();
        await expectMirrored(mirrored, objects);
      };

      const PASSING: [string, Omit<lfs.LfsFault, 'chosen'>][] = [
        ['500', { answer: { status: 500 } }],
        ['503', { answer: { status: 503, body: { message: 'later' } } }],
        ['429', { answer: { status: 429 } }],
        ['a connection that is cut at once', { cutAtOnce: true }],
      ];

      test.each(PASSING)('a download with %s is tried again', async (_name, fault) => {
        faults.spoil({ chosen: lfs.firstLfs(1, lfs.downloads(one)), ...fault });
        await expectRetried(await pair.mirror(), 'download');
      });

      test.each(PASSING)('an upload with %s is tried again', async (_name, fault) => {
        faults.spoil({ chosen: lfs.firstLfs(1, lfs.uploads(one)), ...fault });
        await expectRetried(await pair.mirror(), 'upload');
      });

      test.each([0, 1, 100_000, SIZE - 1])('a download that is cut after %i bytes is tried again', async (bytes) => {
        faults.spoil({ chosen: lfs.firstLfs(1, lfs.downloads(one)), cutDownload: bytes });
        await expectRetried(await pair.mirror(), 'download');
      });

      test('an upload that is cut halfway is tried again, twice if need be', async () => {
        faults.spoil({ chosen: lfs.firstLfs(2, lfs.uploads(one)), cutUpload: 100_000 });
        await expectRetried(await pair.mirror(), 'upload', 3);
      });

      test('503 with a date as Retry-After on a transfer: until then, as the user reads', async () => {
        const answer = {
          status: 503,
          get headers() {
            return { 'Retry-After': new Date(Date.now() + 4000).toUTCString() };
          },
        };
        faults.spoil({ chosen: lfs.firstLfs(1, lfs.uploads(one)), answer });

        const mirrored = await pair.mirror({ clock: systemClock });

        const [first, second] = faults.seen('upload').filter(({ oid }) => oid === one);
        expect(second!.startedAt - first!.startedAt).toBeGreaterThan(2500);
        expect(mirrored.lines.join('\n')).toMatch(/HTTP status 503\. .* Trying again in [34]\.\d s\./);
        expect(mirrored.report.lfs?.uploaded).toBe(3);
      });

      test('429 with Retry-After on a transfer: as long as it says', async () => {
        const answer = { status: 429, headers: { 'Retry-After': '2' } };
        faults.spoil({ chosen: lfs.firstLfs(1, lfs.downloads(one)), answer });

        const mirrored = await pair.mirror({ clock: systemClock });

        const [first, second] = faults.seen('download').filter(({ oid }) => oid === one);
        expect(second!.startedAt - first!.startedAt).toBeGreaterThan(1900);
        expect(mirrored.report.lfs?.uploaded).toBe(3);
      });

      test('a download that is cut every time keeps its ref back, and a later run moves that object alone', async () => {
        faults.spoil({ chosen: lfs.downloads(one), cutDownload: 1000 });

        const mirrored = await pair.mirror();

        const message = expectWithheld(mirrored);
        expect(message).toContain(`Git LFS object ${one} (data/1.bin) could not be transferred: `);
        expect(message).toContain(`${pair.endpoint('source')}: the connection broke`);
        expect(times('download', one)).toBe(9);
        expect(mirrored.report.lfs).toEqual({ objects: 3, uploaded: 2, bytes: 2 * SIZE });
        pair.forget();
        const again = await pair.mirror();
        expect(faults.seen('upload').map(({ oid }) => oid)).toEqual([one]);
        await expectMirrored(again, objects);
      });

      test.each([0, 100_000, SIZE - 1])('an object with another byte at %i is never stored', async (corruptAt) => {
        faults.spoil({ chosen: lfs.downloads(one), corruptAt });

        const message = expectWithheld(await pair.mirror());

        expect(message).toContain(`${one} (data/1.bin) could not be transferred: its content does not match`);
        expect(message).toContain('the SHA-256 of its pointer');
        // This server keeps what it has of an upload that broke off; the last part is never among it.
        const kept = pair.stored.oids().includes(one) ? pair.stored.read(one).length : 0;
        const sent = faults.seen('upload').map(({ oid, received }) => (oid === one ? received : 0));
        expect(Math.max(kept, ...sent)).toBeLessThan(SIZE);
        expect(times('verify', one)).toBe(0);
        await expectHealed(objects);
      });

      test('an object that is spoiled once is had the second time', async () => {
        faults.spoil({ chosen: lfs.firstLfs(1, lfs.downloads(one)), corruptAt: 5 });
        await expectRetried(await pair.mirror(), 'download');
      });

      test('an object that is shorter or longer at the source', async () => {
        pair.held.put([{ oid: one, content: objects[1]!.content.subarray(1) }]);
        pair.held.put([{ oid: objects[2]!.oid, content: Buffer.concat([objects[2]!.content, Buffer.from('x')]) }]);

        expectWithheld(await pair.mirror());
        expect(pair.stored.oids()).toEqual([objects[0]!.oid]);
      });

      test('an action that has expired is asked for anew', async () => {
        const once = (operation: 'download' | 'upload'): lfs.LfsChoice => lfs.firstLfs(1, lfs.batches(operation));
        faults.spoil(lfs.expiring(once('download'), undefined, one), lfs.expiring(once('upload'), undefined, one));

        const mirrored = await pair.mirror();

        const asked = faults.seen('batch').map(({ batch }) => [batch?.operation, batch?.objects.map(({ oid }) => oid)]);
        expect(asked).toHaveLength(4);
        expect(asked).toContainEqual(['download', [one]]);
        expect(asked).toContainEqual(['upload', [one]]);
        faults.forget();
        await expectMirrored(mirrored, objects);
      });

      test('an address that fails is asked for anew', async () => {
        faults.spoil({ chosen: lfs.firstLfs(1, lfs.uploads(one)), answer: { status: 503 } });
        await pair.mirror();

        expect(faults.seen('batch').at(-1)?.batch).toMatchObject({ operation: 'upload', objects: [{ oid: one }] });
        expect(faults.seen('batch')).toHaveLength(3);
      });

      test.each([
        [404, 'not here'],
        [410, 'gone'],
        [422, 'size is wrong'],
      ])('error %i for one object at the source', async (code, words) => {
        faults.spoil(lfs.withErrors(lfs.batches('download'), { code, message: `${words}\n\u001b[31m` }, one));

        const mirrored = await pair.mirror();

        const message = expectWithheld(mirrored);
        expect(message).toContain(`${one} (data/1.bin) could not be transferred: `);
        expect(message).toContain(`${pair.endpoint('source')} says ${code}: ${words}\\x0a\\x1b[31m`);
        expect(times('download', one)).toBe(0);
        expect(mirrored.report.lfs?.uploaded).toBe(2);
        await expectHealed(objects);
      });

      test.each([404, 422, 507])('error %i for one object at the target', async (code) => {
        faults.spoil(lfs.withErrors(lfs.batches('upload'), { code, message: 'not taken' }, one));

        const message = expectWithheld(await pair.mirror());

        expect(message).toContain(`${pair.endpoint('target')}: the Git LFS server says ${code}: not taken.`);
        expect(pair.stored.oids()).not.toContain(one);
        expect(times('download', one)).toBe(0);
        await expectHealed(objects);
      });

      test('an object that the source lost, and all of them', async () => {
        pair.held.remove(one);

        expect(expectWithheld(await pair.mirror())).toMatch(
          new RegExp(`${one} \\(data/1\\.bin\\) could not be transferred: .* says 404`),
        );

        for (const { oid } of objects) if (oid !== one) pair.held.remove(oid);
        const alone = generatedObject(99, 100);
        commitLfs(pair.source, { ref: 'refs/heads/alone', files: { 'x.bin': alone }, track: ['*.bin'] });
        const { report, outcomes } = await pair.mirror();
        expect(outcomes['refs/heads/alone']).toBe('rejected');
        expect(report.refs.find(({ ref }) => ref === 'refs/heads/alone')?.message).toContain(`${alone.oid} (x.bin)`);

        pair.held.put([...objects, alone]);
        await expectHealed([...objects, alone]);
      });

      describe.each([401, 403])('%i for a transfer, whose address may have expired', (status) => {
        const answer = { status, body: '<Error><Message>Request has expired</Message></Error>' };

        test.each(['download', 'upload'] as const)('%s: it is asked for anew', async (kind) => {
          const chosen: lfs.LfsChoice = (seen) => seen.kind === kind && seen.oid === one;
          faults.spoil({ chosen: lfs.firstLfs(1, chosen), answer });

          const mirrored = await pair.mirror();

          expect(faults.seen('batch').at(-1)?.batch).toMatchObject({ operation: kind, objects: [{ oid: one }] });
          expect(faults.seen('batch')).toHaveLength(3);
          await expectRetried(mirrored, kind);
        });

        test.each(['download', 'upload'] as const)('%s, again and again: as often as git-lfs tries', async (kind) => {
          faults.spoil({ chosen: (seen) => seen.kind === kind && seen.oid === one, answer });

          expect(expectWithheld(await pair.mirror())).toContain(`(HTTP ${status})`);
          expect(times(kind, one)).toBe(9);
          await expectHealed(objects);
        });
      });

      test.each([
        [413, 'refuses an object of this size (HTTP 413)'],
        [422, 'refuses the object as it is (HTTP 422)'],
        [507, 'storage is full (HTTP 507)'],
      ])('an upload that is refused with %i', async (status, words) => {
        faults.spoil({ chosen: lfs.uploads(one), answer: { status } });

        expect(expectWithheld(await pair.mirror())).toContain(words);
        expect(times('upload', one)).toBe(1);
        await expectHealed(objects);
      });

      test('a download that is not there is not said to be a server that is not', async () => {
        faults.spoil({ chosen: lfs.downloads(one), answer: { status: 404 } });

        const message = expectWithheld(await pair.mirror());

        expect(message).toContain('HTTP 404');
        expect(message).not.toContain('there is no Git LFS server');
        expect(message).not.toContain('Enable Git LFS');
      });

      test.each(['download', 'upload', 'verify'] as const)('a hang in one %s', async (kind) => {
        const chosen: lfs.LfsChoice = (seen) => seen.kind === kind && seen.oid === one;
        faults.spoil({ chosen, delayMs: 3000 });

        expect(expectWithheld(await pair.mirror({ timeout: '1' }))).toContain('the server sent nothing for 1 seconds.');
        await expectHealed(objects);
      });

      test('a verification that fails for a while, and one that fails for good', async () => {
        faults.spoil(
          { chosen: lfs.firstLfs(1, lfs.verifications(one)), answer: { status: 503 } },
          { chosen: lfs.verifications(objects[0]!.oid), answer: { status: 422, body: { message: 'wrong size' } } },
        );

        const message = expectWithheld(await pair.mirror());

        expect(message).toContain(`${objects[0]!.oid} (data/0.bin)`);
        expect(message).toContain('The server says: wrong size.');
        expect([times('verify', one), times('upload', one)]).toEqual([2, 1]);
      });

      const expectNothingBegunAgain = async (mirrored: Run): Promise<void> => {
        expect(mirrored.lines.filter((line) => line.includes('Trying again'))).toEqual([]);
        faults.forget();
        await expectMirrored(mirrored, objects);
      };

      test('a verification without content is one', async () => {
        faults.spoil({ chosen: lfs.verifications(), answer: { status: 204 } });
        await expectNothingBegunAgain(await pair.mirror());
      });

      /** The signed address of the object, at another origin, as the batch has it by the time that it is needed. */
      const elsewhere = (status: number): lfs.LfsFault[] => {
        let path = '';
        const alterBatch = (answer: lfs.BatchAnswer): lfs.BatchAnswer => {
          const href = answer.objects.find(({ oid }) => oid === one)?.actions?.download?.href ?? '';
          if (href !== '') path = new URL(href).pathname + new URL(href).search;
          return answer;
        };
        const isFirst = ({ headers }: lfs.LfsRequest): boolean => headers.host === new URL(pair.url('source')).host;
        const answer = {
          status,
          get headers() {
            return { Location: faults.root + path };
          },
        };
        return [
          { chosen: lfs.batches('download'), alterBatch },
          { chosen: lfs.both(lfs.downloads(one), isFirst), answer },
        ];
      };

      // GitLab does so where its objects are in an object storage.
      test.each([302, 307])('a download that is redirected (%i) is followed, without credentials', async (status) => {
        faults.spoil(lfs.withSignedAddresses(lfs.batches('download')), ...elsewhere(status));

        const mirrored = await pair.mirror(SIGN_IN);

        const asked = faults.seen('download').filter(({ oid }) => oid === one);
        expect(asked.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
        await expectNothingBegunAgain(mirrored);
      });

      test('a download that is redirected without end', async () => {
        const path = `${new URL(pair.endpoint('source')).pathname}/objects/storage/${one}`;
        const headers = { Location: `${path}?signature=hidden` };
        faults.spoil({ chosen: lfs.downloads(one), answer: { status: 302, headers } });

        const mirrored = await pair.mirror();

        expect(expectWithheld(mirrored)).toContain('redirect');
        expect(JSON.stringify(mirrored.report) + mirrored.lines.join('\n')).not.toContain('hidden');
        expect(times('download', one)).toBeLessThan(20);
      });

      test('a download that is redirected to a file', async () => {
        const headers = { Location: 'file:///etc/passwd' };
        faults.spoil({ chosen: lfs.downloads(one), answer: { status: 302, headers } });

        expect(expectWithheld(await pair.mirror())).toContain('redirect');
      });
    });

    test(
      'a server that is both ends, with less room than the downloads take: objects then go one by one',
      async () => {
        const root = fresh();
        const narrow = await LfsServer.start(`${root}/lfs`, { program: python.path, threads: 2 });
        const both = await ServedPair.start(root, 1, narrow);
        try {
          const objects = generatedObjects(6, 20_000_000);
          both.commit(objects);

          const { report, lines } = await both.mirror({ timeout: '2' });

          expect(report).toMatchObject({ last_error: null, lfs: { uploaded: 6, bytes: 120_000_000 } });
          expect(lines.join('\n')).toMatch(
            /the server sent nothing for 2 seconds.* The remaining objects are sent one by one/,
          );
          expect(both.stored.oids()).toEqual(oidsOf(objects));
        } finally {
          await both.stop();
          await narrow.stop();
        }
      },
      START_MS,
    );

    gitea.describe('to Gitea', () => {
      test(
        'the objects go first, and the second time only what is new',
        async () => {
          const forge = await GiteaServer.start(fresh(), { gitea: gitea.path });
          try {
            await forge.createRepository('target');
            const given = { lfs: 'always', targetUsername: forge.owner, targetToken: forge.token };
            const url = forge.url('target');
            const judge = async (): Promise<LfsJudgement> =>
              judgeLfs(url.replace('://', `://${forge.owner}:${forge.token}@`), fresh());
            const objects = generatedObjects(5, SIZE);
            pair.commit(objects);

            const first = await run(pair.url('source'), url, given);

            expect(first.report).toMatchObject({ last_error: null, lfs: { objects: 5, uploaded: 5 } });
            expect(TestRepository.at(forge.path('target')).refs()).toEqual(pair.source.refs());
            expect(await judge()).toEqual({ fetched: oidsOf(objects), missing: [], problems: [] });

            const newer = generatedObjects(3, 1000, 2);
            pair.commit(newer, 'newer');
            const second = await run(pair.url('source'), url, given);

            expect(second.report).toMatchObject({ last_error: null, lfs: { objects: 3, uploaded: 3, bytes: 3000 } });
            expect(await judge()).toEqual({ fetched: oidsOf([...objects, ...newer]), missing: [], problems: [] });
          } finally {
            await forge.stop();
          }
        },
        2 * START_MS,
      );
    });
  });
});
