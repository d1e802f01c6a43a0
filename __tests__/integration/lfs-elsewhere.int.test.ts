import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import https from 'node:https';
import { formsOf } from '../canary.js';
import { LfsPair } from '../lfs-pair.js';
import { Scratch, TestRepository } from '../repositories/git.js';
import {
  commitLfs,
  commitWithObjects,
  generatedObjects,
  keepLocally,
  keptLocally,
  type LfsCommit,
  type LfsObject,
} from '../repositories/lfs.js';
import { run, runBundle, type Ended, type Given, type Run } from '../run.js';
import { certified, type Certified } from '../servers/authority.js';
import { CodeCommitServer } from '../servers/codecommit-server.js';
import { ForwardProxy } from '../servers/forward-proxy.js';
import { GitHttpServer } from '../servers/git-http-server.js';
import * as lfs from '../servers/lfs-choices.js';
import { LfsFaults, withLfs } from '../servers/lfs-faults.js';
import { LfsServer, neededLfsServer, type LfsStore } from '../servers/lfs-server.js';

const START_MS = 60_000;
const MAIN = 'refs/heads/main';
const SIGN_IN = {
  sourceUsername: 'reader',
  sourceToken: 'token-of-the-source-4711',
  targetUsername: 'writer',
  targetToken: 'token-of-the-target-0815',
} as const;
const SECRET = 'a pass/word:4711@x';
const IN_URL = encodeURIComponent(SECRET);
const python = neededLfsServer();

const oidsOf = (objects: readonly { readonly oid: string }[]): string[] => objects.map(({ oid }) => oid).sort();
const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
const READER = basic(`${SIGN_IN.sourceUsername}:${SIGN_IN.sourceToken}`);
const WRITER = basic(`${SIGN_IN.targetUsername}:${SIGN_IN.targetToken}`);

