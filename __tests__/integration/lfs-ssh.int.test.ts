import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Scratch, TestRepository } from '../repositories/git.js';
import {
  asFiles,
  commitLfs,
  commitWithObjects,
  generatedObjects,
  keepLocally,
  uploadLfs,
} from '../repositories/lfs.js';
import type { LfsObject } from '../repositories/lfs.js';
import { gitLfs, judgeLfs } from '../repositories/lfs-judge.js';
import { needed } from '../requires.js';
import { run, runBundle, type Given, type Run } from '../run.js';
import { GiteaServer } from '../servers/gitea-server.js';
import { AuthenticatingServer } from '../servers/lfs-authenticate.js';
import * as lfs from '../servers/lfs-choices.js';
import { LfsFaults } from '../servers/lfs-faults.js';
import { LfsServer, neededLfsServer, type LfsStore } from '../servers/lfs-server.js';
import { makeKey, SshServer } from '../servers/ssh-server.js';

const START_MS = 60_000;
const SIZE = 20_000;
const sshd = needed('sshd');
const gitea = needed('gitea');
const python = neededLfsServer();

const UNSAFE = /[\u0000-\u001f\u007f-\u009f]/;

let scratch: Scratch;
let made = 0;
const fresh = (): string => scratch.join(`folder-${(made += 1)}`);

beforeAll(() => void (scratch = new Scratch()));
afterAll(() => scratch.remove());

const oidsOf = (objects: readonly { readonly oid: string }[]): string[] => objects.map(({ oid }) => oid).sort();
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Commits a branch that needs an object, kept in the repository's own folder, and one that needs none. */
function withPlainBranch(source: TestRepository): LfsObject {
  const [object] = generatedObjects(1, SIZE, made) as [LfsObject];
  keepLocally(source.path, [object]);
  commitLfs(
    source,
    { files: asFiles([object]), track: ['*.bin'] },
    { ref: 'refs/heads/plain', files: { file: 'no object' } },
  );
  return object;
}

/** Only the branch that needs no object has landed; returns what the user reads of the other. */
function expectWithheld({ report, outcomes }: Run, target: TestRepository, { oid }: LfsObject): string {
  expect(outcomes).toEqual({ 'refs/heads/main': 'rejected', 'refs/heads/plain': 'created' });
  expect(Object.keys(target.refs())).toEqual(['refs/heads/plain']);
  expect(report.update_status).toBe('failed');
  const message = report.refs.find(({ ref }) => ref === 'refs/heads/main')?.message ?? '';
  expect(message).toContain(`its Git LFS object ${oid} (data/0.bin) could not be transferred: `);
  expect(message).toContain('set `lfs: never` to mirror without the objects');
  expect(message).not.toMatch(UNSAFE);
  return message;
}

/** Has git and git-lfs go over SSH as the mirror does. */
function withKey(privateKey: string, knownHosts: string): Record<string, string> {
  const [key, hosts] = [fresh(), fresh()];
  writeFileSync(key, privateKey, { mode: 0o600 });
  writeFileSync(hosts, `${knownHosts}\n`);
  return { GIT_SSH_COMMAND: `ssh -F none -i ${key} -o IdentitiesOnly=yes -o UserKnownHostsFile=${hosts}` };
}

