import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import type { ListReport } from '../../src/report/run-report.js';
import type { MirrorEntry } from '../../src/list/schema.js';
import { written } from '../canary.js';
import { CommandProcess, until } from '../command-process.js';
import { isolatedGit, Scratch, TestRepository } from '../repositories/git.js';
import { needed } from '../requires.js';
import { runBundle, type Ended } from '../run.js';
import { runStep, type Step as PlainStep } from '../runners/action-step.js';
import { before, first, firstOf, silent, type Choice } from '../servers/faults.js';
import { freePort } from '../servers/free-port.js';
import { GitHttpServer, type SeenRequest } from '../servers/git-http-server.js';
import { SshServer } from '../servers/ssh-server.js';

const LIMIT_MS = 40_000;
const TOKEN = 'canary+mirrors/token=with%percent';
const WRONG_TOKEN = 'another+token/which=is%wrong';
const JOB_TOKEN = 'ghs_job-token-of-this-run';
const MAIN = 'refs/heads/main';
const FEATURE = 'refs/heads/feature';
const DONE = 'refs/heads/done';
const TAG = 'refs/tags/v1';

const sshd = needed('sshd');

let scratch: Scratch;
let source: TestRepository;
/** What every target has at first. */
let old: Readonly<Record<string, string>>;
/** The servers of the source and of the targets. */
let from: GitHttpServer;
let to: GitHttpServer;
const open: { stop(): Promise<unknown> }[] = [];

beforeEach(async () => {
  scratch = new Scratch();
  for (const folder of ['from', 'to', 'temp']) mkdirSync(scratch.join(folder));
  source = TestRepository.create(scratch.join('from', 'source.git'));
  const begin = source.commits(1);
  const base = source.commits(2, begin);
  const template = TestRepository.create(scratch.join('template.git'));
  source.set({ [MAIN]: base });
  template.copyFrom(source);
  template.set({ [DONE]: begin });
  old = template.refs();
  const tip = source.commits(2, base);
  source.set({ [MAIN]: tip, [FEATURE]: source.commit([tip]), [TAG]: source.tagObject('v1', tip) });
  from = await serve('from');
  to = await serve('to');
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.stop()));
  scratch.remove();
});

async function serve(folder: string): Promise<GitHttpServer> {
  const server = await GitHttpServer.start(scratch.join(folder));
  open.push(server);
  return server;
}

/** Makes a target that is behind the source. */
function target(name: string): TestRepository {
  cpSync(scratch.join('template.git'), scratch.join('to', `${name}.git`), { recursive: true });
  return TestRepository.at(scratch.join('to', `${name}.git`));
}

/** Makes so many targets, `t01` and so on. */
function targets(count: number): { readonly name: string; readonly repository: TestRepository }[] {
  return Array.from({ length: count }, (_one, index) => {
    const name = `t${String(index + 1).padStart(2, '0')}`;
    return { name, repository: target(name) };
  });
}

const entry = (name: string, more: Partial<MirrorEntry> = {}): MirrorEntry => ({
  url: to.url(`${name}.git`),
  name,
  ...more,
});

function writeList(entries: readonly MirrorEntry[]): string {
  writeFileSync(scratch.join('mirrors.yml'), stringify(entries));
  return 'mirrors.yml';
}

interface Run extends Ended {
  readonly report: ListReport;
  /** What it left in the temporary folder. */
  readonly left: readonly string[];
}

/** Runs the command on a list, with a temporary folder of its own. */
async function mirror(
  entries: readonly MirrorEntry[],
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
  url = from.url('source.git'),
): Promise<Run> {
  const all = ['--mirrors', writeList(entries), '--report', 'report.json', ...args, url];
  const ended = await runBundle('cli', all, { TMPDIR: scratch.join('temp'), ...environment }, { folder: scratch.path });
  if (!existsSync(scratch.join('report.json'))) throw new Error(`no report was written: ${ended.stderr}`);
  const report = JSON.parse(readFileSync(scratch.join('report.json'), 'utf8')) as ListReport;
  return { ...ended, report, left: readdirSync(scratch.join('temp')) };
}

const statuses = ({ report }: Pick<Run, 'report'>): Record<string, string> =>
  Object.fromEntries(report.mirrors.map(({ name, update_status: status }) => [name, status]));

const errorOf = ({ report }: Pick<Run, 'report'>, name: string): string =>
  report.mirrors.find((one) => one.name === name)?.last_error ?? '';

/** The questions of one kind that the source's server was asked. */
const asked = (words: string): SeenRequest[] => from.requests.filter(({ body }) => body.includes(words));
const advertised = (server: GitHttpServer): number =>
  server.requests.filter(({ path }) => path.includes('/info/refs')).length;
const pushes: Choice = ({ method, path }) => method === 'POST' && path.endsWith('/git-receive-pack');

/** A target as it should be. */
function expectEqual(repository: TestRepository): void {
  expect(repository.refs()).toEqual(source.refs());
  expect(repository.fsck()).toBe('');
}

