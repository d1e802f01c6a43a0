import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { geteuid } from 'node:process';
import { basename } from 'node:path';
import { git, Scratch, TestRepository } from '../repositories/git.js';
import { run, runBundle, type Given, type Run } from '../run.js';
import { freePort } from '../servers/free-port.js';

let scratch: Scratch;
/** A repository with a work tree and three commits on `main`, the first of them on `side`, too. */
let work: TestRepository;
let target: TestRepository;

beforeEach(() => {
  scratch = new Scratch();
  work = makeWork('work');
  target = TestRepository.create(scratch.join('target.git'), { defaultBranch: 'none' });
});

afterEach(() => scratch.remove());

function makeWork(name: string): TestRepository {
  const path = scratch.join(name);
  git(scratch.path, ['init', '--quiet', path]);
  const commit = (file: string): string =>
    `commit refs/heads/main\ncommitter C <c@example.com> 1577836800 +0000\ndata 0\nM 100644 inline ${file}\ndata 2\n${file}\n\n`;
  git(path, ['fast-import', '--quiet'], ['a', 'b', 'c'].map(commit).join(''));
  git(path, ['branch', 'side', 'main~2']);
  git(path, ['config', 'uploadpack.allowFilter', 'true']);
  git(path, ['config', 'uploadpack.allowAnySHA1InWant', 'true']);
  return TestRepository.at(path);
}

const clone = (name: string, ...args: readonly string[]): string => {
  git(scratch.path, ['-c', 'protocol.file.allow=always', 'clone', '--quiet', ...args, scratch.join(name)]);
  return scratch.join(name);
};
const url = (): string => `file://${work.path}`;

/** A file with settings of the user. */
function userSettings(settings: Readonly<Record<string, string>>): Record<string, string> {
  const path = scratch.join('user-settings');
  writeFileSync(path, '');
  for (const [name, value] of Object.entries(settings)) git('/', ['config', '--file', path, name, value]);
  return { GIT_CONFIG_GLOBAL: path };
}

/** A source in a folder: its path, or also variables of the run that reads it. */
type Made = string | { readonly path: string; readonly environment: Record<string, string> };

const BORROWING: readonly [name: string, made: () => Made][] = [
  ['from an absolute path', () => clone('shared.git', '--bare', '--shared', work.path)],
  [
    'from a relative path, in a file with a comment',
    () => {
      const path = clone('shared.git', '--bare', '--shared', work.path);
      writeFileSync(`${path}/objects/info/alternates`, `# here\n\n../../${basename(work.path)}/.git/objects\n`);
      return path;
    },
  ],
  [
    'from a path in quotes',
    () => {
      const path = clone('shared.git', '--bare', '--shared', work.path);
      symlinkSync(scratch.join('work/.git/objects'), scratch.join('a "b" ü'));
      writeFileSync(`${path}/objects/info/alternates`, `"${scratch.path}/a \\"b\\" \\303\\274"\n`);
      return path;
    },
  ],
  ['in a chain', () => clone('third.git', '--bare', '--shared', clone('second.git', '--bare', '--shared', work.path))],
  [
    'named by a variable',
    () => {
      const path = clone('shared.git', '--bare', '--shared', work.path);
      writeFileSync(`${path}/objects/info/alternates`, '');
      return { path, environment: { GIT_ALTERNATE_OBJECT_DIRECTORIES: `${work.path}/.git/objects` } };
    },
  ],
];