needed('git-lfs').describe('Git LFS over SSH', () => {
  gitea.describe('from one Gitea to another', () => {
    let [from, to]: GiteaServer[] = [];
    let held: TestRepository;
    let name: string;
    let key: { readonly secret: string; readonly public: string };
    const stores = new Map<GiteaServer, string>();

    const start = async (): Promise<GiteaServer> => {
      const folder = fresh();
      const server = await GiteaServer.start(folder, { gitea: gitea.path });
      stores.set(server, join(folder, 'data', 'lfs'));
      return server;
    };

    beforeAll(async () => {
      [from, to] = await Promise.all([start(), start()]);
    }, 2 * START_MS);

    afterAll(async () => {
      await Promise.all([from?.stop(), to?.stop()]);
    }, START_MS);

    beforeEach(async () => {
      const file = fresh();
      makeKey(file);
      key = { secret: readFileSync(file, 'utf8'), public: readFileSync(`${file}.pub`, 'utf8') };
      name = `repository-${made}`;
      await Promise.all([from?.createRepository(name, true), to?.createRepository(name, true)]);
      held = TestRepository.create(fresh());
    });

    /** Commits objects, and has the source hold them and the commit. */
    const publish = async (objects: readonly LfsObject[], folder: string): Promise<void> => {
      commitWithObjects(held, objects, folder);
      await uploadLfs(`${from!.url(name)}/info/lfs`, objects, `${from!.owner}:${from!.token}`);
      const url = from!.url(name).replace('://', `://${from!.owner}:${from!.token}@`);
      await gitLfs(held.path, ['push', '--quiet', url, 'main']);
    };

    const mirror = async (given: Given = {}): Promise<Run> =>
      run(from!.sshUrl(name), to!.sshUrl(name), {
        sshPrivateKey: key.secret,
        sshKnownHosts: `${from!.knownHosts}\n${to!.knownHosts}`,
        ...given,
      });

    /** What a Gitea has of these objects on its disk. */
    const has = (server: GiteaServer, objects: readonly LfsObject[]): string[] => {
      const folder = stores.get(server) ?? '';
      const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
      const oids = files.map((file) => file.replaceAll('/', ''));
      return oidsOf(objects).filter((oid) => oids.includes(oid));
    };

    test(
      'by deploy keys alone: all of it, then what is new; a dry run moves nothing',
      async () => {
        await from!.addDeployKey(name, key.public, false);
        await to!.addDeployKey(name, key.public, true);
        const objects = generatedObjects(4, SIZE);
        await publish(objects, 'first');

        const dry = await mirror({ dryRun: 'true' });

        expect(dry.report).toMatchObject({ last_error: null, lfs: { objects: 4, uploaded: 4, bytes: 4 * SIZE } });
        expect(has(from!, objects)).toEqual(oidsOf(objects));
        expect(has(to!, objects)).toEqual([]);
        expect(TestRepository.at(to!.path(name)).refs()).toEqual({});

        const first = await mirror();

        expect(first.report).toMatchObject({ last_error: null, lfs: { objects: 4, uploaded: 4, bytes: 4 * SIZE } });
        expect(TestRepository.at(to!.path(name)).refs()).toEqual(held.refs());

        const newer = generatedObjects(1, 1000, 2);
        await publish(newer, 'newer');
        const second = await mirror();

        expect(second.report).toMatchObject({ last_error: null, lfs: { objects: 1, uploaded: 1, bytes: 1000 } });
        expect(TestRepository.at(to!.path(name)).refs()).toEqual(held.refs());
        const all = [...objects, ...newer];
        expect(has(to!, all)).toEqual(oidsOf(all));
        const judged = await judgeLfs(to!.sshUrl(name), fresh(), withKey(key.secret, to!.knownHosts));
        expect(judged).toEqual({ fetched: oidsOf(all), missing: [], problems: [] });
      },
      START_MS,
    );

    test('a key that may only read the target: its words, and nothing is moved', async () => {
      await from!.addDeployKey(name, key.public, false);
      await to!.addDeployKey(name, key.public, false);
      const objects = generatedObjects(2, SIZE, 4);
      await publish(objects, 'data');

      const { report } = await mirror();

      expect(report.update_status).toBe('failed');
      expect(report.last_error).toContain(`${to!.sshUrl(name)}: `);
      expect(report.last_error).toMatch(/not authorized to write/i);
      expect(report.last_error).not.toMatch(UNSAFE);
      expect(has(to!, objects)).toEqual([]);
      expect(TestRepository.at(to!.path(name)).refs()).toEqual({});
    });
  });

  sshd.describe('a server without git-lfs-authenticate', () => {
    let server: SshServer;
    let source: TestRepository;
    let target: TestRepository;
    let object: LfsObject;

    beforeAll(async () => {
      const folder = fresh();
      server = await SshServer.start(folder, { sshd: sshd.path, acceptsProtocol: true, home: folder });
    });

    afterAll(() => server.stop());

    beforeEach(() => {
      [source, target] = [TestRepository.create(fresh()), TestRepository.create(fresh())];
      object = withPlainBranch(source);
    });

    const url = ({ path }: TestRepository): string => server.url(encodeURI(path));
    const mirror = async (from: string, to: string, given: Given = {}): Promise<Run> =>
      run(from, to, { sshPrivateKey: server.privateKey, sshKnownHosts: server.knownHosts, ...given });

    test('as the source: it is https of the same host, where nobody answers', async () => {
      const message = expectWithheld(await mirror(url(source), target.path), target, object);

      expect(message).toContain(`: https://127.0.0.1${source.path}.git/info/lfs: the host refuses the connection. `);
    });

    test('as the target', async () => {
      const message = expectWithheld(await mirror(source.path, url(target)), target, object);

      expect(message).toContain(`: https://127.0.0.1${target.path}.git/info/lfs: the host refuses the connection. `);
    });

    test('with a token, and a path that no URL has as it is', async () => {
      const folder = fresh();
      const odd = TestRepository.create(join(folder, 'größe of 50%'));
      odd.copyFrom(source);
      const given = { sourceToken: 'a-token-that-nobody-may-see' };

      const message = expectWithheld(await mirror(url(odd), target.path, given), target, object);

      expect(message).toContain(`: https://127.0.0.1${folder}/gr%C3%B6%C3%9Fe%20of%2050%25.git/info/lfs: `);
    });

    // Only ssh knows such hosts, from its own configuration.
    test.each(['git@prod.1:foo/bar.git', 'git@host.256:foo', 'git@[fe80::1%no-such]:foo.git', 'git@a%zz:foo'])(
      'no URL can be made of %s: that is no reason to fail',
      async (address) => {
        expect((await mirror(address, target.path)).report.last_error).toMatch(/ssh says: |cannot be reached/);
        expect((await mirror(source.path, address)).report.last_error).toMatch(/ssh says: |cannot be reached/);
      },
    );

    test('refs without objects do not need it', async () => {
      source.set({ 'refs/heads/main': null });

      expect((await mirror(url(source), url(target))).report).toMatchObject({ last_error: null, lfs: null });
      expect(target.refs()).toEqual(source.refs());
    });
  });

  sshd.describe('a server with git-lfs-authenticate', () => {
    python.describe('that leads to a real LFS server', () => {
      let giftless: LfsServer;
      let faults: LfsFaults;
      let server: AuthenticatingServer;
      let source: TestRepository;
      let target: TestRepository;
      let held: LfsStore;
      let stored: LfsStore;

      beforeAll(async () => {
        giftless = await LfsServer.start(fresh(), { program: python.path, signIn: true });
        faults = await LfsFaults.start(giftless.root);
        server = await AuthenticatingServer.start(fresh(), sshd.path);
      }, START_MS);

      afterAll(async () => {
        await Promise.all([server.stop(), faults.stop()]);
        await giftless.stop();
      });

      beforeEach(() => {
        [source, target] = [TestRepository.create(fresh()), TestRepository.create(fresh())];
        [held, stored] = [giftless.store(nameOf('source')), giftless.store(nameOf('target'))];
        // Giftless fails where two first uploads make its folder at the same time.
        stored.put([]);
        faults.forget();
        server.forget();
        server.answer('download', access('source'));
        server.answer('upload', access('target'));
      });

      /** What the LFS server calls one end. */
      const nameOf = (end: 'source' | 'target'): string => `${end}-${target.path.split('-').at(-1) ?? ''}`;
      const credentials = (): string => `Basic ${base64(giftless.credentials ?? '')}`;
      const access = (end: 'source' | 'target', header: object = { Authorization: credentials() }): object => ({
        href: faults.url(nameOf(end)),
        header,
      });
      const url = ({ path }: TestRepository): string => server.ssh.url(encodeURI(path));
      const byKey = (): Record<string, string> => withKey(server.ssh.privateKey, server.ssh.knownHosts);

      /** From the source's folder to the target over SSH. */
      const toTarget = async (given: Given = {}): Promise<Run> => {
        const { privateKey: sshPrivateKey, knownHosts: sshKnownHosts } = server.ssh;
        return run(source.path, url(target), { sshPrivateKey, sshKnownHosts, timeout: '30', ...given });
      };
      const mirror = async (given: Given = {}): Promise<Run> => {
        const { privateKey: sshPrivateKey, knownHosts: sshKnownHosts } = server.ssh;
        return run(url(source), url(target), { sshPrivateKey, sshKnownHosts, timeout: '30', ...given });
      };

      /** Commits objects, and has the LFS server hold them, but not the source's folder. */
      const commit = (objects: readonly LfsObject[]): void => {
        commitLfs(source, { files: asFiles(objects), track: ['*.bin'] });
        held.put(objects);
      };
      const called = (operation: string): string[] =>
        server.calls.filter((call) => call.operation === operation).map(({ path }) => path);
      const authorizations = (kind: lfs.LfsRequest['kind'], at = faults): (string | undefined)[] => [
        ...new Set(at.seen(kind).map(({ headers }) => headers.authorization)),
      ];

      const expectMirrored = ({ report }: Run, objects: readonly LfsObject[]): void => {
        expect(report.refs.flatMap(({ message }) => message ?? [])).toEqual([]);
        expect(report.last_error).toBeNull();
        expect(target.refs()).toEqual(source.refs());
        expect(stored.oids()).toEqual(oidsOf(objects));
      };

      test('is asked once for each end, and what it says signs in', async () => {
        const objects = generatedObjects(3, SIZE);
        commit(objects);

        const mirrored = await mirror();

        expect(server.calls).toEqual([
          { path: target.path, operation: 'upload' },
          { path: source.path, operation: 'download' },
        ]);
        expect(faults.seen('batch').map(({ batch, repository }) => [batch?.operation, repository])).toEqual([
          ['upload', nameOf('target')],
          ['download', nameOf('source')],
        ]);
        expect(authorizations('batch')).toEqual([credentials()]);
        // Uploads go with what the answer to the batch brings.
        for (const one of authorizations('upload')) expect(one).toMatch(/^Bearer /);
        expect(mirrored.report.lfs).toEqual({ objects: 3, uploaded: 3, bytes: 3 * SIZE });
        expectMirrored(mirrored, objects);
        server.answer('download', access('target'));
        const judged = await judgeLfs(url(target), fresh(), byKey());
        expect(judged).toEqual({ fetched: oidsOf(objects), missing: [], problems: [] });
      });

      describe("an address over SSH in the source's .lfsconfig", () => {
        const named = (lfsUrl: string): void => {
          const objects = generatedObjects(1, SIZE);
          const files = { ...asFiles(objects), '.lfsconfig': `[lfs]\n\turl = ${lfsUrl}\n` };
          commitLfs(source, { files, track: ['*.bin'] });
          held.put(objects);
        };

        test('of the same host and account: the key asks there', async () => {
          named(server.ssh.url('/some/where else.git'));

          expectMirrored(await mirror(), generatedObjects(1, SIZE));
          expect(called('download')).toEqual(['/some/where else.git']);
        });

        test.each([
          ['another account', () => server.ssh.url('/x.git').replace(/:\/\/[^@/]*@?/, '://somebody@')],
          ['another port', () => server.ssh.url('/x.git').replace(/:\d+\//, ':22/')],
          ['another host', () => 'git@localhost:x.git'],
        ])('of %s: no key is used, and the user is told the remedy', async (_what, address) => {
          named(address());

          const { report } = await mirror();

          expect(report.refs[0]?.message).toMatch(/so no key is used there\. Name the https URL .* `source-lfs-url`\./);
          expect(called('download')).toEqual([]);
          expect(stored.oids()).toEqual([]);
        });
      });

      test('transfers get the header too, once they are asked for it; another origin does not', async () => {
        const objects = generatedObjects(2, SIZE);
        commit(objects);
        const elsewhere = await LfsFaults.start(giftless.root);
        const away = (answer: lfs.BatchAnswer): lfs.BatchAnswer =>
          JSON.parse(JSON.stringify(answer).replaceAll(faults.root, elsewhere.root)) as lfs.BatchAnswer;
        faults.spoil(
          lfs.withoutHeaders(lfs.batches('download')),
          lfs.requiring(giftless.credentials ?? '', lfs.downloads()),
          lfs.withSignedAddresses(lfs.batches('upload')),
          { chosen: lfs.batches('upload'), alterBatch: away },
        );

        const mirrored = await mirror();
        await elsewhere.stop();

        expect(authorizations('download')).toEqual([undefined, credentials()]);
        expect(elsewhere.seen('upload').length).toBe(2);
        expect([...authorizations('upload', elsewhere), ...authorizations('verify', elsewhere)]).toEqual([
          undefined,
          undefined,
        ]);
        expectMirrored(mirrored, objects);
      });

      test('is asked for a path with spaces and quotes as one word', async () => {
        const odd = join(fresh(), `it's "a" $HOME \`source\`!.git`);
        source = TestRepository.create(odd);
        const objects = generatedObjects(1, SIZE);
        commit(objects);

        expectMirrored(await mirror(), objects);
        expect(called('download')).toEqual([odd]);
      });

      test.each(['download', 'upload'] as const)('is asked again where the connection broke: %s', async (operation) => {
        const objects = generatedObjects(1, SIZE);
        commit(objects);
        const answer = JSON.stringify(access(operation === 'download' ? 'source' : 'target'));
        server.behave(operation, `if mkdir '${fresh()}' 2>/dev/null; then exit 255; fi\nprintf '%s' '${answer}'`);

        const mirrored = await mirror();

        expectMirrored(mirrored, objects);
        expect(called(operation)).toHaveLength(2);
        expect(mirrored.lines.join('\n')).toMatch(
          /ssh:.*: the connection ended before the server had answered.* Trying again in 0\.\d s\./,
        );
      });

      test('is asked in the words of git-lfs', async () => {
        commit(generatedObjects(1, SIZE));
        const words = (): string[] => server.commands.filter((command) => command.includes(' download'));
        await mirror();
        const own = words();
        server.forget();

        await gitLfs(source.path, ['lfs', 'fetch', '--all', url(source)], byKey());

        expect(own).toEqual(words().filter((command) => command.startsWith('git-lfs-authenticate ')));
      });

      test('is not asked where nothing changed', async () => {
        commit(generatedObjects(1, SIZE));
        await mirror();
        server.forget();

        expect((await mirror()).report.update_status).toBe('finished');
        expect(server.calls).toEqual([]);
      });

      test('a dry run asks, and moves nothing', async () => {
        commit(generatedObjects(2, SIZE));

        const { report } = await mirror({ dryRun: 'true' });

        expect(report.lfs).toEqual({ objects: 2, uploaded: 2, bytes: 2 * SIZE });
        expect(server.calls.length).toBe(2);
        expect([...faults.seen('download'), ...faults.seen('upload')]).toEqual([]);
        expect(stored.oids()).toEqual([]);
        expect(target.refs()).toEqual({});
      });

      describe('an answer that expires', () => {
        const expiring = (times: object): void => {
          server.answer('download', { ...access('source'), ...times });
          server.answer('upload', { ...access('target'), ...times });
        };

        test('soon: it is asked anew, one question at a time', async () => {
          const objects = generatedObjects(3, SIZE);
          commit(objects);
          const isTransfer: lfs.LfsChoice = ({ kind }) => kind !== 'batch';
          faults.spoil(lfs.withoutHeaders(lfs.batches()), lfs.requiring(giftless.credentials ?? '', isTransfer));
          const met = fresh();
          for (const [operation, end] of [
            ['download', 'source'],
            ['upload', 'target'],
          ] as const) {
            const answer = JSON.stringify({ ...access(end), expires_in: 1 });
            const lock = `${met}-${operation}`;
            const alone = `if mkdir '${lock}'; then sleep 0.2; rmdir '${lock}'; else touch '${met}'; fi 2>/dev/null`;
            server.behave(operation, `${alone}\nprintf '%s' '${answer}'`);
          }

          const mirrored = await mirror();

          expect(called('download').length).toBeGreaterThan(1);
          expect(called('upload').length).toBeGreaterThan(1);
          expectMirrored(mirrored, objects);
          expect(existsSync(met)).toBe(false);
        });

        test('soon, where the LFS server brings what signs in: that is no reason to ask', async () => {
          const objects = generatedObjects(3, SIZE);
          commit(objects);
          expiring({ expires_in: 1 });

          expectMirrored(await mirror(), objects);
          expect(server.calls.length).toBe(2);
        });

        test('later: it is not asked again', async () => {
          const objects = generatedObjects(3, SIZE);
          commit(objects);
          faults.spoil(lfs.withoutHeaders(lfs.batches()));
          expiring({ expires_in: 3600 });

          expectMirrored(await mirror(), objects);
          expect(server.calls.length).toBe(2);
        });
      });

      describe('secrets', () => {
        const SECRET = 'secret-of-the-answer-4711';

        test.each([
          ['Basic', { Authorization: `Basic ${base64(`user:${SECRET}`)}` }],
          // As GitHub has it.
          ['RemoteAuth', { Authorization: `RemoteAuth ${SECRET}` }],
          ['a header of its own', { 'X-Token': SECRET }],
        ])('%s: is sent, and not shown when the server repeats it', async (_kind, header) => {
          const object = withPlainBranch(source);
          server.answer('upload', access('target', header));
          const [[name, value] = ['', '']] = Object.entries(header);
          const message = `${value} is wrong, as is ${SECRET}`;
          faults.spoil({ chosen: lfs.batches('upload'), answer: { status: 403, body: { message } } });

          const mirrored = await toTarget();

          expect(faults.seen('batch')[0]?.headers[name.toLowerCase()]).toBe(value);
          expect(expectWithheld(mirrored, target, object)).toMatch(/The server says: .*\*\*\*\*\*/);
          const shown = JSON.stringify(mirrored.report);
          for (const form of [SECRET, base64(SECRET), base64(`user:${SECRET}`)]) expect(shown).not.toContain(form);
        });

        test('nor do the lines of the command show them', async () => {
          const objects = generatedObjects(2, SIZE);
          commitWithObjects(source, objects);
          const [, password = ''] = (giftless.credentials ?? '').split(':');
          for (const [index, secret] of [credentials(), password].entries()) {
            const answer = { status: 500, body: { message: `no: ${secret}` } };
            faults.spoil({ chosen: lfs.firstLfs(1, lfs.uploads(objects[index]!.oid)), answer });
          }

          const { code, stdout, stderr } = await runBundle('cli', ['--json', '--verbose', source.path, url(target)], {
            PUSH_MIRROR_SSH_PRIVATE_KEY: server.ssh.privateKey,
            PUSH_MIRROR_SSH_KNOWN_HOSTS: server.ssh.knownHosts,
          });

          expect(code).toBe(0);
          // The blank before a token in a header is a part of the header's value.
          expect(stderr.match(/The server says: no:.*Trying again\./g)).toHaveLength(2);
          expect(stdout + stderr).not.toContain(base64(giftless.credentials ?? '').slice(0, 60));
          expect(stdout + stderr).not.toContain(password.slice(0, 60));
        });

        test('a password in the address is not shown', async () => {
          const object = withPlainBranch(source);
          server.answer('upload', { href: faults.url(nameOf('target')).replace('://', `://user:${SECRET}@`) });
          faults.spoil({ chosen: lfs.batches('upload'), answer: { status: 403, body: { message: 'no' } } });

          const mirrored = await toTarget();

          expect(expectWithheld(mirrored, target, object)).toContain(`: ${faults.url(nameOf('target'))}: `);
          expect(JSON.stringify(mirrored)).not.toContain(SECRET);
        });

        test('a refusal speaks of the key, and not of a token that was never given', async () => {
          const object = withPlainBranch(source);
          faults.spoil({ chosen: lfs.batches('upload'), answer: { status: 403, body: { message: 'no' } } });

          const message = expectWithheld(await toTarget(), target, object);

          expect(message).toContain(
            'the credentials that git-lfs-authenticate returned may not write Git LFS objects (HTTP 403). The server says: no. Check the permissions of the SSH key.',
          );
          expect(message).not.toMatch(/PUSH_MIRROR_TARGET_TOKEN|the token/);
        });

        test('nor does it where the sign-in is not accepted', async () => {
          const object = withPlainBranch(source);
          faults.spoil({ chosen: lfs.batches('upload'), answer: { status: 401, body: { message: 'no' } } });

          const message = expectWithheld(await toTarget(), target, object);

          expect(message).toContain(
            'does not accept the credentials that git-lfs-authenticate returned (HTTP 401). The server says: no. Check the permissions of the SSH key.',
          );
          expect(message).not.toMatch(/PUSH_MIRROR_TARGET_TOKEN|the token/);
        });
      });
    });

    describe('that answers something else', () => {
      let server: AuthenticatingServer;
      let source: TestRepository;
      let target: TestRepository;

      beforeAll(async () => {
        server = await AuthenticatingServer.start(fresh(), sshd.path);
      });

      afterAll(() => server.stop());

      beforeEach(() => {
        [source, target] = [TestRepository.create(fresh()), TestRepository.create(fresh())];
      });

      const url = ({ path }: TestRepository): string => server.ssh.url(path);
      const header = { Authorization: 'Basic e30K' };
      const print = (answer: object): string => `printf '%s' '${JSON.stringify(answer)}'`;
      const LIMIT_S = 3;
      /** A connection that breaks is tried four times. */
      const PATIENCE_S = 25;
      const NO_ANSWER = 'the answer of git-lfs-authenticate over SSH names no Git LFS server.';

      /** Returns what the user reads. */
      const refused = async (script: string, end: 'source' | 'target' = 'target'): Promise<string> => {
        const object = withPlainBranch(source);
        server.behave(end === 'target' ? 'upload' : 'download', script);
        const { privateKey: sshPrivateKey, knownHosts: sshKnownHosts } = server.ssh;
        const [from, to] = end === 'target' ? [source.path, url(target)] : [url(source), target.path];
        const startedAt = Date.now();

        const mirrored = await run(from, to, { sshPrivateKey, sshKnownHosts, timeout: String(LIMIT_S) });

        expect(Date.now() - startedAt).toBeLessThan((LIMIT_S + PATIENCE_S) * 1000);
        return expectWithheld(mirrored, target, object);
      };

      test.each([
        ['words', 'echo Welcome to the machine'],
        ['nothing', ':'],
        ['an address without a host', print({ href: '/source.git/info/lfs', header })],
      ])('%s', async (_what, script) => {
        expect(await refused(script)).toContain(`: ${url(target)}: ${NO_ANSWER}`);
      });

      test('megabytes', async () => {
        const script = `printf '{"href":"http://127.0.0.1/'; head -c 3000000 /dev/zero | tr '\\0' x; echo '"}'`;

        expect(await refused(script)).toContain(
          `: ${url(target)}: ${NO_ANSWER.slice(0, -1)}: it is longer than 64 KiB.`,
        );
      });

      test('words, at the source', async () => {
        expect(await refused('echo Welcome to the machine', 'source')).toContain(`: ${url(source)}: ${NO_ANSWER}`);
      });

      const FAR = 'http://lfs.example:8080';

      test.each([
        ['a header', { href: `${FAR}/info/lfs`, header }],
        ['a password', { href: `${FAR.replace('://', '://me:secret-4711@')}/info/lfs` }],
      ])('http on another machine, and %s that everybody on the way could read', async (_what, answer) => {
        const message = await refused(print(answer));

        expect(message).toContain(
          `: ${url(target)}: git-lfs-authenticate over SSH names ${FAR}, where others on the network could read the credentials. Ask`,
        );
        expect(message).toContain('`allow-insecure-http`');
        expect(message).not.toContain('secret-4711');
      });

      test.each([
        ['ftp', { href: 'ftp://127.0.0.1/target.git/info/lfs', header }, 'not http or https'],
        ['an escape in the address', { href: 'http://127.0.0.1:1/\u001b[2J/info/lfs', header }, 'address'],
        ['a header of two lines', { href: 'http://127.0.0.1:1/', header: { A: 'b\r\nHost: c' } }, 'header'],
      ])('%s', async (_what, answer, why) => {
        const message = await refused(print(answer));

        expect(message).toContain(`: ${url(target)}: `);
        expect(message).toContain(why);
        expect(message).not.toContain('unknown.invalid');
      });

      test('nothing in time', async () => {
        const message = await refused('exec sleep 15');

        expect(message).toContain(`: ${url(target)}: the server sent nothing for ${LIMIT_S} seconds.`);
      });

      test('words without end', async () => {
        expect(await refused('exec yes')).toContain(`: ${url(target)}: `);
      });

      test(
        'nothing, and the exit code of a broken connection',
        async () => {
          const message = await refused('exit 255');

          expect(message).toContain(`: ${url(target)}: the connection ended before the server had answered`);
        },
        START_MS,
      );

      test.each([1, 255])('exit code %i and a reason, which the user reads', async (code) => {
        // As Gitea says it.
        const reason = 'LFS authentication request over SSH denied, LFS support is disabled';

        expect(await refused(`echo '${reason}' >&2\nexit ${code}`)).toContain(reason);
      });
    });
  });
});