function hook(repository: TestRepository, name: 'update' | 'pre-receive', script: string): void {
  writeFileSync(`${repository.path}/hooks/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

describe('twenty mirrors in one run, three of which fail, each in its own way', () => {
  const REASON = 'feature is closed today';

  async function run(): Promise<{ run: Run; all: ReturnType<typeof targets> }> {
    const all = targets(20);
    to.behaviour.credentials = `me:${TOKEN}`;
    hook(all[16]!.repository, 'update', `[ "$1" != ${FEATURE} ] || { echo "${REASON}" >&2; exit 1; }`);
    const port = await freePort();
    const entries = all.map(({ name }, index): MirrorEntry => {
      const signedIn = entry(name, { username: 'me', token_variable: 'MIRROR_TOKEN' });
      if (index === 4) return { ...signedIn, url: `http://127.0.0.1:${port}/${name}.git` };
      return index === 11 ? { ...signedIn, token_variable: 'OTHER_TOKEN' } : signedIn;
    });
    // Twenty mirrors take no more memory than one.
    const environment = { MIRROR_TOKEN: TOKEN, OTHER_TOKEN: WRONG_TOKEN, NODE_OPTIONS: '--max-old-space-size=200' };
    return { run: await mirror(entries, ['--dotenv', 'run.env'], environment), all };
  }

  test(
    'the others are as the source is; table, report, variables and exit code tell of all',
    async () => {
      const { run: ended, all } = await run();
      const { report, stdout } = ended;

      expect(ended.code).toBe(1);
      expect(ended.stderr).not.toMatch(/^\(node:|Warning: /m);
      for (const [index, { repository }] of all.entries()) {
        if (![4, 11, 16].includes(index)) expectEqual(repository);
      }
      const { [FEATURE]: _, ...allowed } = source.refs();
      expect([all[4], all[11], all[16]].map((one) => one?.repository.refs())).toEqual([old, old, allowed]);

      expect(report).toMatchObject({ update_status: 'failed', source_url: from.url('source.git'), disabled: [] });
      expect(report.mirrors.map(({ name }) => name)).toEqual(all.map(({ name }) => name));
      expect(Object.entries(statuses(ended)).filter(([, status]) => status === 'failed')).toEqual([
        ['t05', 'failed'],
        ['t12', 'failed'],
        ['t17', 'failed'],
      ]);
      expect(errorOf(ended, 't05')).toMatch(/the host refuses the connection/);
      expect(errorOf(ended, 't12')).toMatch(/HTTP 401/);
      expect(errorOf(ended, 't12')).toContain('`token_variable`');
      expect(errorOf(ended, 't17')).toBe(`Some refs were rejected: ${FEATURE}.`);
      expect(report.mirrors[16]?.refs.find(({ ref }) => ref === FEATURE)?.message).toContain(REASON);
      expect(report.last_error).toMatch(/^3 of 20 mirrors failed\. t05: .+ t12: .+ t17: /);

      const rows = stdout.trimEnd().split('\n').slice(-21);
      expect(rows.pop()).toBe('failed: 3 of 20 mirrors failed');
      expect(rows.map((row) => /^ {2}(finished|failed {2}) (t\d\d) {2}\S.* in \d+\.\d s$/.exec(row)?.slice(1))).toEqual(
        all.map(({ name }, index) => [[4, 11, 16].includes(index) ? 'failed  ' : 'finished', name]),
      );
      expect(rows[0]).toContain('2 created, 1 updated, 1 deleted');

      const variables = readFileSync(scratch.join('run.env'), 'utf8').split('\n');
      expect(variables).toEqual(
        expect.arrayContaining([
          'PUSH_MIRROR_STATUS=failed',
          'PUSH_MIRROR_CHANGED=true',
          `PUSH_MIRROR_CREATED_REFS=["${FEATURE}","${TAG}"]`,
          `PUSH_MIRROR_REJECTED_REFS=["${FEATURE}"]`,
          expect.stringMatching(/^PUSH_MIRROR_LAST_ERROR=3 of 20 mirrors failed\. t05: /),
        ]),
      );
      expect(ended.left).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    '--json prints the whole report, and nothing else, on stdout',
    async () => {
      targets(2);
      const ended = await mirror([entry('t01'), entry('t02')], ['--json']);

      expect(JSON.parse(ended.stdout)).toEqual(ended.report);
      expect(ended.stderr).toMatch(/^t01: finished\.$/m);
    },
    LIMIT_MS,
  );
});

