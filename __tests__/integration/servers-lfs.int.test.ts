import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Scratch, TestRepository } from '../repositories/git.js';
import {
  commitLfs,
  commitWithObjects,
  generatedObjects,
  keepLocally,
  lfsObject,
  uploadLfs,
} from '../repositories/lfs.js';
import { gitLfs, judgeLfs } from '../repositories/lfs-judge.js';
import { needed } from '../requires.js';
import { GitHttpServer } from '../servers/git-http-server.js';
import { GiteaServer } from '../servers/gitea-server.js';
import * as lfs from '../servers/lfs-choices.js';
import { LfsFaults, withLfs } from '../servers/lfs-faults.js';
import { refuseUnknownLfs } from '../servers/lfs-hook.js';
import { LfsServer, neededLfsServer } from '../servers/lfs-server.js';

const START_MS = 60_000;
const python = neededLfsServer();
const gitea = needed('gitea');

needed('git-lfs').describe('with git-lfs', () => {
  let scratch: Scratch;
  let source: TestRepository;
  const objects = generatedObjects(5, 50_000);
  const oids = objects.map(({ oid }) => oid).sort();
  let made = 0;
  const fresh = (): string => scratch.join(`folder-${(made += 1)}`);

  beforeAll(() => {
    scratch = new Scratch();
    source = TestRepository.create(scratch.join('made-here.git'));
    commitWithObjects(source, objects);
  });

  afterAll(() => scratch.remove());

  python.describe('an LFS server beside a Git server', () => {
    let server: LfsServer;
    let faults: LfsFaults;
    let web: GitHttpServer;
    let target: TestRepository;

    beforeAll(async () => {
      server = await LfsServer.start(scratch.join('lfs'), { program: python.path });
    }, START_MS);

    afterAll(() => server.stop());

    beforeEach(async () => {
      const root = fresh();
      target = TestRepository.create(`${root}/target${made}.git`);
      web = await GitHttpServer.start(root);
      faults = await LfsFaults.start(server.root);
      withLfs(web, faults, 'same origin');
    });

    afterEach(async () => {
      await web.stop();
      await faults.stop();
    });

    const name = (): string => target.path.slice(target.path.lastIndexOf('/') + 1, -'.git'.length);
    const url = (): string => web.url(`${name()}.git`);
    const pushObjects = async (): Promise<string> => gitLfs(source.path, ['lfs', 'push', '--all', url(), 'main']);
    const pushRefs = async (): Promise<string> => gitLfs(source.path, ['push', '--quiet', url(), 'main']);
    const judge = async (): ReturnType<typeof judgeLfs> => judgeLfs(url(), fresh());

    test('takes what git-lfs pushes and gives it to the judge', async () => {
      await pushObjects();
      await pushRefs();

      expect(await judge()).toEqual({ fetched: oids, missing: [], problems: [] });
      expect(server.store(name()).oids()).toEqual(oids);
      expect(faults.seen('upload', name()).map(({ oid, received, status }) => [oid, received, status])).toEqual(
        expect.arrayContaining(oids.map((oid) => [oid, 50_000, 200])),
      );
      expect(faults.seen('verify').length).toBe(5);
      expect(faults.seen('download').map(({ sent }) => sent)).toEqual(oids.map(() => 50_000));
      // On a busy machine git-lfs asks twice.
      expect(new Set(faults.seen('batch').map(({ batch }) => batch?.operation))).toEqual(
        new Set(['upload', 'download']),
      );
      expect(web.requests.filter(({ path }) => path.includes('/objects/storage/')).length).toBeGreaterThanOrEqual(15);
    });

    test('the judge sees what is missing and what has other bytes', async () => {
      await uploadLfs(faults.url(name()), objects);
      await pushRefs();
      server.store(name()).remove(oids[0]!);
      server.store(name()).corrupt(oids[1]!);

      const { fetched, missing, problems } = await judge();

      expect(fetched).toEqual(oids.slice(2));
      expect(missing).toEqual(oids.slice(0, 2));
      expect(problems.join('\n')).toContain(oids[0]);
    });

    test('a hook refuses refs without their objects, in the words of GitHub, and lets them pass with them', async () => {
      refuseUnknownLfs(target, server.store(name()).url);
      server.store(name()).put(objects.slice(0, 3));

      await expect(pushRefs()).rejects.toThrow('GH008: Your push referenced at least 2 unknown Git LFS objects');
      expect(target.refs()).toEqual({});

      server.store(name()).put(objects);
      await pushRefs();
      expect(target.refs()).toEqual(source.refs());
    });

    test('a hook looks at the folder of the repository itself', async () => {
      refuseUnknownLfs(target, undefined, 'GitLab');
      await expect(pushRefs()).rejects.toThrow('GitLab: LFS objects are missing.');

      keepLocally(target.path, objects);
      await pushRefs();
      expect(await judgeLfs(target.path, fresh())).toEqual({ fetched: oids, missing: [], problems: [] });
    });

    test('answers, cuts and changes as it is told to, and git-lfs comes through where it asks again', async () => {
      const [one, two, three] = [oids[0]!, oids[1]!, oids[2]!];
      faults.spoil(
        { chosen: lfs.firstLfs(1, lfs.uploads(one)), answer: { status: 503, body: 'later' } },
        { chosen: lfs.firstLfs(1, lfs.uploads(two)), cutUpload: 10_000 },
        { chosen: lfs.firstLfs(1, lfs.downloads(one)), cutDownload: 10_000 },
        { chosen: lfs.firstLfs(1, lfs.downloads(two)), delayMs: 50 },
      );
      await pushObjects();
      await pushRefs();
      expect(await judge()).toEqual({ fetched: oids, missing: [], problems: [] });
      expect(faults.seen('upload').find(({ oid }) => oid === two)?.status).toBe(0);
      expect(faults.seen('download').find(({ oid }) => oid === one)?.sent).toBe(10_000);

      faults.spoil({ chosen: lfs.downloads(three), corruptAt: 49_999 });
      expect((await judge()).missing).toEqual([three]);
    });

    test('alters the answers to batches', async () => {
      const question = { operation: 'upload', objects: objects.map(({ oid, size }) => ({ oid, size })) };
      const ask = async (): Promise<{ status: number; text: string }> => {
        const init = {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(question),
        };
        const answer = await fetch(`${url()}/info/lfs/objects/batch`, init);
        return { status: answer.status, text: await answer.text() };
      };
      const object = async (oid: string): Promise<lfs.BatchObject | undefined> =>
        (JSON.parse((await ask()).text) as lfs.BatchAnswer).objects.find((answered) => answered.oid === oid);
      const [one, two, three] = [oids[0]!, oids[1]!, oids[2]!];

      faults.spoil(
        lfs.withErrors(lfs.batches(), { code: 507, message: 'full' }, one),
        lfs.withoutActions(lfs.batches('upload'), two),
        lfs.expiring(lfs.batches(), undefined, three),
      );
      expect((await object(one))?.error).toEqual({ code: 507, message: 'full' });
      expect(await object(two)).toEqual({ oid: two, size: 50_000 });
      expect((await object(three))?.actions?.upload).toMatchObject({
        href: `${url()}/info/lfs/objects/storage/${three}`,
        expires_at: '2020-01-01T00:00:00Z',
      });

      faults.spoil(lfs.tooLarge(4), lfs.requiring('user:password', lfs.batches()));
      expect((await ask()).status).toBe(413);
      faults.faults.splice(-2, 1);
      expect((await ask()).status).toBe(401);
    });

    test('requires a sign-in where it is told to', async () => {
      const closed = await LfsServer.start(fresh(), { program: python.path, signIn: true });
      try {
        const store = closed.store('any');
        await expect(uploadLfs(store.url, objects)).rejects.toThrow('401');
        await uploadLfs(store.url, objects, closed.credentials);
        expect(store.oids()).toEqual(oids);
      } finally {
        await closed.stop();
      }
    });
  });

  test('commits go on top of one another, on several branches', () => {
    const repository = TestRepository.create(fresh());
    const file = lfsObject('bytes');

    commitLfs(repository, { files: { 'a.bin': file }, track: ['*.bin'] }, { files: { 'b.bin': file } });
    commitLfs(repository, { files: { 'a.bin': null } }, { ref: 'refs/heads/other', files: { text: 'text' } });

    expect(repository.git(['rev-list', '--count', 'main'])).toBe('3');
    expect(repository.git(['ls-tree', '--name-only', 'main']).split('\n')).toEqual(['.gitattributes', 'b.bin']);
    expect(repository.git(['ls-tree', '--name-only', 'other'])).toBe('text');
    expect(repository.fsck()).toBe('');
  });

  gitea.describe('Gitea', () => {
    test(
      'takes what git-lfs pushes, through the proxy too, and gives it to the judge',
      async () => {
        const server = await GiteaServer.start(fresh(), { gitea: gitea.path });
        const faults = await LfsFaults.start(`${server.root}/${server.owner}`);
        try {
          await server.createRepository('target');
          const url = server.url('target').replace('://', `://owner:${server.token}@`);
          const credentials = `owner:${server.token}`;
          await uploadLfs(faults.url('target'), objects.slice(0, 2), credentials);
          expect(faults.seen('upload').map(({ status }) => status)).toEqual([200, 200]);

          await gitLfs(source.path, ['lfs', 'push', '--all', url, 'main']);
          await gitLfs(source.path, ['push', '--quiet', url, 'main']);

          expect(await judgeLfs(url, fresh())).toEqual({ fetched: oids, missing: [], problems: [] });
        } finally {
          await faults.stop();
          await server.stop();
        }
      },
      2 * START_MS,
    );
  });
});