const PLACES: readonly [name: string, made: () => Made][] = [
  ['a work tree', () => work.path],
  ['a folder .git', () => `${work.path}/.git`],
  ['without .git at the end', () => clone('bare.git', '--bare', work.path).replace(/\.git$/, '')],
  ['with slashes at the end', () => `${clone('bare.git', '--bare', work.path)}//`],
  ['behind a link', () => link(clone('bare.git', '--bare', work.path))],
  ['with spaces', () => clone(' a  b .git', '--bare', work.path)],
  ['with quotes and signs of a shell', () => clone(`it's "$HOME" \`x\` & ;*?!\\.git`, '--bare', work.path)],
  ['with letters of all kinds', () => clone('ünï-日本-🪞.git', '--bare', work.path)],
  ['with a dash in front', () => clone('-x.git', '--bare', work.path)],
  ['with a colon', () => clone('host:x.git', '--bare', work.path)],
  ['as a URL', () => `file://${clone('a b.git', '--bare', work.path).replace(' ', '%20')}`],
  [
    'below the home folder',
    () => {
      clone('bare.git', '--bare', work.path);
      return { path: '~/bare.git', environment: { HOME: scratch.path } };
    },
  ],
  ['of a submodule', submodule],
  [
    'whose .git is elsewhere',
    () => {
      const path = clone('apart', `--separate-git-dir=${scratch.join('apart.git')}`, work.path);
      git(path, ['branch', '--quiet', 'side', 'main~2']);
      return path;
    },
  ],
  [
    'whose work tree is gone',
    () => {
      work.git(['config', 'core.worktree', '/nonexistent']);
      return `${work.path}/.git`;
    },
  ],
];

function link(path: string): string {
  symlinkSync(path, scratch.join('link'));
  return scratch.join('link');
}

