import { spawn } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { ConfigurationError, mirror, type MirrorOptions, type Report } from '../../src/library.js';
import { isolatedGit, Scratch, TestRepository } from '../repositories/git.js';
import { ForwardProxy } from '../servers/forward-proxy.js';
import { GitHttpServer } from '../servers/git-http-server.js';

const REFS = { 'refs/heads/main': 'created' };

let scratch: Scratch;
let source: TestRepository;

beforeEach(() => {
  scratch = new Scratch();
  source = TestRepository.create(scratch.join('source.git'));
  source.set({ 'refs/heads/main': source.commits(2) });
});

afterEach(() => scratch.remove());

async function mirrored(given: Partial<MirrorOptions> = {}): Promise<Report> {
  return mirror({ source: source.path, target: scratch.join('target.git'), environment: isolatedGit(), ...given });
}

function outcomes({ refs }: Report): Record<string, string> {
  return Object.fromEntries(refs.map(({ ref, outcome }) => [ref, outcome]));
}

describe('a signal', () => {
  const reasons: readonly [what: string, signal: () => AbortSignal, told: string][] = [
    ['without a reason', () => AbortSignal.abort(), 'stopped (This operation was aborted)'],
    ['with an error', () => AbortSignal.abort(new Error('the job\nis over.')), 'stopped (the job\\x0ais over)'],
    ['with what goes on from "was"', () => AbortSignal.abort(new Error('stopped by SIGTERM')), 'stopped by SIGTERM'],
    ['with a text', () => AbortSignal.abort('text'), 'stopped (text)'],
    ['with anything else', () => AbortSignal.abort({ text: 'text' }), 'stopped'],
  ];

  test.each(reasons)('that was aborted before, %s, is told in the report', async (_what, signal, told) => {
    const report = await mirrored({ signal: signal() });

    expect(report).toMatchObject({
      update_status: 'failed',
      last_error: `The mirror was ${told}. Run it again: the next run continues where this run stopped.`,
      last_error_code: 'stopped',
      refs: [],
    });
  });

  test('that is aborted on the way stops the mirror, and the next run goes on', async () => {
    const server = await GitHttpServer.start(scratch.path);
    const stop = new AbortController();
    server.behaviour.intercept = () => {
      stop.abort('enough');
      return false;
    };
    const stopped = await mirrored({ source: server.url('source.git'), signal: stop.signal });
    await server.stop();
    const next = await mirrored();

    expect(stopped.last_error).toMatch(/^The mirror was stopped \(enough\)\. /);
    expect([next.last_error, outcomes(next)]).toEqual([null, REFS]);
  });

  test('that serves many runs has no listeners of theirs', async () => {
    const { signal } = new AbortController();
    const server = await GitHttpServer.start(scratch.path);
    const ends: (string | null)[] = [];
    for (const end of [source.path, server.url('source.git')]) {
      const report = await mirrored({ source: end, target: scratch.join(`${ends.length}.git`), signal });
      ends.push(report.last_error);
    }
    await server.stop();

    expect(ends).toEqual([null, null]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('makes no warning of Node.js, however many mirrors are made with it', async () => {
    const { stdout, stderr } = await node(`
      import { getEventListeners } from 'node:events';
      import { mirror } from ${JSON.stringify(resolve('dist/lib/index.js'))};
      const { signal } = new AbortController();
      const made = (name) => mirror({ source: ${JSON.stringify(source.path)}, target: name + '.git', signal });
      const reports = await Promise.all(Array.from({ length: 12 }, (_, number) => made('beside-' + number)));
      for (let number = 0; number < 12; number += 1) reports.push(await made('after-' + number));
      const failures = reports.flatMap((report) => report.last_error ?? []);
      console.log(JSON.stringify({ runs: reports.length, failures, left: getEventListeners(signal, 'abort').length }));
    `);

    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ runs: 24, failures: [], left: 0 });
  });

  /** Runs a module with Node.js, as users do: with the classes of one realm, and its warnings. */
  async function node(code: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: scratch.path,
      env: isolatedGit(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    return new Promise((settle) => child.once('close', () => settle({ stdout, stderr })));
  }
});

describe('options that are wrong', () => {
  async function problemsOf(options: unknown): Promise<readonly string[]> {
    const thrown = await mirror(options as MirrorOptions).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ConfigurationError);
    return (thrown as ConfigurationError).problems;
  }

  test.each([
    ['nothing', undefined],
    ['a text', 'source'],
    ['a list', []],
  ])('%s instead of options is refused', async (_what, options) => {
    expect(await problemsOf(options)).toEqual(['The options must be an object.']);
  });

  test('both ends are needed', async () => {
    expect(await problemsOf({})).toEqual([
      'target (`target-url`) is missing: give a URL or a path.',
      'source (`source-url`) is missing: give a URL or a path.',
    ]);
  });

  test.each([
    ['dryrun', '"dryrun" is not an option: did you mean dryRun?'],
    ['keep-divergent-refs', '"keep-divergent-refs" is not an option: did you mean keepDivergentRefs?'],
    ['token', '"token" is not an option: did you mean targetToken?'],
    ['colour', '"colour" is not an option.'],
    ['\u001b[31m', '"\\x1b[31m" is not an option.'],
  ])('an option that is none is not passed over: %j', async (name, sentence) => {
    const ends = { source: source.path, target: scratch.join('target.git') };

    expect(await problemsOf({ ...ends, [name]: true })).toEqual([sentence]);
  });

  test('all types are checked at once, and no value is shown', async () => {
    const problems = await problemsOf({
      source: 7,
      target: null,
      targetToken: 12345678,
      sourceToken: ['ghp_secret'],
      branches: 'main',
      tags: ['v*', 7],
      pushOptions: {},
      timeout: '5',
      dryRun: 'yes',
      check: 1,
      prune: true,
      signal: new AbortController(),
      onLine: 'console',
      environment: { HTTPS_PROXY: 7 },
    });

    expect(problems).toEqual([
      'target (`target-url`) must be a string.',
      'targetToken (`token`) must be a string.',
      'branches must be an array of strings, none of them empty.',
      'tags must be an array of strings, none of them empty.',
      'prune must be a string.',
      'dryRun (`dry-run`) must be true or false.',
      'check must be true or false.',
      'pushOptions (`push-options`) must be an array of strings.',
      'source (`source-url`) must be a string.',
      'sourceToken (`source-token`) must be a string.',
      'timeout must be a number.',
      'signal must be an AbortSignal.',
      'onLine must be a function.',
      'environment must be an object of strings.',
    ]);
  });

  test.each([{ targetToken: 'ghp_\ud800secret' }, { sshPrivateKey: '\udc00' }, { branches: ['main', '\ud800'] }])(
    'half a character is refused: %j',
    async (given) => {
      const ends = { source: source.path, target: scratch.join('target.git') };
      const [name = ''] = Object.keys(given);

      expect(await problemsOf({ ...ends, ...given })).toEqual([
        expect.stringMatching(
          new RegExp(
            `^${name}(?: \\(\`[a-z-]+\`\\))? contains half a character \\(a surrogate without its other half\\)\\.$`,
          ),
        ),
      ]);
    },
  );

  test.each(['branches', 'tags'])('an empty pattern in %s is refused: it would select nothing', async (name) => {
    const ends = { source: source.path, target: scratch.join('target.git') };

    expect(await problemsOf({ ...ends, [name]: ['v*', ''] })).toEqual([
      `${name} must be an array of strings, none of them empty.`,
    ]);
  });

  test('line ends around a token do not count', async () => {
    const server = await GitHttpServer.start(scratch.path);
    server.behaviour.credentials = 'me:s3cret-token';
    const report = await mirrored({
      source: server.url('source.git'),
      sourceUsername: 'me\n',
      sourceToken: 's3cret-token\n',
    });
    await server.stop();

    expect(report.last_error).toBeNull();
  });

  test('a listener that throws does not change what becomes of the refs', async () => {
    const target = TestRepository.create(scratch.join('target.git'));
    writeFileSync(scratch.join('target.git', 'hooks', 'post-receive'), '#!/bin/sh\necho "it is there" >&2\n', {
      mode: 0o755,
    });
    const lines: string[] = [];
    const report = await mirrored({
      onLine: (line) => {
        lines.push(line);
        throw new Error('the listener is broken');
      },
    });

    expect(lines).toContain('remote: it is there');
    expect([report.last_error, outcomes(report)]).toEqual([null, REFS]);
    expect(target.refs()).toEqual(source.refs());
  });

  test('what is undefined is not given', async () => {
    const report = await mirrored({ targetToken: undefined, branches: undefined, signal: undefined, lfs: undefined });

    expect(outcomes(report)).toEqual(REFS);
  });
});

describe('the environment', () => {
  let server: GitHttpServer;
  let proxy: ForwardProxy;

  beforeAll(async () => {
    proxy = await ForwardProxy.start();
  });

  beforeEach(async () => {
    server = await GitHttpServer.start(scratch.path);
    proxy.route('git.invalid:80', server.port);
  });

  afterEach(() => server.stop());
  afterAll(() => proxy.stop());

  test('that is given says which proxy is used, and that of the process does not', async () => {
    const url = 'http://git.invalid/source.git';
    const through = await mirrored({ source: url, environment: { ...isolatedGit(), HTTP_PROXY: proxy.url } });
    const asked = proxy.asked.length;
    const past = await mirrored({
      source: url,
      environment: { ...isolatedGit(), HTTP_PROXY: proxy.url, no_proxy: '*' },
    });

    expect([outcomes(through), asked > 0]).toEqual([REFS, true]);
    expect([past.update_status, proxy.asked.length]).toEqual(['failed', asked]);
  });
});

describe('the declarations', () => {
  const USE = `
    import { ConfigurationError, mirror, type MirrorOptions, type Report } from 'push-mirror';

    declare const variables: Readonly<Record<string, string | undefined>>;
    const stop = new AbortController();
    const options: MirrorOptions = {
      source: '/srv/project.git',
      target: 'https://git.invalid/project.git',
      targetToken: variables.TOKEN,
      branches: ['main'],
      prune: 'never',
      timeout: 60,
      signal: stop.signal,
      onLine: (line) => line.trim(),
      environment: variables,
    };
    try {
      const report: Report = await mirror(options);
      const rejected: number = report.counts.rejected;
      const outcomes: ('created' | 'updated' | 'forced' | 'deleted' | 'unchanged' | 'diverged' | 'kept' | 'rejected')[] =
        report.refs.map(({ outcome }) => outcome);
      void [rejected, outcomes, report.transfer.requests, report.lfs?.objects];
    } catch (error) {
      const problems: readonly string[] = error instanceof ConfigurationError ? error.problems : [];
      void problems;
    }
    // @ts-expect-error The type is checked.
    await mirror({ source: '.', target: '/srv/copy.git', dryRun: 'yes' });
  `;
  const STRICT: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };

  test.each([
    ['with the types of Node.js', { lib: ['lib.es2022.d.ts'], types: ['node'] }],
    ['with those that come with TypeScript alone', { lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'], types: [] }],
  ])("are all that a user's program needs, %s", (_what, own) => {
    const use = scratch.join('use.ts');
    writeFileSync(use, USE);
    writeFileSync(scratch.join('package.json'), '{ "type": "module" }');
    mkdirSync(scratch.join('node_modules'));
    symlinkSync(resolve('.'), scratch.join('node_modules', 'push-mirror'));
    const options = { ...STRICT, ...own, typeRoots: [resolve('node_modules/@types')] };
    const program = ts.createProgram([use], options);
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText, file }) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);

    expect(problems).toEqual([]);
  });

  test('are few, and none of them is of the inside', () => {
    const entry = resolve('dist/lib/index.d.ts');
    const program = ts.createProgram([entry], { ...STRICT, types: [] });
    const folder = `${resolve('dist/lib')}/`;
    const files = program.getSourceFiles().map(({ fileName }) => fileName);
    const own = files.filter((file) => file.startsWith(folder)).map((file) => file.slice(folder.length));

    expect(own.sort()).toEqual([
      'index.d.ts',
      'types/hosts/rejection-id.d.ts',
      'types/library.d.ts',
      'types/library/options.d.ts',
      'types/mirror/codes.d.ts',
      'types/mirror/outcome-names.d.ts',
      'types/options/configuration-error.d.ts',
      'types/report/report-shape.d.ts',
    ]);
  });
});