describe('the source is read once for all', () => {
  test(
    'over HTTP: one advertisement, and one question for refs beside the confirmation of each mirror',
    async () => {
      const all = targets(20);
      const { code } = await mirror(all.map(({ name }) => entry(name)));

      expect(code).toBe(0);
      for (const { repository } of all) expectEqual(repository);
      expect(advertised(from)).toBe(1);
      expect(asked('command=ls-refs')).toHaveLength(1 + all.length);
      // The first asks for all refs, each confirmation for those that the mirror is to change.
      const whole = asked('command=ls-refs').filter(({ body }) => body.includes('ref-prefix HEAD'));
      expect(whole).toHaveLength(1);
    },
    LIMIT_MS,
  );

  test(
    'of mirrors that lack nothing not one asks again',
    async () => {
      const all = targets(6);
      for (const { repository } of all) repository.copyFrom(source);
      const { code, report } = await mirror(all.map(({ name }) => entry(name)));

      expect([code, report.mirrors.map(({ counts }) => counts.unchanged)]).toEqual([0, [3, 3, 3, 3, 3, 3]]);
      expect(from.requests).toHaveLength(2);
      expect(to.requests).toHaveLength(6);
    },
    LIMIT_MS,
  );

  test(
    'a source without protocol v2 is copied once',
    async () => {
      from.behaviour.protocolV2 = false;
      const all = targets(6);
      const { code, stderr, left } = await mirror(all.map(({ name }) => entry(name)));

      expect(code).toBe(0);
      for (const { repository } of all) expectEqual(repository);
      expect(asked('want ')).toHaveLength(1);
      expect(stderr.match(/copied to a temporary folder/g)).toHaveLength(1);
      // For all, for the copy, and for the confirmation of each.
      expect(advertised(from)).toBe(2 + all.length);
      expect(left).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'a folder, mirrored into folders',
    async () => {
      const all = targets(5);
      const entries = all.map(({ name, repository }): MirrorEntry => ({ url: repository.path, name }));
      const { code, left } = await mirror([...entries, { url: 'to/new.git' }], [], {}, source.path);

      expect([code, left]).toEqual([0, []]);
      for (const { repository } of all) expectEqual(repository);
      expectEqual(TestRepository.at(scratch.join('to', 'new.git')));
    },
    LIMIT_MS,
  );

  test.each([
    ['a token that is wrong', /HTTP 401/],
    ['a server that is down', /the host refuses the connection/],
  ])(
    'a source with %s: every mirror has failed, and says why',
    async (what, message) => {
      const all = targets(5);
      if (what.includes('token')) from.behaviour.credentials = `me:${TOKEN}`;
      const url = what.includes('token') ? from.url('source.git') : `http://127.0.0.1:${await freePort()}/source.git`;
      const run = await mirror(
        all.map(({ name }) => entry(name)),
        ['--max-parallel=5'],
        { PUSH_MIRROR_SOURCE_TOKEN: WRONG_TOKEN, PUSH_MIRROR_SOURCE_USERNAME: 'me' },
        url,
      );

      expect(run.code).toBe(1);
      expect(run.report.mirrors.map(({ last_error: error }) => error)).toEqual(
        all.map(() => expect.stringMatching(message)),
      );
      expect(run.report.last_error).toMatch(/^5 of 5 mirrors failed\./);
      for (const { repository } of all) expect(repository.refs()).toEqual(old);
    },
    LIMIT_MS,
  );

  test(
    'a source that stumbles once: all go on',
    async () => {
      const all = targets(5);
      from.behaviour.intercept = (request, response, seen) => {
        if (from.requests.length > 1 || seen.method !== 'GET') return false;
        request.socket.destroy();
        response.destroy();
        return true;
      };
      const { code } = await mirror(all.map(({ name }) => entry(name)));

      expect(code).toBe(0);
      for (const { repository } of all) expectEqual(repository);
    },
    LIMIT_MS,
  );
});

sshd.describe('over SSH', () => {
  async function start(acceptsProtocol: boolean): Promise<{ server: SshServer; environment: Record<string, string> }> {
    const server = await SshServer.start(scratch.join('sshd'), { sshd: sshd.path, acceptsProtocol });
    open.push(server);
    const { privateKey, knownHosts } = server;
    return {
      server,
      environment: { PUSH_MIRROR_SSH_PRIVATE_KEY: privateKey, PUSH_MIRROR_SSH_KNOWN_HOSTS: knownHosts },
    };
  }

  test.each([
    ['with protocol v2', true],
    ['without, copied once', false],
  ])(
    'a source %s, and targets over HTTP, over SSH and in a folder',
    async (_what, acceptsProtocol) => {
      const { server, environment } = await start(acceptsProtocol);
      const all = targets(3);
      const ways = [
        (name: string) => to.url(`${name}.git`),
        (name: string) => server.url(scratch.join('to', `${name}.git`)),
        (name: string) => scratch.join('to', `${name}.git`),
      ];
      const entries = all.map(({ name }, index): MirrorEntry => ({ url: ways[index % 3]!(name), name }));
      const ended = await mirror(entries, ['--max-parallel=2'], environment, server.url(source.path));

      expect([ended.code, ended.left]).toEqual([0, []]);
      for (const { repository } of all) expectEqual(repository);
      const copies = acceptsProtocol ? null : ['copied to a temporary folder'];
      expect(ended.stderr.match(/copied to a temporary folder/g)).toEqual(copies);
    },
    LIMIT_MS,
  );

  test(
    'mirrors whose ssh does not even begin do not hold up the others',
    async () => {
      const { server, environment } = await start(true);
      const [last] = targets(8).slice(-1);
      const long = 'x'.repeat(140_000);
      const entries = Array.from({ length: 7 }, (_one, index): MirrorEntry => ({
        url: `ssh://git@127.0.0.1/${index}${long}`,
        name: `t0${index + 1}`,
      }));
      const url = server.url(scratch.join('to', 't08.git'));
      const ended = await mirror([...entries, { url, name: 't08' }], ['--max-parallel=1'], environment);

      expect(Object.values(statuses(ended))).toEqual([...entries.map(() => 'failed'), 'finished']);
      expectEqual(last!.repository);
    },
    LIMIT_MS,
  );

  test(
    'a key of its own for one mirror, by the name of its variable; another key is refused for that one alone',
    async () => {
      const { server, environment } = await start(true);
      const all = targets(3);
      const other = await SshServer.start(scratch.join('other-sshd'), { sshd: sshd.path, acceptsProtocol: true });
      open.push(other);
      const url = (name: string): string => server.url(scratch.join('to', `${name}.git`));
      const entries: MirrorEntry[] = [
        {
          url: url('t01'),
          name: 't01',
          ssh_private_key_variable: 'DEPLOY_PRIVATE_KEY',
          ssh_known_hosts: server.knownHosts,
        },
        {
          url: url('t02'),
          name: 't02',
          ssh_private_key_variable: 'OTHER_PRIVATE_KEY',
          ssh_known_hosts: server.knownHosts,
        },
        {
          url: url('t03'),
          name: 't03',
          ssh_private_key_variable: 'DEPLOY_PRIVATE_KEY',
          ssh_known_hosts: other.knownHosts,
        },
      ];
      const keys = {
        DEPLOY_PRIVATE_KEY: environment.PUSH_MIRROR_SSH_PRIVATE_KEY ?? '',
        OTHER_PRIVATE_KEY: other.privateKey,
      };
      const ended = await mirror(entries, [], keys);

      expect(ended.code).toBe(1);
      expect(statuses(ended)).toEqual({ t01: 'finished', t02: 'failed', t03: 'failed' });
      expectEqual(all[0]!.repository);
      expect(errorOf(ended, 't02')).toContain('does not accept the key');
      expect(errorOf(ended, 't03')).toContain("the host's key is not known");
    },
    LIMIT_MS,
  );
});

describe('how many at the same time', () => {
  /** The most pushes, and the most mirrors at all, that the server had to do with at once. */
  async function most(
    parallel: string | undefined,
    count: number,
  ): Promise<{ code: number | null; pushes: number; mirrors: number }> {
    const all = targets(count);
    const now = new Map<string, number>();
    const seen = { pushes: 0, mirrors: 0 };
    let pushing = 0;
    const finished = (name: string): boolean => !now.has(name);
    to.behaviour.delayMs = 60;
    to.behaviour.intercept = (_request, response, request) => {
      const name = /\/(t\d\d)\.git\//.exec(request.path)?.[1] ?? '';
      if (!finished(name)) now.set(name, (now.get(name) ?? 0) + 1);
      else now.set(name, 1);
      seen.mirrors = Math.max(seen.mirrors, now.size);
      if (pushes(request)) {
        pushing += 1;
        seen.pushes = Math.max(seen.pushes, pushing);
      }
      response.once('close', () => {
        if (!pushes(request)) return;
        pushing -= 1;
        now.delete(name);
      });
      return false;
    };
    const args = parallel === undefined ? [] : [`--max-parallel=${parallel}`];
    const { code } = await mirror(
      all.map(({ name }) => entry(name)),
      args,
    );
    for (const { repository } of all) expectEqual(repository);
    return { code, ...seen };
  }

  test.each<[string | undefined, number, number]>([
    ['1', 3, 1],
    ['3', 7, 3],
    [undefined, 8, 4],
    ['20', 14, 14],
  ])(
    'max-parallel %s, of %i mirrors: %i',
    async (parallel, count, limit) => {
      const seen = await most(parallel, count);

      expect(seen.code).toBe(0);
      expect(seen.mirrors).toBe(limit);
      expect(seen.pushes).toBeLessThanOrEqual(limit);
      expect(seen.pushes).toBeGreaterThan(limit === 1 ? 0 : 1);
    },
    LIMIT_MS,
  );
});

describe('the source moves while the mirrors run', () => {
  /** What a later run of another job would bring everywhere. */
  function move(): Record<string, string> {
    const refs = source.refs();
    const tip = source.commits(2, refs[MAIN]);
    source.set({ [MAIN]: tip, [FEATURE]: null, 'refs/heads/next': source.commit([tip]) });
    return source.refs();
  }

  test(
    'nobody is taken back: what a newer run has brought further stays',
    async () => {
      const all = targets(20);
      const before_ = source.refs();
      let after: Record<string, string> = {};
      const behind = all.slice(0, 10);
      const ahead = all.slice(10);
      to.behaviour.intercept = before(firstOf(1, pushes), () => {
        after = move();
        for (const { repository } of ahead) {
          repository.copyFrom(source);
          repository.set({ [DONE]: null });
        }
      });
      const { code, report } = await mirror(
        all.map(({ name }) => entry(name)),
        ['--max-parallel=6'],
      );

      expect([code, report.last_error]).toEqual([0, null]);
      expect(after[MAIN]).not.toBe(before_[MAIN]);
      for (const { repository } of ahead) expect(repository.refs()).toEqual(after);
      for (const { repository } of behind) {
        // Who was asked to push before the move may have got what the source was then, and nothing in between.
        expect([before_[MAIN], after[MAIN]]).toContain(repository.refs()[MAIN]);
        expect(repository.fsck()).toBe('');
      }
      const moved = behind.filter(({ repository }) => repository.refs()[MAIN] === after[MAIN]);
      expect(moved.length).toBeGreaterThanOrEqual(4);
      for (const { repository } of moved)
        expect(repository.refs()).toMatchObject({ 'refs/heads/next': after['refs/heads/next'] });
    },
    LIMIT_MS,
  );

  test(
    'what was fetched before is gone from the source: read again, and brought to what it is now',
    async () => {
      const all = targets(4);
      // The tips that were read are no longer reachable, and the server gives only what its refs point to.
      to.behaviour.intercept = before(firstOf(1, pushes), () => {
        source.set({ [MAIN]: source.commit([old[MAIN] ?? '']), [FEATURE]: null, [TAG]: null });
      });
      const { code, report } = await mirror(
        all.map(({ name }) => entry(name)),
        ['--max-parallel=2'],
      );

      expect([code, report.last_error]).toEqual([0, null]);
      for (const { repository } of all.slice(2)) expect(repository.refs()).toEqual(source.refs());
    },
    LIMIT_MS,
  );

  test(
    'a copied source moves: each mirror ends at one state or the other, none in between',
    async () => {
      from.behaviour.protocolV2 = false;
      const all = targets(5);
      const was = source.refs();
      let after: Record<string, string> = {};
      to.behaviour.intercept = before(firstOf(1, pushes), () => (after = move()));
      const { code, left } = await mirror(
        all.map(({ name }) => entry(name)),
        ['--max-parallel=2'],
      );

      expect([code, left]).toEqual([0, []]);
      for (const { repository } of all) {
        expect([was[MAIN], after[MAIN]]).toContain(repository.refs()[MAIN]);
        expect(repository.fsck()).toBe('');
      }
      for (const { repository } of all.slice(2)) expect(repository.refs()[MAIN]).toBe(after[MAIN]);
    },
    LIMIT_MS,
  );
});

describe('a signal', () => {
  test.each([
    ['a source with protocol v2', true],
    ['a source that was copied', false],
  ])(
    'ends all mirrors, and leaves nothing behind: %s',
    async (_what, protocolV2) => {
      from.behaviour.protocolV2 = protocolV2;
      const all = targets(12);
      const stuck = new Set<string>();
      to.behaviour.intercept = first(
        before(pushes, () => undefined),
        silent((seen) => pushes(seen) && !seen.path.includes('/t01.') && stuck.add(seen.path).size > 0),
      );
      const list = writeList(all.map(({ name }) => entry(name)));
      const child = new CommandProcess(
        ['--mirrors', scratch.join(list), '--report', scratch.join('report.json'), from.url('source.git')],
        { TMPDIR: scratch.join('temp') },
      );
      await until(() => stuck.size >= 4, 20_000);
      const at = Date.now();
      child.signal('SIGTERM');
      const { code, stdout } = await child.ended;

      expect(code).toBe(1);
      expect(Date.now() - at).toBeLessThan(5000);
      const report = JSON.parse(readFileSync(scratch.join('report.json'), 'utf8')) as ListReport;
      expect(statuses({ report })).toEqual(
        Object.fromEntries(all.map(({ name }) => [name, name === 't01' ? 'finished' : 'failed'])),
      );
      for (const { name } of all.slice(1))
        expect(errorOf({ report }, name)).toMatch(/^The mirror was stopped by SIGTERM\./);
      expect(stdout).toMatch(/^failed: 11 of 12 mirrors failed$/m);
      expect(readdirSync(scratch.join('temp'))).toEqual([]);
      for (const { repository } of all.slice(1)) expect(repository.refs()).toEqual(old);
      // Of those that had not begun nobody was asked any more.
      expect(stuck.size).toBe(4);
    },
    LIMIT_MS,
  );
});

describe('each mirror has its own selection and policy', () => {
  test(
    'branches, tags, expressions, pruning, divergence',
    async () => {
      const tip = source.refs()[MAIN] ?? '';
      source.set({ 'refs/heads/release/1': tip, 'refs/heads/wip': source.commit([tip]), 'refs/tags/x': tip });
      const all = source.refs();
      const only = (...names: readonly string[]): Record<string, string> =>
        Object.fromEntries(names.map((name) => [name, all[name] ?? '']));
      const names = ['all', 'patterns', 'regex', 'notags', 'never', 'always', 'keep', 'defaults'];
      for (const name of names) target(name);
      const own = TestRepository.at(scratch.join('to', 'keep.git'));
      const theirs = own.commit([old[MAIN] ?? '']);
      own.set({ [MAIN]: theirs });
      TestRepository.at(scratch.join('to', 'always.git')).set({
        'refs/heads/extra': TestRepository.at(scratch.join('to', 'always.git')).commit(),
      });
      const ended = await mirror(
        [
          entry('all', { branches: [], tags: [] }),
          entry('patterns', { branches: ['main', 'release/*', '!wip'], tags: ['v*'] }),
          entry('regex', { mirror_branch_regex: '^(main|wip)$', tags: ['!*'] }),
          entry('notags', { tags: ['!*'], branches: [] }),
          entry('never', { prune: 'never', branches: [], tags: [] }),
          entry('always', { prune: 'always', branches: [], tags: [] }),
          entry('keep', { keep_divergent_refs: true, branches: [], tags: [] }),
          entry('defaults'),
          entry('off', { enabled: false }),
        ],
        ['--branch=main', '--tag=x'],
      );

      const got = Object.fromEntries(
        names.map((name) => [name, TestRepository.at(scratch.join('to', `${name}.git`)).refs()]),
      );
      expect(got).toEqual({
        all,
        patterns: { ...only(MAIN, 'refs/heads/release/1', TAG), [DONE]: old[DONE] },
        regex: { ...only(MAIN, 'refs/heads/wip'), [DONE]: old[DONE] },
        notags: only(MAIN, FEATURE, 'refs/heads/release/1', 'refs/heads/wip'),
        never: { ...all, [DONE]: old[DONE] },
        always: all,
        keep: { ...all, [MAIN]: theirs, [DONE]: old[DONE] },
        defaults: { ...only(MAIN, 'refs/tags/x'), [DONE]: old[DONE] },
      });
      expect(ended.code).toBe(1);
      expect(statuses(ended)).toEqual({
        ...Object.fromEntries(names.map((name) => [name, 'finished'])),
        keep: 'failed',
      });
      expect(ended.report.disabled).toEqual(['off']);
      expect(ended.report.mirrors.map((one) => [one.name, one.keep_divergent_refs, one.mirror_branch_regex])).toEqual(
        names.map((name) => [name, name === 'keep', name === 'regex' ? '^(main|wip)$' : null]),
      );
      expect(ended.stdout).toMatch(/^ {2}disabled off$/m);
    },
    LIMIT_MS,
  );

  test(
    'a list of mirrors that are all switched off: nothing is asked, and all is well',
    async () => {
      const { code, report, stdout } = await mirror([entry('a', { enabled: false })]);

      expect([code, stdout]).toEqual([0, expect.stringMatching(/^ {2}disabled a\nfinished: no mirror is enabled\n$/)]);
      expect(report).toMatchObject({
        update_status: 'finished',
        source_url: from.url('source.git'),
        mirrors: [],
        disabled: ['a'],
      });
      expect([from.requests, to.requests]).toEqual([[], []]);
    },
    LIMIT_MS,
  );

  test(
    'the source itself among the mirrors: refused, and the others are made',
    async () => {
      const one = target('one');
      const ended = await mirror([{ url: from.url('source.git'), name: 'itself' }, entry('one')]);

      expect([ended.code, statuses(ended)]).toEqual([1, { itself: 'failed', one: 'finished' }]);
      expect(errorOf(ended, 'itself')).toContain('same repository');
      expectEqual(one);
    },
    LIMIT_MS,
  );
});

describe('the command', () => {
  const cli = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    runBundle('cli', args, environment, { folder: scratch.path });

  test('a list that is wrong: every mistake, exit code 2, and nobody is asked', async () => {
    target('t01');
    writeFileSync(
      scratch.join('mirrors.yml'),
      [
        `- url: ${to.url('t01.git')}`,
        '  prune: all',
        '- name: b',
        `- url: ${to.url('t01.git')}`,
        '  token_variable: MISSING',
        '',
      ].join('\n'),
    );
    const ended = await cli(['--mirrors=mirrors.yml', '--max-parallel=0', '--nonsense', from.url('source.git')]);

    expect([ended.code, ended.stdout]).toEqual([2, '']);
    expect(ended.stderr.trimEnd().split('\n')).toEqual([
      'push-mirror: --nonsense is not an option: see push-mirror --help.',
      'push-mirror: --max-parallel is "0"; allowed are whole numbers from 1 to 20.',
      'push-mirror: mirrors.yml, line 2, column 10: `prune` is "all"; allowed are merged, never, always.',
      'push-mirror: mirrors.yml, line 3, column 3: the mirror has no `url`.',
    ]);
    expect([from.requests, to.requests]).toEqual([[], []]);
  });

  test.each([
    ['a file that is not there', 'nowhere.yml'],
    ['a folder', 'to'],
  ])('%s: a sentence, and exit code 2', async (_what, path) => {
    const { code, stderr } = await cli(['--mirrors', path, from.url('source.git')]);

    expect([code, stderr]).toEqual([
      2,
      `push-mirror: --mirrors is "${path}", which is neither a file nor a list of mirrors.\n`,
    ]);
  });

  test('a list from a pipe, which can be read only once', async () => {
    const one = target('t01');
    writeList([entry('t01')]);
    const words = 'exec "$1" "$2" --mirrors <(cat mirrors.yml) "$3"';
    const args = ['-c', words, 'bash', process.execPath, resolve('dist/cli/index.js'), from.url('source.git')];
    await promisify(execFile)('bash', args, { cwd: scratch.path, env: isolatedGit() });

    expectEqual(one);
  });

  test.each(['--report', '--dotenv'])('%s in a folder that is not there: a sentence', async (option) => {
    const one = target('t01');
    const list = writeList([entry('t01')]);
    const ended = await cli([`--mirrors=${list}`, `${option}=nowhere/file`, from.url('source.git')]);

    expect(ended).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `push-mirror: ${option} is "nowhere/file", which cannot be written: it or its folder does not exist. Give a path where a file can be written.\n`,
    });
    expect(one.refs()).toEqual(old);
  });

  test('what a run before this one left in the files is gone, even if the list is wrong', async () => {
    const files = ['--report=report.json', '--dotenv=run.env'];
    for (const name of ['report.json', 'run.env']) writeFileSync(scratch.join(name), 'PUSH_MIRROR_STATUS=finished\n');
    const { code } = await cli(['--mirrors=nowhere.yml', ...files, from.url('source.git')]);

    expect([code, existsSync(scratch.join('report.json'))]).toEqual([2, false]);
    expect(readFileSync(scratch.join('run.env'), 'utf8')).toMatch(/^PUSH_MIRROR_STATUS=failed$/m);
  });
});