function submodule(): string {
  const outer = scratch.join('outer');
  git(scratch.path, ['init', '--quiet', outer]);
  git(outer, ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', work.path, 'x']);
  git(`${outer}/x`, ['branch', '--quiet', 'side', 'main~2']);
  return `${outer}/x`;
}

/** A repository whose indexes, which make git faster, are damaged: git can do without. */
function withIndexes(spoil: (path: string, name: string) => void): string {
  const path = clone('bare.git', '--bare', work.path);
  git(path, ['repack', '-adq', '--write-bitmap-index']);
  git(path, ['commit-graph', 'write', '--reachable']);
  git(path, ['multi-pack-index', 'write']);
  for (const name of ['info/commit-graph', 'pack/multi-pack-index']) {
    chmodSync(`${path}/objects/${name}`, 0o644);
    spoil(`${path}/objects/${name}`, name);
  }
  return path;
}

const STATES: readonly [name: string, made: () => Made][] = [
  ['a partial clone without files', () => clone('part.git', '--mirror', '--filter=blob:none', url())],
  ['a partial clone without folders', () => clone('part.git', '--mirror', '--filter=tree:0', url())],
  [
    'a partial clone as git made it first',
    () => {
      const path = clone('part.git', '--mirror', '--filter=blob:none', url());
      git(path, ['config', 'extensions.partialClone', 'origin']);
      git(path, ['config', '--unset', 'remote.origin.promisor']);
      return path;
    },
  ],
  [
    'with grafts',
    () => {
      writeFileSync(`${work.path}/.git/info/grafts`, `${work.git(['rev-parse', 'main'])}\n`);
      return work.path;
    },
  ],
  [
    'with replaced objects',
    () => {
      work.git(['replace', 'main~1', work.commit()]);
      return work.path;
    },
  ],
  ['with indexes that are cut off', () => withIndexes((path) => truncateSync(path, 100))],
  ['with indexes that are empty', () => withIndexes((path) => truncateSync(path, 0))],
  [
    'under repair, with locks',
    () => {
      for (const name of ['gc.pid', 'packed-refs.lock', 'config.lock', 'index.lock', 'objects/info/commit-graph.lock'])
        writeFileSync(`${work.path}/.git/${name}`, '1 nowhere\n');
      return work.path;
    },
  ],
  [
    'with hooks',
    () => {
      for (const name of ['post-checkout', 'pre-push', 'reference-transaction', 'post-index-change', 'pre-auto-gc'])
        writeFileSync(`${work.path}/.git/hooks/${name}`, `#!/bin/sh\ntouch ${scratch.join('hooked')}\nexit 1\n`, {
          mode: 0o755,
        });
      return work.path;
    },
  ],
];

const SETTINGS: readonly [name: string, settings: Record<string, string>][] = [
  ['bare repositories only where they are named', { 'safe.bareRepository': 'explicit' }],
  ['protocol v0', { 'protocol.version': '0' }],
  ['no filters', { 'uploadpack.allowFilter': 'false', 'uploadpackfilter.allow': 'false' }],
  ['no filter for folders', { 'uploadpackfilter.tree.allow': 'false', 'uploadpackfilter.tree.maxDepth': '0' }],
  ['a hook for packing', { 'uploadpack.packObjectsHook': 'exec "$@" #' }],
  ['other addresses', { 'url./nonexistent.insteadOf': '/', 'url./nonexistent/.pushInsteadOf': 'file:///' }],
  ['refs of other kinds hidden', { 'transfer.hideRefs': 'refs/pull', 'uploadpack.hideRefs': 'refs/notes' }],
];

/** Variables that tell git in one folder of another. */
const FOREIGN = {
  GIT_DIR: '/nonexistent',
  GIT_WORK_TREE: '/nonexistent',
  GIT_INDEX_FILE: '/nonexistent',
  GIT_OBJECT_DIRECTORY: '/nonexistent',
  GIT_NAMESPACE: 'x',
  GIT_SHALLOW_FILE: '/nonexistent',
  GIT_CEILING_DIRECTORIES: '/',
  GIT_CONFIG_PARAMETERS: "'uploadpack.hideRefs=refs'",
  GIT_PROTOCOL: 'version=0',
  GIT_REPLACE_REF_BASE: 'refs/heads',
};

describe('a source folder is mirrored as git reads it', () => {
  const everything: readonly [string, () => Made][] = [
    ...BORROWING.map(([name, made]) => [`with objects of others, ${name}`, made] as [string, () => Made]),
    ...PLACES,
    ...STATES,
    ...SETTINGS.map(
      ([name, settings]) =>
        [
          `where the user has: ${name}`,
          () => ({ path: clone('bare.git', '--bare', work.path), environment: userSettings(settings) }),
        ] as [string, () => Made],
    ),
    ['with variables of another repository', () => ({ path: work.path, environment: FOREIGN })],
  ];

  test.each(everything)('%s', async (_name, made) => {
    const source = made();
    const { path, environment } = typeof source === 'string' ? { path: source, environment: {} } : source;
    // One of them is behind, so that histories are compared, too.
    const { 'refs/heads/main': main, 'refs/heads/side': side } = work.refs();
    target.takeObjects(work);
    target.set({ 'refs/heads/main': work.git(['--no-replace-objects', 'rev-parse', 'side']) });

    const { report, outcomes } = await run(path, target.path, { environment });

    expect([report.last_error, report.update_status]).toEqual([null, 'finished']);
    expect(outcomes).toEqual({ 'refs/heads/main': 'updated', 'refs/heads/side': 'created' });
    expect(target.refs()).toEqual({ 'refs/heads/main': main, 'refs/heads/side': side });
    expect(target.fsck()).toBe('');
    expect(existsSync(scratch.join('hooked'))).toBe(false);
  });

  test('one with SHA-256', async () => {
    const source = TestRepository.create(scratch.join('sha256.git'), { format: 'sha256' });
    source.set({ 'refs/heads/main': source.commits(2) });

    await run(source.path, scratch.join('new.git'));

    expect(TestRepository.at(scratch.join('new.git')).refs()).toEqual(source.refs());
  });

  test.each(['the work tree', 'its .git', 'its folder in the repository'])(
    'a work tree beside it, named by %s: the default branch is that of the repository',
    async (how) => {
      const beside = scratch.join('beside');
      work.git(['worktree', 'add', '--quiet', '-b', 'topic', beside, 'side']);
      git(beside, ['update-ref', 'refs/bisect/bad', 'main']);
      git(beside, ['update-ref', 'refs/worktree/x', 'main']);
      const named = {
        'its .git': `${beside}/.git`,
        'its folder in the repository': `${work.path}/.git/worktrees/beside`,
      };

      await run(how in named ? named[how as keyof typeof named] : beside, scratch.join('new.git'));

      const made = TestRepository.at(scratch.join('new.git'));
      expect(made.refs()).toEqual(work.refs());
      expect(made.git(['symbolic-ref', 'HEAD'])).toBe('refs/heads/main');
      expect(made.git(['for-each-ref', '--format=%(refname)'])).not.toContain('bisect');
    },
  );
});

describe('a source folder that cannot be read is told as what it is', () => {
  const told = async (path: string, given: Given = {}, landed = {}): Promise<Run> => {
    const failed = await run(path, target.path, given);
    expect(failed.report.update_status).toBe('failed');
    expect(target.refs()).toEqual(landed);
    return failed;
  };

  test.each([
    ['absolute', (): string => clone('shared.git', '--bare', '--shared', work.path)],
    [
      'in a chain',
      (): string => clone('third.git', '--bare', '--shared', clone('second.git', '--bare', '--shared', work.path)),
    ],
  ])('one that borrows objects from a folder that is gone: %s', async (_how, made) => {
    const path = made();
    renameSync(work.path, scratch.join('moved'));

    const { report } = await told(path);

    expect(report.last_error).toContain(`${path}: this repository borrows objects from ${work.path}/.git/objects`);
    expect(report.last_error).toMatch(/where nothing is .*Bring that folder back/);
    expect(report.last_error_code).toBe('incomplete');
  });

  test('a partial clone whose origin is gone, with the password in its URL', async () => {
    const path = clone('part.git', '--mirror', '--filter=blob:none', url());
    git(path, ['config', 'remote.origin.url', `http://me:pass-of-the-origin@127.0.0.1:${await freePort()}/x.git`]);

    const { report, lines } = await told(path);

    expect(report.last_error).toMatch(
      /this is a partial clone: what it lacks is at its remote "origin" \(http:.*\/x\.git\)/,
    );
    expect(report.last_error).toMatch(/git could not get it from there .*Mirror from that remote itself/);
    expect(report.last_error_code).toBe('incomplete');
    expect([report.last_error, ...lines].join('\n')).not.toContain('pass-of-the-origin');
  });

  test('a partial clone with a damaged object: not as one that lacks it', async () => {
    const path = clone('part.git', '--mirror', '--filter=blob:none', url());
    const tree = work.git(['rev-parse', 'main~1^{tree}']);
    const pack = readdirSync(`${path}/objects/pack`).find((name) => name.endsWith('.pack'))!;
    renameSync(`${path}/objects/pack`, scratch.join('packs'));
    mkdirSync(`${path}/objects/pack`);
    execFileSync('git', ['-C', path, 'unpack-objects', '-q'], { input: readFileSync(scratch.join('packs', pack)) });
    const loose = `${path}/objects/${tree.slice(0, 2)}/${tree.slice(2)}`;
    chmodSync(loose, 0o644);
    truncateSync(loose, 5);

    const { report } = await told(path, {}, { 'refs/heads/side': work.refs()['refs/heads/side'] });

    expect(JSON.stringify(report)).not.toContain('partial clone');
    expect(report.refs.find(({ ref }) => ref === 'refs/heads/main')?.message).toMatch(/does not give/);
  });

  test('a partial clone that may not fetch', async () => {
    const path = clone('part.git', '--mirror', '--filter=blob:none', url());

    const { report } = await told(path, { environment: { GIT_NO_LAZY_FETCH: '1' } });

    expect(report.last_error).toContain(`this is a partial clone: what it lacks is at its remote "origin" (${url()})`);
  });

  test('a partial clone whose origin says nothing: in the time that the user gives', async () => {
    const path = clone('part.git', '--mirror', '--filter=blob:none', url());
    const silent = createServer((socket) => socket.resume());
    const ended = new Promise<void>((resolve) => silent.on('connection', (socket) => socket.on('close', resolve)));
    const port = await new Promise<number>((resolve) => {
      silent.listen(0, '127.0.0.1', () => resolve((silent.address() as { port: number }).port));
    });
    git(path, ['config', 'remote.origin.url', `git://127.0.0.1:${port}/x.git`]);

    const { report } = await told(path, { timeout: '1' });

    expect(report.last_error).toMatch(/partial clone.*\(the server sent nothing for 1 seconds\).*raise `timeout`/);
    // Nothing goes on waiting.
    await ended;
    silent.close();
  });

  test('one of a kind that this git does not know', async () => {
    work.git(['config', 'core.repositoryFormatVersion', '1']);
    work.git(['config', 'extensions.fromTheFuture', 'true']);

    const { report } = await told(work.path);

    expect(report.last_error).toMatch(/git of this machine is too old .*fromthefuture\)\. Install a newer git\./);
  });

  test('one whose index of packs is damaged beyond what git takes', async () => {
    const { report } = await told(withIndexes((path) => writeFileSync(path, Buffer.alloc(2000, 'x'))));

    expect(report.last_error).toMatch(/multi-pack-index.*Remove that file: git makes it anew\./);
  });

  test('a work tree whose repository is gone', async () => {
    const beside = scratch.join('beside');
    work.git(['worktree', 'add', '--quiet', beside, 'side']);
    renameSync(work.path, scratch.join('moved'));

    const { report } = await told(beside);

    expect(report.last_error).toContain(
      `${beside}/.git names the folder ${work.path}/.git/worktrees/beside, where nothing is.`,
    );
    expect(report.last_error).toContain('`git worktree repair`');
  });

  test('a shallow clone', async () => {
    const { report } = await told(clone('shallow', '--depth=1', url()));

    expect(report.last_error).toContain('the source is a shallow clone');
  });

  test('the home folder of another account', async () => {
    const { code, stderr } = await runBundle('cli', ['~nobody/x.git', target.path]);

    expect(code).toBe(2);
    expect(stderr).toContain('begins with "~nobody": give the whole path');
  });
});

