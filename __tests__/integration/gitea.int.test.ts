import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '../../src/protocol/clock.js';
import { Scratch, TestRepository } from '../repositories/git.js';
import { needed } from '../requires.js';
import { run, type Given, type Run } from '../run.js';
import { ForwardProxy } from '../servers/forward-proxy.js';
import { GiteaServer } from '../servers/gitea-server.js';
import { makeKey } from '../servers/ssh-server.js';

const gitea = needed('gitea');
const START_MS = 60_000;
const NOTICE_MS = 20_000;
/** A name that tells what the server is; it leads to the one on loopback. */
const HOST = 'gitea.example.com';

gitea.describe('with a real Gitea', () => {
  let scratch: Scratch;
  let server: GiteaServer;
  let proxy: ForwardProxy;
  let source: TestRepository;
  let first: string;
  let second: string;
  let sshKey: string;
  let repositories = 0;

  beforeAll(async () => {
    scratch = new Scratch();
    server = await GiteaServer.start(scratch.join('gitea'), { gitea: gitea.path });
    proxy = await ForwardProxy.start();
    proxy.route(HOST, Number(new URL(server.root).port));
    const key = newKey('owner_key');
    await server.addKey(key.publicKey);
    sshKey = key.privateKey;
  }, START_MS);

  beforeEach(newSource);

  afterAll(async () => {
    await Promise.all([server.stop(), proxy.stop()]);
    scratch.remove();
  }, START_MS);

  function newSource(): void {
    source = TestRepository.create(scratch.join(`source-${(repositories += 1)}.git`));
    first = source.commit();
    second = source.commit([first]);
  }

  function newKey(name: string): { privateKey: string; publicKey: string } {
    makeKey(scratch.join(name));
    return {
      privateKey: readFileSync(scratch.join(name), 'utf8'),
      publicKey: readFileSync(scratch.join(`${name}.pub`), 'utf8'),
    };
  }

  /** Makes a repository on the server that has all of the source's refs. */
  async function mirrored(name: string, isPrivate = false): Promise<TestRepository> {
    await server.createRepository(name, isPrivate);
    const { report } = await into(name);
    expect(report.last_error).toBeNull();
    return TestRepository.at(server.path(name));
  }

  async function into(name: string, given: Given = {}): Promise<Run> {
    return run(source.path, server.url(name), { targetToken: server.token, ...given });
  }

  async function intoOverSsh(name: string, given: Given = {}): Promise<Run> {
    const ssh = { sshPrivateKey: sshKey, sshKnownHosts: server.knownHosts };
    return run(source.path, server.sshUrl(name), { ...ssh, ...given });
  }

  const named = (name: string): string => `http://${HOST}/${server.owner}/${name}.git`;

  /** By the name that tells what the server is. */
  const byName = (given: Given = {}): Given => ({
    proxyFor: () => new URL(proxy.url),
    allowInsecureHttp: 'true',
    ...given,
  });

  function messageOf({ report }: Run, ref: string): string {
    return report.refs.find((one) => one.ref === ref)?.message ?? '';
  }

  gitea.describe('into it', () => {
    const LANDED = ['refs/heads/main', 'refs/heads/new', 'refs/tags/free'];

    /** A target whose rules forbid much, and a source that wants all of it at once. */
    async function forbidding(name: string): Promise<TestRepository> {
      const rewritten = Object.fromEntries(['open', 'forced'].map((branch) => [`refs/heads/${branch}`, second]));
      const others = { 'refs/heads/guarded': first, 'refs/heads/gone': first, 'refs/tags/v1': first };
      source.set({ 'refs/heads/main': first, ...others, ...rewritten });
      const target = await mirrored(name);
      const everybody = { enable_push: true, enable_force_push: true };
      await server.protectBranch(name, { rule_name: 'g*' });
      await server.protectBranch(name, { rule_name: 'open', enable_push: true });
      await server.protectBranch(name, { rule_name: 'forced', ...everybody, enable_force_push_allowlist: true });
      await server.createUser(`other-${name}`);
      await server.protectTag(name, 'v*', `other-${name}`);
      const other = source.commit([first]);
      source.set({
        'refs/heads/main': second,
        'refs/heads/new': second,
        'refs/heads/guarded': second,
        'refs/heads/gone': null,
        'refs/heads/open': other,
        'refs/heads/forced': other,
        'refs/tags/v1': second,
        'refs/tags/v2': second,
        'refs/tags/free': second,
      });
      return target;
    }

    const REFUSED: readonly (readonly [string, RegExp, RegExp])[] = [
      [
        'refs/heads/guarded',
        /Not allowed to push to protected branch guarded/,
        /Put the owner of the token on the push allowlist of the target's branch protection\./,
      ],
      [
        'refs/heads/gone',
        /branch gone is protected from deletion/,
        /Remove the branch from the target's branch protection, or set `prune: never`\./,
      ],
      [
        'refs/heads/open',
        /branch open is protected from force push/,
        /Allow force push in the target's branch protection, or set `keep-divergent-refs`/,
      ],
      // The allowlist for pushing is another one, and would not help.
      ['refs/heads/forced', /Not allowed to force-push to protected branch forced/, /[Ff]orce push.*branch protection/],
      ['refs/tags/v1', /Tag v1 is protected/, /in the target's tag protection, or exclude the tag with `tags`\./],
      ['refs/tags/v2', /Tag v2 is protected/, /in the target's tag protection, or exclude the tag with `tags`\./],
    ];

    // A refused push is pushed in parts, which takes a while: done once, and looked at from all sides.
    gitea.describe('whose rules forbid much', () => {
      let before: Readonly<Record<string, string>>;
      let target: TestRepository;
      let newest: string;
      let seen: Run;

      beforeAll(async () => {
        newSource();
        newest = second;
        target = await forbidding('rules');
        before = target.refs();
        seen = await into('rules');
      }, START_MS);

      test('all lands but what they forbid, though it refuses such a push as a whole', () => {
        const { report, outcomes } = seen;

        expect(report.update_status).toBe('failed');
        expect(report.last_error).toMatch(/^Some refs were rejected: /);
        expect(target.refs()).toEqual({ ...before, ...Object.fromEntries(LANDED.map((ref) => [ref, newest])) });
        const rejected = Object.keys(outcomes).filter((ref) => outcomes[ref] === 'rejected');
        expect(rejected.toSorted()).toEqual(REFUSED.map(([ref]) => ref).toSorted());
        for (const [ref] of REFUSED) expect(report.last_error).toContain(ref);
      });

      test.each(REFUSED)('%s is refused, and it is said what to do', (ref, words, remedy) => {
        const message = messageOf(seen, ref);

        expect(message).toMatch(words);
        expect(message).toMatch(remedy);
        // Only what is said of this very ref.
        const others = REFUSED.filter(([other]) => other !== ref);
        expect(others.filter(([, itsWords]) => itsWords.test(message))).toEqual([]);
      });

      test('the empty lines with which it surrounds its words are left out', () => {
        for (const [ref] of REFUSED) expect(messageOf(seen, ref)).not.toMatch(/error:\s+error:|error:\)/);
      });
    });

    test('all lands but the branch that it protects, over SSH too', async () => {
      source.set({ 'refs/heads/main': first, 'refs/heads/guarded': first });
      const target = await mirrored('rules-ssh');
      await server.protectBranch('rules-ssh', { rule_name: 'guarded' });
      source.set({ 'refs/heads/main': second, 'refs/heads/guarded': second, 'refs/heads/new': second });

      const seen = await intoOverSsh('rules-ssh');

      expect(seen.report.last_error).toBe('Some refs were rejected: refs/heads/guarded.');
      expect(messageOf(seen, 'refs/heads/guarded')).toMatch(
        /protected branch guarded.*Put the owner of the token on the/,
      );
      expect(target.refs()).toEqual({ ...source.refs(), 'refs/heads/guarded': first });
    });

    test('what is protected is left alone with keep-divergent-refs, and nothing is refused', async () => {
      source.set({ 'refs/heads/main': first, 'refs/heads/open': second });
      const target = await mirrored('kept');
      await server.protectBranch('kept', { rule_name: 'open', enable_push: true });
      source.set({ 'refs/heads/main': second, 'refs/heads/open': source.commit([first]) });

      const { outcomes } = await into('kept', { keepDivergentRefs: 'true' });

      expect(outcomes).toEqual({ 'refs/heads/main': 'updated', 'refs/heads/open': 'diverged' });
      expect(target.refs()).toEqual({ 'refs/heads/main': second, 'refs/heads/open': second });
    });

    test('whoever is on the list may push, force and delete', async () => {
      source.set({ 'refs/heads/main': first, 'refs/heads/open': second });
      const target = await mirrored('allowed');
      const owner = [server.owner];
      const push = { enable_push: true, enable_push_whitelist: true, push_whitelist_usernames: owner };
      const force = {
        enable_force_push: true,
        enable_force_push_allowlist: true,
        force_push_allowlist_usernames: owner,
      };
      await server.protectBranch('allowed', { rule_name: '**', ...push, ...force });
      source.set({ 'refs/heads/main': second, 'refs/heads/open': source.commit([first]), 'refs/heads/new': first });

      const { report } = await into('allowed');

      expect(report.last_error).toBeNull();
      expect(target.refs()).toEqual(source.refs());
    });

    gitea.describe('the default branch', () => {
      const [MAIN, TRUNK] = ['refs/heads/main', 'refs/heads/trunk'];

      async function defaultBranchOf(name: string): Promise<string[]> {
        const { text } = await server.api(`/repos/${server.owner}/${name}`);
        const { default_branch: told } = JSON.parse(text) as { default_branch: string };
        return [told, TestRepository.at(server.path(name)).git(['symbolic-ref', 'HEAD'])];
      }

      /** A target whose default branch is gone from the source, where it has another name now. */
      async function renamed(name: string): Promise<void> {
        source.set({ [MAIN]: first });
        await mirrored(name);
        await server.noticed(name);
        source.set({ [MAIN]: null, [TRUNK]: second });
        source.symref('HEAD', TRUNK);
      }

      test('follows that of the source, which has another name now; the old one goes with the next run', async () => {
        await renamed('renamed');

        const { report, outcomes } = await into('renamed');

        expect(outcomes).toEqual({ [MAIN]: 'kept', [TRUNK]: 'created' });
        expect(report.notices).toEqual([expect.stringContaining('that is now trunk, as on the source.')]);
        expect(await defaultBranchOf('renamed')).toEqual(['trunk', TRUNK]);
        expect((await into('renamed')).outcomes).toEqual({ [MAIN]: 'deleted', [TRUNK]: 'unchanged' });
      });

      test('stays, and the run says so, where the token may not change it', async () => {
        await renamed('written');
        const targetToken = await server.createUser('writer');
        await server.addWriter('written', 'writer');

        const { report } = await into('written', { targetToken });

        expect(report.update_status).toBe('finished');
        expect(report.notices).toEqual([
          expect.stringMatching(/the default branch could not be set \(HTTP 403\)\. The server says: .*admin/),
        ]);
        expect(report.notices[0]).toContain('Check PUSH_MIRROR_TARGET_TOKEN: it needs the scope `write:repository`');
        expect(await defaultBranchOf('written')).toEqual(['main', MAIN]);
      });

      test('is put right where HEAD names nothing', async () => {
        source.set({ [MAIN]: first });
        const target = await mirrored('unborn');
        await server.noticed('unborn');
        target.git(['update-ref', '-d', MAIN]);
        source.set({ [MAIN]: null, [TRUNK]: second });
        source.symref('HEAD', TRUNK);

        const { report } = await into('unborn');

        expect(report.notices).toEqual([expect.stringContaining('the default branch is now trunk, as on the source.')]);
        expect(await defaultBranchOf('unborn')).toEqual(['trunk', TRUNK]);
      });

      test('of a first mirror is that of the source, over SSH too, and there is nothing to tell', async () => {
        source.set({ 'refs/heads/a': first, [TRUNK]: second });
        source.symref('HEAD', TRUNK);
        await server.createRepository('first');

        const { report } = await intoOverSsh('first', { clock: systemClock });

        expect([report.update_status, report.notices]).toEqual(['finished', []]);
        expect((await defaultBranchOf('first'))[1]).toBe(TRUNK);
      });
    });

    gitea.describe('nothing lands', () => {
      async function expectNothing(target: TestRepository, act: () => Promise<Run>, ...said: RegExp[]): Promise<void> {
        const before = target.refs();
        source.set({ 'refs/heads/main': second, 'refs/heads/new': second });

        const { report } = await act();

        expect(target.refs()).toEqual(before);
        expect(report.update_status).toBe('failed');
        const messages = report.refs.map(({ message }) => message ?? '');
        for (const part of said) expect([report.last_error, ...messages].join('\n')).toMatch(part);
      }

      async function behind(name: string, isPrivate = false): Promise<TestRepository> {
        source.set({ 'refs/heads/main': first });
        return mirrored(name, isPrivate);
      }

      test.each([
        ['HTTP', into],
        ['SSH', intoOverSsh],
      ] as const)('in an archived repository, over %s', async (over, mirror) => {
        const name = `archived-${over.toLowerCase()}`;
        const target = await behind(name);
        await server.archive(name);

        await expectNothing(
          target,
          async () => mirror(name),
          /archived/,
          /Unarchive the target, or convert it to an ordinary/,
        );
      });

      test.each([
        ['HTTP', into],
        ['SSH', intoOverSsh],
      ] as const)('where there is no such repository, over %s', async (over, mirror) => {
        source.set({ 'refs/heads/main': second });

        const { report } = await mirror(`missing-${over.toLowerCase()}`);

        expect(report.last_error).toMatch(
          /users\. There is no such repository on the server\. Check the URL, or create/,
        );
        expect(report.last_error).toContain(`/missing-${over.toLowerCase()}.git`);
      });

      test('with a token that may only read', async () => {
        const target = await behind('read-only');
        const targetToken = await server.createToken(['read:repository']);
        const act = async (): Promise<Run> => run(source.path, named('read-only'), byName({ targetToken }));

        await expectNothing(target, act, /may not write to this repository \(HTTP 403\)/, /scope `write:repository`/);
      });

      test('with a wrong token', async () => {
        const target = await behind('wrong-token');
        const targetToken = '0123456789'.repeat(4);
        const act = async (): Promise<Run> => run(source.path, named('wrong-token'), byName({ targetToken }));

        await expectNothing(
          target,
          act,
          /does not accept the user name and token \(HTTP 401\)/,
          /Check that PUSH_MIRROR_TARGET_TOKEN is right/,
        );
      });

      test('without a token', async () => {
        const target = await behind('no-token');
        const act = async (): Promise<Run> => run(source.path, named('no-token'), byName());

        await expectNothing(target, act, /requires a sign-in \(HTTP 401\)/, /Set PUSH_MIRROR_TARGET_TOKEN/);
      });

      test('for somebody who may only read', async () => {
        const target = await behind('stranger');
        const targetToken = await server.createUser('reader');

        await expectNothing(
          target,
          async () => into('stranger', { targetToken }),
          /User permission denied for writing/,
          /Give the owner write access, and give the token the scope `write:repository`\./,
        );
      });

      test('for somebody who may not even see it', async () => {
        const target = await behind('hidden', true);
        const targetToken = await server.createUser('blind');
        const act = async (): Promise<Run> => run(source.path, named('hidden'), byName({ targetToken }));

        await expectNothing(target, act, /HTTP 404/, /if the token may not see a private repository/);
      });

      test('with a deploy key that may only read', async () => {
        const target = await behind('deploy');
        const { privateKey, publicKey } = newKey('deploy_key');
        await server.addDeployKey('deploy', publicKey, false);

        await expectNothing(
          target,
          async () => intoOverSsh('deploy', { sshPrivateKey: privateKey }),
          /not authorized to write to owner\/deploy/,
          /The token, or the key, may not write to the target\. Give the owner write access/,
        );
      });
    });
  });

  gitea.describe('from it', () => {
    const NAMES = Array.from({ length: 30 }, (_, index) => [`release/${index}`, `topic/${index}`]).flat();
    const AT_HOME = ['refs/heads/main', ...NAMES.map((name) => `refs/heads/${name}`), 'refs/tags/v1'];
    let target: TestRepository;
    let readToken: string;

    beforeAll(async () => {
      const origin = TestRepository.create(scratch.join('origin.git'));
      const tip = origin.commits(2);
      origin.set(Object.fromEntries(AT_HOME.map((ref) => [ref, tip])));
      for (const [name, isPrivate] of [
        ['many', true],
        ['public', false],
      ] as const) {
        await server.createRepository(name, isPrivate);
        origin.git(['push', '--quiet', '--mirror', server.url(name).replace('://', `://user:${server.token}@`)]);
        await server.protectBranch(name, { rule_name: 'release/*' });
        await server.protectBranch(name, { rule_name: 'main' });
        await noticedAll(name);
      }
      readToken = await server.createToken(['read:repository']);
    }, START_MS);

    beforeEach(() => {
      target = TestRepository.create(scratch.join(`target-${repositories}.git`));
    });

    /** Waits until the API has every branch of the last push. */
    async function noticedAll(name: string): Promise<void> {
      const deadline = Date.now() + NOTICE_MS;
      const path = `/repos/${server.owner}/${name}/branches?limit=1`;
      while ((await server.api(path)).headers.get('x-total-count') !== String(NAMES.length + 1)) {
        if (Date.now() > deadline) throw new Error(`Gitea has not noticed the branches of ${name}`);
        await sleep(20);
      }
    }

    async function from(url: string, given: Given = {}): Promise<Run> {
      return run(url, target.path, { onlyProtectedBranches: 'true', sourceToken: readToken, ...given });
    }

    function expectProtectedOnes({ report }: Run): void {
      expect(report.last_error).toBeNull();
      expect(report.update_status).toBe('finished');
      expect(Object.keys(target.refs())).toEqual(AT_HOME.filter((ref) => !ref.includes('/topic/')).toSorted());
    }

    test('the protected branches come, by wildcards and over several pages, with a token that may only read', async () => {
      expectProtectedOnes(await from(server.url('many')));
    });

    test('the protected branches come in a job of its own, and where its name tells what it is', async () => {
      const environment = { GITHUB_SERVER_URL: server.root, GITHUB_REPOSITORY: 'owner/else', GITEA_ACTIONS: 'true' };
      expectProtectedOnes(await from(server.url('many'), { environment }));
      target.git(['update-ref', '-d', 'refs/heads/main']);
      expectProtectedOnes(await from(named('many'), byName()));
    });

    test('the protected branches of a public repository come without a token', async () => {
      expectProtectedOnes(await from(server.url('public'), { sourceToken: '' }));
    });

    test.each(['true', 'false'])(
      'nothing comes with a token for something else: what it needs is said, and no more (only protected: %s)',
      async (onlyProtectedBranches) => {
        const sourceToken = await server.createToken(['read:user']);

        const { report } = await from(named('many'), byName({ sourceToken, onlyProtectedBranches }));

        expect(target.refs()).toEqual({});
        expect(report.last_error).toMatch(/HTTP 403/);
        expect(report.last_error).toContain('PUSH_MIRROR_SOURCE_TOKEN');
        expect(report.last_error).not.toContain('write');
      },
    );

    test('nothing comes where the token may not see the repository', async () => {
      const sourceToken = await server.createUser('outsider');

      const { report } = await from(server.url('many'), { sourceToken });

      expect(target.refs()).toEqual({});
      expect(report.last_error).toMatch(/HTTP 404/);
      expect(report.last_error).toContain('PUSH_MIRROR_SOURCE_TOKEN');
    });

    test('nothing comes with a wrong token', async () => {
      const { report } = await from(server.url('public'), { sourceToken: '0123456789'.repeat(4) });

      expect(target.refs()).toEqual({});
      expect(report.last_error).toMatch(/HTTP 401/);
      expect(report.last_error).toContain('PUSH_MIRROR_SOURCE_TOKEN');
    });

    test('everything comes over SSH', async () => {
      const ssh = { sshPrivateKey: sshKey, sshKnownHosts: server.knownHosts };

      const { report } = await run(server.sshUrl('many'), target.path, ssh);

      expect(report.last_error).toBeNull();
      expect(Object.keys(target.refs())).toEqual(AT_HOME.toSorted());
    });
  });
});