describe('what nobody may see', () => {
  const SAID = written(TOKEN).map((form) => `cat <<'END' >&2\nit is ${form} and so on\nEND`);

  test.each(['command', 'action'] as const)(
    'a token of a variable that a server repeats, by the %s',
    async (door) => {
      to.behaviour.credentials = `me:${TOKEN}`;
      hook(target('t01'), 'pre-receive', `${SAID.join('\n')}\nexit 1`);
      target('t02');
      const signedIn = { username: 'me', token_variable: 'MIRROR_TOKEN' };
      const entries = [entry('t01', { ...signedIn, name: `the mirror ${TOKEN}` }), entry('t02', signedIn)];
      const given = { MIRROR_TOKEN: TOKEN };
      const ended =
        door === 'command'
          ? await mirror(entries, ['--verbose', '--dotenv=run.env'], given)
          : await step({ 'source-url': from.url('source.git'), mirrors: stringify(entries) }, given);

      // runBundle itself looks for the token in all that is shown.
      expect(ended.code).toBe(1);
      expect(ended.stdout + ended.stderr).toContain('it is ***** and so on');
      const files = ['report.json', 'run.env', ...readdirSync(scratch.join('temp')).map((name) => `temp/${name}`)];
      const told = files
        .filter((name) => existsSync(scratch.join(name)))
        .map((name) => readFileSync(scratch.join(name), 'utf8'))
        .join('\n');
      expect(told).toContain('the mirror *****');
      expect(written(TOKEN).filter((form) => told.includes(form))).toEqual([]);
    },
    LIMIT_MS,
  );

  test('the runner is told of each secret before anything else, also of an indented list', async () => {
    target('t01');
    const entries = [
      entry('t01', { token_variable: 'A_TOKEN' }),
      entry('t02', { token_variable: 'B_TOKEN', enabled: false }),
    ];
    const indented = `\n${stringify(entries).replaceAll(/^(?=.)/gm, '    ')}`;
    const { stdout } = await step(
      { 'source-url': from.url('source.git'), mirrors: indented },
      { A_TOKEN: TOKEN, B_TOKEN: WRONG_TOKEN },
    );
    const lines = stdout.split('\n');
    const masks = lines.filter((line) => line.startsWith('::add-mask::'));

    expect(lines.slice(0, masks.length)).toEqual(masks);
    expect(masks.toSorted()).toEqual(
      [WRONG_TOKEN, TOKEN].map((secret) => `::add-mask::${secret.replace('%', '%25')}`).toSorted(),
    );
  });

  test.each([
    ['a list of URLs', (url: string) => `- ${url}\n`],
    ['a URL alone', (url: string) => url],
    ['a list that is no YAML', (url: string) => `- name: x\n\turl: ${url}\n`],
    [
      'a token in place of its variable',
      () => `- url: /srv/x.git\n  token_variable: ghp_0123456789abcdefghijklmnopqrstuvwxyz\n`,
    ],
  ])('what stands in a list that is wrong: %s', async (_what, list) => {
    const secret = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
    const text = list(`https://me:${secret}@host.example/x.git`);
    writeFileSync(scratch.join('mirrors.yml'), text);
    const ended = [
      await runBundle('cli', ['--mirrors', text, source.path], {}, { folder: scratch.path }),
      await step({ 'source-url': source.path, mirrors: 'mirrors.yml' }),
    ];

    for (const { code, stdout, stderr } of ended) {
      expect(code).not.toBe(0);
      expect((stdout + stderr).replace(/^::add-mask::.*$/gm, '')).not.toContain(secret);
    }
  });
});