python.describe('objects that are elsewhere', () => {
  let scratch: Scratch;
  let server: LfsServer;
  let pair: LfsPair;
  let source: TestRepository;
  /** Another LFS server, at another origin, and a place on it. */
  let other: LfsFaults;
  let place: string;
  let kept: LfsStore;
  let objects: readonly LfsObject[];
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
    pair = await LfsPair.start({ root: fresh(), number: made, server });
    ({ source } = pair);
    other = await LfsFaults.start(server.root, pair.web.port, '127.0.0.3');
    place = `place${made}`;
    kept = server.store(place);
    objects = generatedObjects(3, 1000);
  });

  afterEach(async () => {
    await pair.stop();
    await other.stop();
  });

  /** Commits objects, which the source's own LFS server does not hold, with more files. */
  const commit = (files: LfsCommit['files'] = {}, ref = MAIN): void => {
    const asked = Object.fromEntries(objects.map((object, index) => [`data/${index}.bin`, object]));
    commitLfs(source, { ref, files: { ...asked, ...files }, track: ['*.bin'] });
  };

  const configuration = (url: string): LfsCommit['files'] => ({ '.lfsconfig': `[lfs]\n\turl = ${url}\n` });

  const authorizations = (requests: readonly lfs.LfsRequest[]): (string | undefined)[] => [
    ...new Set(requests.map(({ headers }) => headers.authorization)),
  ];

  /** What was asked of one end's own place, by kinds. */
  const askedAt = (name: string, faults = pair.faults): string[] => [
    ...new Set(
      faults.requests
        .filter(({ repository }) => repository === name)
        .map(({ kind, batch }) => batch?.operation ?? kind),
    ),
  ];

  const expectMirrored = ({ report }: Pick<Run, 'report'>, stored: readonly LfsObject[], at = pair.stored): void => {
    expect(report.refs.flatMap(({ message }) => message ?? [])).toEqual([]);
    expect(report.last_error).toBeNull();
    expect(pair.target.refs()).toEqual(source.refs());
    expect(at.oids()).toEqual(oidsOf(stored));
  };

  /** The refs with objects were left alone; returns what the user reads of that. */
  const expectRejected = ({ report, outcomes }: Pick<Run, 'report' | 'outcomes'>): string => {
    expect(outcomes).toEqual({ [MAIN]: 'rejected', 'refs/heads/plain': 'created' });
    expect(pair.target.refs()).toEqual({ 'refs/heads/plain': source.refs()['refs/heads/plain'] });
    const message = report.refs.find(({ ref }) => ref === MAIN)?.message ?? '';
    expect(message).toMatch(/^its Git LFS object [0-9a-f]{64} \(data\/\d\.bin\) could not be transferred: /);
    expect(message).not.toMatch(/[\u0000-\u001f]/);
    return message;
  };

  const expectHidden = (shown: unknown, secret = SECRET): void => {
    const text = typeof shown === 'string' ? shown : JSON.stringify(shown);
    for (const form of formsOf(secret)) expect(text).not.toContain(form);
  };

  describe("the source's .lfsconfig", () => {
    test('names another server: its objects come from there, without credentials, and go where they always go', async () => {
      kept.put(objects);
      commit(configuration(other.url(place)));

      const mirrored = await pair.mirror(SIGN_IN);

      expectMirrored(mirrored, objects);
      expect(mirrored.report.lfs).toEqual({ objects: 3, uploaded: 3, bytes: 3000 });
      expect(askedAt(place, other)).toEqual(['download']);
      expect(authorizations(other.requests)).toEqual([undefined]);
      expect(askedAt(pair.name('source'))).toEqual([]);
      expect(authorizations(pair.faults.seen('batch', pair.name('target')))).toEqual([WRITER]);
    });

    test('lies in the target, too, and never leads uploads astray', async () => {
      kept.put(objects);
      commit(configuration(other.url(place)));
      await pair.mirror(SIGN_IN);
      pair.forget();
      other.forget();
      const newer = generatedObjects(2, 500, 2);
      commitWithObjects(source, newer, 'newer');
      kept.put(newer);

      const mirrored = await pair.mirror(SIGN_IN);

      expectMirrored(mirrored, [...objects, ...newer]);
      expect(askedAt(place, other)).toEqual(['download']);
      expect(
        other
          .seen('download')
          .map(({ oid }) => oid)
          .sort(),
      ).toEqual(oidsOf(newer));
      expect(askedAt(pair.name('target'))).toEqual(['upload', 'verify']);
      expect(other.seen('upload')).toEqual([]);
    });

    test('as remote.origin.lfsurl', async () => {
      kept.put(objects);
      commit({ '.lfsconfig': `[remote "origin"]\n\tlfsurl = "${other.url(place)}/" # ours\n` });

      expectMirrored(await pair.mirror(), objects);
    });

    test('that is longer than 1 KiB', async () => {
      kept.put(objects);
      commit({ '.lfsconfig': `${'# a line of comment\n'.repeat(100)}[lfs]\nurl = ${other.url(place)}\n` });

      expectMirrored(await pair.mirror(), objects);
    });

    test('that changes: the one of now counts', async () => {
      pair.held.put(objects);
      commit(configuration(pair.endpoint('source')));
      await pair.mirror();
      const newer = generatedObjects(2, 500, 2);
      kept.put(newer);
      commitWithObjects(source, newer, 'newer');
      commitLfs(source, { files: configuration(other.url(place)) });

      expectMirrored(await pair.mirror(), [...objects, ...newer]);
    });

    test('names another place on the same server: what signs in goes along', async () => {
      kept.put(objects);
      commit(configuration(pair.web.url(`${place}.git/info/lfs`)));
      pair.faults.spoil(lfs.requiring('reader:token-of-the-source-4711', lfs.batches('download')));

      const mirrored = await pair.mirror(SIGN_IN);

      expectMirrored(mirrored, objects);
      expect(authorizations(pair.faults.seen('batch', place))).toEqual([READER]);
      expect(askedAt(pair.name('source'))).toEqual([]);
      expectHidden(mirrored, SIGN_IN.sourceToken);
    });

    test.each(['another server', 'the same server'])(
      'names a user and a password at %s: they are not used',
      async (where) => {
        kept.put(objects);
        const url = where === 'another server' ? other.url(place) : pair.web.url(`${place}.git/info/lfs`);
        commit(configuration(url.replace('//', `//somebody:${IN_URL}@`)));

        const mirrored = await pair.mirror(SIGN_IN);

        expectMirrored(mirrored, objects);
        const asked = where === 'another server' ? other.requests : pair.faults.seen('batch', place);
        expect(authorizations(asked)).toEqual([where === 'another server' ? undefined : READER]);
        expectHidden(mirrored);
      },
    );

    test('names the root of a server', async () => {
      const root = await LfsFaults.start(`${server.root}/${place}.git/info/lfs`, pair.web.port, '127.0.0.4');
      try {
        kept.put(objects);
        commit(configuration(`${root.root}/`));

        expectMirrored(await pair.mirror(), objects);
        expect(root.seen('batch').map(({ path }) => path)).toEqual(['/objects/batch']);
      } finally {
        await root.stop();
      }
    });

    test('with lfs: never and where nothing changed: nobody reads it', async () => {
      kept.put(objects);
      commit(configuration('ftp://nowhere.invalid/'));

      expect((await pair.mirror({ lfs: 'never' })).report.update_status).toBe('finished');
      expect((await pair.mirror({ lfs: 'always' })).report.update_status).toBe('finished');
      expect(other.requests).toEqual([]);
    });

    test('where the target has all the objects, nobody reads it', async () => {
      pair.stored.put(objects);
      commit(configuration('ftp://nowhere.invalid/'));

      expectMirrored(await pair.mirror(), objects);
    });

    test.each<[string, (elsewhere: LfsCommit['files']) => void]>([
      [
        'on another branch alone',
        (elsewhere) => {
          commit();
          commit(elsewhere, 'refs/heads/other');
        },
      ],
      ['in a folder', (elsewhere) => commit({ 'folder/.lfsconfig': elsewhere['.lfsconfig'] ?? null })],
      ['that names nothing', () => commit({ '.lfsconfig': '[lfs]\n\tfetchexclude = *\n' })],
      ['that git cannot read', () => commit({ '.lfsconfig': '<html>\n' })],
      ['that is a folder', (elsewhere) => commit({ '.lfsconfig/.lfsconfig': elsewhere['.lfsconfig'] ?? null })],
    ])('%s is not followed', async (_what, build) => {
      pair.held.put(objects);
      build(configuration(other.url(place)));

      expectMirrored(await pair.mirror(), objects);

      expect(other.requests).toEqual([]);
      expect(askedAt(pair.name('source'))).toEqual(['download']);
    });

    test('on a default branch that is not mirrored is followed', async () => {
      kept.put(objects);
      source.set({ [MAIN]: source.commits(1) });
      commitLfs(source, { files: configuration(other.url(place)) });
      commit({}, 'refs/heads/other');

      const { report } = await pair.mirror({ branches: ['other'] });

      expect([report.last_error, pair.stored.oids()]).toEqual([null, oidsOf(objects)]);
    });

    test('on no default branch is not followed', async () => {
      pair.held.put(objects);
      commit(configuration(other.url(place)));
      source.git(['update-ref', '--no-deref', 'HEAD', source.refs()[MAIN]!]);

      expectMirrored(await pair.mirror(), objects);
      expect(other.requests).toEqual([]);
    });

    test.each([false, true])('of a source with protocol v0 (%s), and one that leaves nothing out', async (isOld) => {
      if (isOld) pair.web.behaviour.protocolV2 = false;
      else pair.web.behaviour.filter = false;
      kept.put(objects);
      commit(configuration(other.url(place)));

      expectMirrored(await pair.mirror(), objects);
    });

    describe('of a source that leaves nothing out, and whose tip is large', () => {
      const DOUBT = 'Another server may have it: the `.lfsconfig` of the source could not be read, ';
      const large = { 'large.txt': randomBytes(13_000_000).toString('base64') };

      beforeEach(() => {
        pair.web.behaviour.filter = false;
        source.set({ 'refs/heads/plain': source.commits(2) });
      });

      test('cannot be read: the refs whose objects are not to be had wait, and the user is told why', async () => {
        kept.put(objects);
        commit({ ...large, ...configuration(other.url(place)) });

        const message = expectRejected(await pair.mirror({ lfs: 'always' }));

        expect(message).toContain(pair.endpoint('source'));
        expect(message).toContain(DOUBT);
        expect(message).toContain('`uploadpack.allowFilter`');
        expect(message).not.toContain('..');
        expect(other.requests).toEqual([]);
      }, 60_000);

      test('cannot be read, and there is no other server: the user is told why', async () => {
        commit({ ...large, ...configuration(other.url(place)) });
        pair.faults.spoil({ chosen: lfs.batches('download'), answer: { status: 404 } });

        const message = expectRejected(await pair.mirror({ lfs: 'always' }));

        expect(message).toMatch(/there is no Git LFS server for this repository.* Another server may have it: /);
      }, 60_000);

      test('is not missed where the server that belongs to the source has the objects', async () => {
        pair.held.put(objects);
        commit(large);

        expectMirrored(await pair.mirror({ lfs: 'always' }), objects);
      }, 60_000);
    });

    describe('that cannot be followed', () => {
      const clear = (url: string): RegExp =>
        new RegExp(
          `: its \\.lfsconfig says that the Git LFS objects are at "${url}", which is no https URL\\. .*lfs\\.url`,
        );

      beforeEach(() => {
        source.set({ 'refs/heads/plain': source.commits(2) });
        pair.held.put(objects);
        kept.put(objects);
      });

      test.each([
        ['ftp://lfs.example/x', 'ftp://lfs\\.example/x'],
        ['file:///etc', 'file:///etc'],
        ['a\\u001b[31m garbage', 'a\\\\x1b\\[31m garbage'],
        ['../elsewhere', '\\.\\./elsewhere'],
        [`ftp://me:${IN_URL}@lfs.example/x`, '.*lfs\\.example/x'],
      ])('%s: the refs with objects wait, in clear words', async (url, shown) => {
        commit(configuration(url.replace('\\u001b', '\u001b')));

        const mirrored = await pair.mirror(SIGN_IN);

        const message = expectRejected(mirrored);
        expect(message).toMatch(clear(shown));
        expect(message).toContain(pair.endpoint('source'));
        expect(message).toContain('`lfs: never`');
        expect(askedAt(pair.name('source'))).toEqual([]);
        expectHidden(mirrored);
      });

      test('http where the repository is read over https', async () => {
        const certificate = certified(fresh(), ['127.0.0.1']);
        const root = fresh();
        source = TestRepository.create(`${root}/secure.git`);
        source.set({ 'refs/heads/plain': source.commits(2) });
        const secure = await GitHttpServer.start(root, https.createServer(certificate));
        try {
          commit(configuration(other.url(place)));
          const url = secure.url('secure.git').replace('http:', 'https:');

          const mirrored = await run(url, pair.url('target'), { ...SIGN_IN, caCertificate: certificate.authority });

          expect(expectRejected(mirrored)).toMatch(clear(other.url(place)));
          expect(other.requests).toEqual([]);
        } finally {
          await secure.stop();
        }
      });

      test('a server that requires a sign-in: the user is not told to set what never goes there', async () => {
        commit(configuration(other.url(place)));
        other.spoil(lfs.requiring('any:thing', lfs.batches()));

        const message = expectRejected(await pair.mirror(SIGN_IN));

        expect(message).toContain(other.url(place));
        expect(message).toContain('requires a sign-in (HTTP 401)');
        expect(message).not.toContain('PUSH_MIRROR_SOURCE_TOKEN');
        expect(authorizations(other.requests)).toEqual([undefined]);
      });

      test('a server that is not there', async () => {
        const gone = other.url(place);
        await other.stop();
        commit(configuration(gone));

        const message = expectRejected(await pair.mirror());

        expect(message).toContain(gone);
        other = await LfsFaults.start(server.root, pair.web.port, '127.0.0.3');
      }, 90_000);
    });
  });

  describe('the option lfs-url', () => {
    const withUser = (url: string, user: string): string => url.replace('//', `//${user}@`);

    beforeEach(() => {
      pair.held.put(objects);
      // Where the first uploads make the folder at the same time, this server fails one of them.
      kept.put([]);
      commit();
    });

    test('the objects go there, with user and password of the URL', async () => {
      other.spoil(lfs.requiring(`some one:${SECRET}`, lfs.batches()));

      const mirrored = await pair.mirror({ ...SIGN_IN, lfsUrl: withUser(other.url(place), `some%20one:${IN_URL}`) });

      expectMirrored(mirrored, objects, kept);
      expect(mirrored.report.lfs).toEqual({ objects: 3, uploaded: 3, bytes: 3000 });
      expect(authorizations(other.seen('batch'))).toEqual([basic(`some one:${SECRET}`)]);
      expect(askedAt(place, other)).toEqual(['upload', 'verify']);
      expect(askedAt(pair.name('target'))).toEqual([]);
      expect(authorizations(pair.faults.seen('batch', pair.name('source')))).toEqual([READER]);
      expectHidden(mirrored);
    });

    test('the second time only what is new', async () => {
      const given = { lfsUrl: `${other.url(place)}/` };
      await pair.mirror(given);
      other.forget();
      const newer = generatedObjects(2, 500, 2);
      pair.commit(newer, 'newer');

      const mirrored = await pair.mirror(given);

      expectMirrored(mirrored, [...objects, ...newer], kept);
      expect(
        other
          .seen('upload')
          .map(({ oid }) => oid)
          .sort(),
      ).toEqual(oidsOf(newer));
    });

    test("another server does not get the target's token", async () => {
      expectMirrored(await pair.mirror({ ...SIGN_IN, lfsUrl: other.url(place) }), objects, kept);

      const own = other.requests.map(({ headers: { authorization = '' } }) => authorization);
      expect(own.filter((value) => value.startsWith('Basic '))).toEqual([]);
      expect(authorizations(other.seen('batch'))).toEqual([undefined]);
    });

    test("another place on the target's server gets it", async () => {
      pair.faults.spoil(lfs.requiring('writer:token-of-the-target-0815', lfs.batches('upload')));
      const mirrored = await pair.mirror({ ...SIGN_IN, lfsUrl: pair.web.url(`${place}.git/info/lfs`) });

      expectMirrored(mirrored, objects, kept);
      expect(authorizations(pair.faults.seen('batch', place))).toEqual([WRITER]);
      expect(askedAt(pair.name('target'))).toEqual([]);
    });

    test('there, too, what stands in the URL goes before it', async () => {
      const lfsUrl = withUser(pair.web.url(`${place}.git/info/lfs`), `me:${IN_URL}`);

      expectMirrored(await pair.mirror({ ...SIGN_IN, lfsUrl }), objects, kept);

      expect(authorizations(pair.faults.seen('batch', place))).toEqual([basic(`me:${SECRET}`)]);
    });

    test('a token in the place of the user', async () => {
      const lfsUrl = withUser(other.url(place), IN_URL);

      const mirrored = await pair.mirror({ lfsUrl });

      expectMirrored(mirrored, objects, kept);
      expect(authorizations(other.seen('batch'))).toEqual([basic(`${SECRET}:`)]);
      expectHidden(mirrored);
    });

    test('the root of a server', async () => {
      const root = await LfsFaults.start(`${server.root}/${place}.git/info/lfs`, pair.web.port, '127.0.0.4');
      try {
        expectMirrored(await pair.mirror({ lfsUrl: root.root }), objects, kept);
        expect(root.seen('batch').map(({ path }) => path)).toEqual(['/objects/batch']);
      } finally {
        await root.stop();
      }
    });

    test('a target in a folder: the objects go to the server, and not into the folder', async () => {
      const mirrored = await run(pair.url('source'), pair.target.path, { lfsUrl: other.url(place) });

      expectMirrored(mirrored, objects, kept);
      expect(keptLocally(pair.target.path)).toEqual([]);
    });

    test('from a folder into a folder', async () => {
      keepLocally(source.path, objects);

      expectMirrored(await run(source.path, pair.target.path, { lfsUrl: other.url(place) }), objects, kept);
    });

    test("the source's .lfsconfig, which the target gets, names another place: that one is read alone", async () => {
      const newer = generatedObjects(2, 500, 2);
      const third = server.store(`${place}-third`);
      third.put([...objects, ...newer]);
      commitWithObjects(source, newer, 'newer');
      commitLfs(source, { files: configuration(pair.web.url(`${place}-third.git/info/lfs`)) });

      expectMirrored(await pair.mirror({ lfsUrl: other.url(place) }), [...objects, ...newer], kept);
      expect(askedAt(`${place}-third`)).toEqual(['download']);
    });

    test('with lfs: never, and in a dry run: nothing goes there', async () => {
      const lfsUrl = other.url(place);

      expect((await pair.mirror({ lfsUrl, dryRun: 'true' })).report.lfs).toMatchObject({ objects: 3, uploaded: 3 });
      expect((await pair.mirror({ lfsUrl, lfs: 'never' })).report.update_status).toBe('finished');
      expect([kept.oids(), other.seen('upload')]).toEqual([[], []]);
    });

    describe('a server that does not let in', () => {
      beforeEach(() => {
        source.set({ 'refs/heads/plain': source.commits(2) });
        other.spoil(lfs.requiring('any:thing', lfs.batches()));
      });

      test.each([
        ['without a user', () => other.url(place), 'requires a sign-in (HTTP 401)'],
        ['with a wrong password', () => withUser(other.url(place), `me:${IN_URL}`), 'does not accept'],
      ])('%s: the option is named, and not the token of the target', async (_how, url, words) => {
        const mirrored = await pair.mirror({ ...SIGN_IN, lfsUrl: url() });

        const message = expectRejected(mirrored);
        expect(message).toContain(`${other.url(place)}: the Git LFS server ${words}`);
        expect(message).toMatch(/lfs-url/);
        expect(message).not.toContain('PUSH_MIRROR_TARGET_TOKEN');
        expectHidden(mirrored);
      });
    });

    describe('with the command', () => {
      const command = (lfsUrl: string, ...options: readonly string[]): Promise<Ended> =>
        runBundle('cli', ['--verbose', ...options, '--lfs-url', lfsUrl, pair.url('source'), pair.url('target')]);

      test.each([[[]], [['--json']]])('brings them there, and shows no secret (%j)', async (options) => {
        const { code, stdout, stderr } = await command(withUser(other.url(place), `me:${IN_URL}`), ...options);

        expect([code, kept.oids()]).toEqual([0, oidsOf(objects)]);
        expect(authorizations(other.seen('batch'))).toEqual([basic(`me:${SECRET}`)]);
        expectHidden(stdout + stderr);
      });

      test('shows no secret where the server fails', async () => {
        other.spoil({
          chosen: lfs.batches(),
          answer: { status: 403, body: { message: `no ${SECRET}, me:${IN_URL}` } },
        });

        const { code, stdout, stderr } = await command(withUser(other.url(place), `me:${IN_URL}`));

        expect(code).toBe(1);
        expect(stdout + stderr).toContain('HTTP 403');
        expectHidden(stdout + stderr);
      });

      test('refuses what is no URL, before anything is asked', async () => {
        const { code, stdout, stderr } = await command(`ftp://me:${IN_URL}@lfs.example/x`);

        expect([code, stdout]).toEqual([2, '']);
        expect(stderr).toMatch(
          /^push-mirror: --lfs-url "ftp:\/\/.*lfs\.example\/x" is not the URL of a Git LFS server: give https:/,
        );
        expectHidden(stderr);
        expect(pair.web.requests).toEqual([]);
      });
    });

    describe('what is no URL of a server', () => {
      test.each([
        'ftp://lfs.example/x',
        'ssh://git@lfs.example/x.git',
        'git@lfs.example:x.git',
        'file:///srv/lfs',
        '/srv/lfs',
        'lfs.example/x',
        'https://',
        'https://lfs.example:99999/x',
        'https://lfs.example/x?y=z',
        'https://lfs.example/x#y',
        'none\u001b[31m\nsuch',
      ])('%j is said to be none, with what to give', async (lfsUrl) => {
        const refused = pair.mirror({ lfsUrl });

        await expect(refused).rejects.toThrow(
          /^--lfs-url ".*" is not the URL of a Git LFS server: give https:\/\/HOST\/PATH, without \/objects\/batch\.$/,
        );
        await expect(refused).rejects.not.toThrow(/[\u0000-\u001f]/);
        expect(pair.web.requests).toEqual([]);
      });

      test.each([
        `ftp://me:${IN_URL}@lfs.example/x`,
        `https://me:${IN_URL}@lfs.example:99999/x`,
        `https://me:${IN_URL}@lfs.example/x?y=z`,
        `https://me:${SECRET}@lfs.example:99999/x`,
        `me:${IN_URL}@lfs.example/x`,
        `https://${IN_URL}@lfs.example/x#y`,
      ])('%s: the password is not shown', async (lfsUrl) => {
        const error: unknown = await pair.mirror({ lfsUrl }).catch((thrown: unknown) => thrown);

        expect(String(error)).toContain('--lfs-url "');
        expect(String(error)).toContain('lfs.example');
        expectHidden(String(error));
      });

      test('http to another machine, unless the user allows it', async () => {
        const lfsUrl = `http://me:${IN_URL}@lfs.invalid/x`;

        const error: unknown = await pair.mirror({ lfsUrl }).catch((thrown: unknown) => thrown);

        expect(String(error)).toMatch(
          /--lfs-url "http:\/\/.*lfs\.invalid\/x" is not encrypted, .*: use https, or set --allow-insecure-http if you trust the network\.$/,
        );
        expectHidden(String(error));
        const { outcomes } = await pair.mirror({ lfsUrl, allowInsecureHttp: 'true', dryRun: 'true' });
        expect(outcomes).toEqual({ [MAIN]: 'rejected' });
      }, 90_000);
    });
  });

  describe('a server over https that names addresses over http', () => {
    const FAR = 'http://lfs.example';
    let certificate: Certified;
    let secure: GitHttpServer;
    let proxy: ForwardProxy;

    beforeAll(() => {
      certificate = certified(fresh(), ['127.0.0.1']);
    });

    beforeEach(async () => {
      secure = await GitHttpServer.start(fresh(), https.createServer(certificate));
      proxy = await ForwardProxy.start();
      proxy.route('lfs.example', Number(new URL(other.root).port));
      withLfs(secure, other, 'another origin');
      other.hrefRoot = FAR;
      pair.held.put(objects);
      commit();
      source.set({ 'refs/heads/plain': source.commits(2) });
    });

    afterEach(async () => {
      await secure.stop();
      await proxy.stop();
    });

    const mirror = async (given: Given = {}): Promise<Run> =>
      pair.mirror({
        lfsUrl: `https://me:${IN_URL}@127.0.0.1:${secure.port}/${place}.git/info/lfs`,
        caCertificate: certificate.authority,
        proxyFor: ({ hostname }) => (hostname === 'lfs.example' ? new URL(proxy.url) : undefined),
        ...given,
      });

    // Gitea does so where its ROOT_URL is wrong, with the token that it was asked with.
    const repeating = (): lfs.LfsFault => {
      const asked = (action: lfs.BatchAction): lfs.BatchAction => ({
        ...action,
        header: { Authorization: basic(`me:${SECRET}`) },
      });
      const alterBatch = (answer: lfs.BatchAnswer): lfs.BatchAnswer => ({
        ...answer,
        objects: answer.objects.map(({ actions = {}, ...object }) => ({
          ...object,
          actions: Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, asked(action)])),
        })),
      });
      return { chosen: lfs.batches(), alterBatch };
    };

    test.each([
      ['a header that signs in', repeating],
      ['a signed address', () => lfs.withSignedAddresses(lfs.batches())],
    ])('with %s: nothing goes there, and the user is told', async (_what, fault) => {
      other.spoil(fault());

      const mirrored = await mirror();

      const message = expectRejected(mirrored);
      expect(message).toContain(
        `: https://127.0.0.1:${secure.port}/${place}.git/info/lfs: the Git LFS server names ${FAR} for it, where others on the network could read the credentials. ` +
          "Ask the server's administrator for https addresses (Gitea: `ROOT_URL`), or set `allow-insecure-http` if you trust the network.",
      );
      expect(proxy.asked).toEqual([]);
      expect(kept.oids()).toEqual([]);
    });

    test('where the user allows it, they are used', async () => {
      expectMirrored(await mirror({ allowInsecureHttp: 'true' }), objects, kept);
      expect(proxy.asked.filter((line) => line.startsWith('PUT'))).toHaveLength(3);
    });

    test('on this machine, they are used', async () => {
      const near = await LfsFaults.start(server.root, secure.port, '127.0.0.5');
      other.hrefRoot = near.root;

      expectMirrored(await mirror(), objects, kept);
      await near.stop();
    });
  });

  describe('CodeCommit, which has no Git LFS', () => {
    const HOST = 'git-codecommit.us-east-1.amazonaws.com';
    const GENERATED = { username: 'me-at-123', password: 'generated-password-4711' };
    let certificate: Certified;
    let codecommit: CodeCommitServer;
    let proxy: ForwardProxy;
    let copy: TestRepository;

    beforeAll(async () => {
      certificate = certified(fresh(), [HOST, 'lfs.example', '127.0.0.1']);
      const root = fresh();
      mkdirSync(root);
      const { key, cert } = certificate;
      const generated = `${GENERATED.username}:${GENERATED.password}`;
      codecommit = await CodeCommitServer.start(root, { key, cert, generated });
      copy = TestRepository.create(`${root}/Demo`);
      proxy = await ForwardProxy.start();
      proxy.route(HOST, codecommit.port);
    });

    afterAll(async () => {
      await proxy.stop();
      await codecommit.stop();
    });

    beforeEach(() => {
      copy.set(Object.fromEntries(Object.keys(copy.refs()).map((ref) => [ref, null])));
      pair.held.put(objects);
    });

    const through = (): Given => ({
      proxyFor: ({ hostname }) => ([HOST, 'lfs.example'].includes(hostname) ? new URL(proxy.url) : undefined),
      caCertificate: certificate.authority,
    });

    const toCodeCommit = (given: Given = {}): Promise<Run> =>
      run(pair.url('source'), codecommit.url('Demo'), {
        ...through(),
        targetUsername: GENERATED.username,
        targetToken: GENERATED.password,
        ...given,
      });

    test('as the target: the refs with objects wait, and the user is told of lfs-url', async () => {
      commit();
      source.set({ 'refs/heads/plain': source.commits(2) });

      const { report, outcomes } = await toCodeCommit();

      expect(outcomes).toEqual({ [MAIN]: 'rejected', 'refs/heads/plain': 'created' });
      expect(Object.keys(copy.refs())).toEqual(['refs/heads/plain']);
      expect(report.refs.find(({ ref }) => ref === MAIN)?.message).toMatch(
        new RegExp(
          `^its Git LFS object [0-9a-f]{64} \\(data/0\\.bin\\) could not be transferred: ${codecommit.url('Demo')}: AWS CodeCommit has no Git LFS\\. ` +
            'Name another Git LFS server for the target with `lfs-url`\\. The ref is left unchanged; set `lfs: never` to mirror without the objects\\.$',
        ),
      );
      expect(codecommit.git.asked.filter((asked) => asked.includes('/info/lfs'))).toEqual([]);
    });

    test('as the target, with lfs-url: all is there, and its credentials went nowhere else', async () => {
      commit();

      const { report } = await toCodeCommit({ lfsUrl: other.url(place) });

      expect(report).toMatchObject({ last_error: null, lfs: { objects: 3, uploaded: 3 } });
      expect(copy.refs()).toEqual(source.refs());
      expect(kept.oids()).toEqual(oidsOf(objects));
      expect(authorizations(other.seen('batch'))).toEqual([undefined]);
    });

    test('as the target, with lfs: never', async () => {
      commit();

      expect((await toCodeCommit({ lfs: 'never' })).report).toMatchObject({ last_error: null, lfs: null });
      expect(copy.refs()).toEqual(source.refs());
    });

    test('as the target of a repository without Git LFS', async () => {
      source.set({ [MAIN]: source.commits(2) });

      expect((await toCodeCommit()).report).toMatchObject({ last_error: null, lfs: null });
    });

    const fromCodeCommit = (): Promise<Run> =>
      run(codecommit.url('Demo'), pair.url('target'), {
        ...through(),
        sourceUsername: GENERATED.username,
        sourceToken: GENERATED.password,
      });

    test('as the source, without an .lfsconfig: what the user reads is about the source', async () => {
      commit();
      copy.copyFrom(source);

      const { report, outcomes } = await fromCodeCommit();

      expect(outcomes).toEqual({ [MAIN]: 'rejected' });
      const message = report.refs[0]?.message ?? '';
      expect(message).toContain(`${codecommit.url('Demo')}: AWS CodeCommit has no Git LFS.`);
      expect(message).toContain('Name the server that has its objects with `source-lfs-url`.');
      expect(message).not.toContain('for the target');
    });

    test('as the source, with an .lfsconfig: http is none to go to', async () => {
      commit(configuration(other.url(place)));
      copy.copyFrom(source);

      const { report } = await fromCodeCommit();

      expect(report.refs[0]?.message).toContain('which is no https URL');
      expect(other.requests).toEqual([]);
    });

    test('as the source, with an .lfsconfig: the objects come from there, and its credentials do not go there', async () => {
      const secure = await GitHttpServer.start(fresh(), https.createServer(certificate));
      try {
        withLfs(secure, other, 'same origin');
        other.hrefRoot = 'https://lfs.example';
        proxy.route('lfs.example:443', secure.port);
        kept.put(objects);
        commit(configuration(`${other.hrefRoot}/${place}.git/info/lfs`));
        copy.copyFrom(source);

        const mirrored = await fromCodeCommit();

        expectMirrored(mirrored, objects);
        expect(authorizations(other.seen('batch'))).toEqual([undefined]);
        expectHidden(mirrored, GENERATED.password);
      } finally {
        await secure.stop();
      }
    });
  });
});