(geteuid?.() === 0 ? describe : describe.skip)('a folder of another user', () => {
  let refs: Record<string, string>;

  beforeEach(() => {
    refs = work.refs();
    for (const path of ['', ...readdirSync(work.path, { recursive: true, encoding: 'utf8' })])
      chownSync(`${work.path}/${path}`, 12_345, 12_345);
  });

  test('is not read; git itself says how it is', async () => {
    const { report } = await run(work.path, target.path);

    expect(report.last_error).toContain(
      'Git does not trust the repository, because it belongs to another user. ' +
        `Run \`git config --global --add safe.directory ${work.path}/.git\` as the account that runs push-mirror`,
    );
  });

  test('is not trusted because of a folder around it', async () => {
    const outer = makeWork('outer').path;
    mkdirSync(`${outer}/x`);
    renameSync(`${work.path}/.git`, `${outer}/x.git`);

    const { report } = await run(`${outer}/x`, target.path);

    expect(report.last_error).toContain(`safe.directory ${outer}/x.git`);
  });

  test.each<[string, () => Record<string, string>]>([
    ['the work tree', () => userSettings({ 'safe.directory': work.path })],
    ['its folder .git', () => userSettings({ 'safe.directory': `${work.path}/.git` })],
    ['everything', () => userSettings({ 'safe.directory': '*' })],
    ['whoever called sudo', () => ({ SUDO_UID: '12345' })],
    [
      'the work tree, by a variable',
      () => ({ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: work.path }),
    ],
  ])('is read where the user trusts %s, and written, too', async (_what, trusted) => {
    const environment = trusted();
    expect((await run(work.path, target.path, { environment })).report.last_error).toBeNull();
    expect(target.refs()).toEqual(refs);

    const newer = target.commit([target.refs()['refs/heads/side'] ?? '']);
    target.set({ 'refs/heads/side': newer });
    expect((await run(target.path, work.path, { environment })).report.last_error).toBeNull();
    expect(readFileSync(`${work.path}/.git/refs/heads/side`, 'utf8')).toBe(`${newer}\n`);
  });
});