interface Step extends PlainStep {
  readonly report: ListReport | undefined;
}

async function step(
  inputs: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Step> {
  const ended = await runStep(scratch.path, inputs, environment);
  const { report: path } = ended.outputs;
  return { ...ended, report: path === undefined ? undefined : (JSON.parse(readFileSync(path, 'utf8')) as ListReport) };
}

/** The workflow commands among the lines, as the runner finds them: also behind spaces. */
const commandsOf = ({ stdout }: Ended): string[] =>
  stdout.split('\n').filter((line) => /^\s*::(?!debug::)[a-z-]+[ :]/.test(line));

describe('the action', () => {
  const local = (list: string): Record<string, string> => ({ 'source-url': source.path, mirrors: list });

  test.each(['inline', 'in a file'])(
    'a list %s: outputs, report, summary and annotations are of all mirrors',
    async (where) => {
      const [one, two] = [target('one'), target('two')];
      hook(two, 'update', `[ "$1" != ${FEATURE} ] || { echo closed >&2; exit 1; }`);
      const entries = [
        entry('one', { name: 'The first' }),
        entry('two', { name: 'The second' }),
        entry('off', { enabled: false }),
      ];
      const list = where === 'inline' ? stringify(entries) : writeList(entries);
      const ended = await step(local(list));

      expectEqual(one);
      expect(ended.code).toBe(1);
      expect(ended.outputs).toEqual({
        status: 'failed',
        changed: 'true',
        'created-refs': JSON.stringify([FEATURE, TAG]),
        'updated-refs': JSON.stringify([MAIN]),
        'deleted-refs': JSON.stringify([DONE]),
        'divergent-refs': '[]',
        'rejected-refs': JSON.stringify([FEATURE]),
        'last-error': `1 of 2 mirrors failed. The second: Some refs were rejected: ${FEATURE}.`,
        'last-error-code': 'mirrors-failed',
        report: expect.stringMatching(/\/temp\/.*\.json$/),
      });
      expect(ended.report).toMatchObject({
        update_status: 'failed',
        mirrors: [
          { name: 'The first', update_status: 'finished' },
          { name: 'The second', update_status: 'failed', last_error_code: 'refs-rejected' },
        ],
        disabled: ['off'],
      });
      expect(ended.summary).toMatch(/^### ❌ 1 of 2 mirrors failed\n/);
      expect(ended.summary.indexOf('The second')).toBeGreaterThan(0);
      expect(ended.summary.indexOf('The second')).toBeLessThan(ended.summary.indexOf('The first'));
      const commands = commandsOf(ended);
      expect(commands).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^::error title=push-mirror%3A The second%3A refs\/heads\/feature rejected::.*closed/),
          expect.stringMatching(/^::notice title=push-mirror%3A The first::2 created, 1 updated, 1 deleted/),
          expect.stringMatching(/^::error::1 of 2 mirrors failed\. The second: /),
        ]),
      );
      expect(commands).toHaveLength(3);
    },
    LIMIT_MS,
  );

  test('a list that is wrong: an annotation for each mistake, and the outputs', async () => {
    const ended = await step(local('- url: a\n  prune: all\n- name: b\n'));

    expect(ended.code).not.toBe(0);
    expect(ended.outputs).toMatchObject({ status: 'failed', changed: 'false', 'created-refs': '[]' });
    expect(commandsOf(ended).slice(0, 2)).toEqual([
      '::error title=push-mirror%3A configuration::`mirrors`, line 2, column 10: `prune` is "all"; allowed are merged, never, always.',
      '::error title=push-mirror%3A configuration::`mirrors`, line 3, column 3: the mirror has no `url`.',
    ]);
  });

  test('names with workflow commands, escapes and Markdown in them stay names', async () => {
    const names = [
      '::error::from a name',
      '::add-mask::finished',
      '##[error]from a name',
      'a\n::error::in a second line',
      '\u001b[31mred',
      '| <img src=x onerror=alert(1)> | **bold** [x](https://evil.example)',
      '%0A::error::x',
    ];
    const folders = names.map((name, index) => ({ name, folder: target(`h${index}`).path }));
    const entries = [
      ...folders.map(({ name, folder }): MirrorEntry => ({ url: folder, name })),
      { url: scratch.join('nowhere', 'deep'), name: '::error::switched off', enabled: false },
    ];
    const ended = await step(local(stringify(entries)));

    expect(ended.code).toBe(0);
    expect(commandsOf(ended).filter((line) => !/^::notice title=push-mirror%3A [^:]*::2 created/.test(line))).toEqual(
      [],
    );
    // What a command says is no command any more.
    expect(ended.stdout.replace(/^::.*$/gm, '')).not.toMatch(/\u001b|##\[/);
    expect(ended.summary).not.toMatch(/<img|\*\*bold|\]\(https:\/\/evil/);
    expect(ended.summary).not.toContain('\u001b');
    expect(ended.report?.mirrors).toHaveLength(names.length);
  });

  const FORK = { GITHUB_EVENT_PATH: 'event.json' };

  test.each([
    ['with a token that is not there', { token_variable: 'MIRROR_TOKEN' }, {}],
    ['with a token that is empty', { token_variable: 'MIRROR_TOKEN' }, { MIRROR_TOKEN: '' }],
  ])('in a fork, %s: skipped, though the job has a token of its own', async (_what, more, environment) => {
    target('one');
    writeFileSync(scratch.join('event.json'), JSON.stringify({ repository: { fork: true } }));
    const ended = await step(
      { mirrors: stringify([entry('one', more)]), 'job-token': JOB_TOKEN },
      { GITHUB_EVENT_PATH: scratch.join(FORK.GITHUB_EVENT_PATH), ...environment },
    );

    expect([ended.code, ended.outputs.status]).toEqual([0, 'skipped']);
    expect(commandsOf(ended).filter((line) => line.startsWith('::notice'))).toEqual([
      expect.stringContaining('this is a fork, which does not have the secrets of its parent'),
    ]);
    expect(to.requests).toEqual([]);
  });

  test('in a fork that has set the secrets: mirrored', async () => {
    const one = target('one');
    to.behaviour.credentials = `me:${TOKEN}`;
    writeFileSync(scratch.join('event.json'), JSON.stringify({ repository: { fork: true } }));
    const ended = await step(
      {
        ...local(stringify([entry('one', { username: 'me', token_variable: 'MIRROR_TOKEN' })])),
        'job-token': JOB_TOKEN,
      },
      { GITHUB_EVENT_PATH: scratch.join(FORK.GITHUB_EVENT_PATH), MIRROR_TOKEN: TOKEN },
    );

    expect([ended.code, ended.outputs.status]).toEqual([0, 'finished']);
    expectEqual(one);
  });

  test('in a fork, into a folder: mirrored, because no secret is needed', async () => {
    const one = target('one');
    writeFileSync(scratch.join('event.json'), JSON.stringify({ repository: { fork: true } }));
    const ended = await step(local(stringify([{ url: one.path }])), { GITHUB_EVENT_PATH: scratch.join('event.json') });

    expect([ended.code, ended.outputs.status]).toEqual([0, 'finished']);
    expectEqual(one);
  });
});
