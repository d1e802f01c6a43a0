import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runsScripts } from '../../src/protocol/programs/guard.js';
import { sshPath } from '../../src/protocol/programs/ssh-path.js';
import { placesIn, TemporaryPlaces } from '../../src/protocol/programs/temporary-places.js';
import type { TemporarySettings } from '../../src/protocol/programs/temporary-places.js';
import { TemporaryFolder } from '../../src/protocol/programs/temporary-folder.js';
import { leaveToUser, rightsCommand, userCommand, userIn } from '../../src/protocol/programs/windows-rights.js';
import type { SystemCommand } from '../../src/protocol/programs/windows-rights.js';
import { noPlace, UnfitPlace } from '../../src/protocol/temporary.js';
import { Scratch } from '../repositories/git.js';

const REQUEST = { prefix: 'made-', location: 'host:x', holds: 'the key' };
const OTHER = 'Set `TMPDIR` to the absolute path of a folder that exists and can be written.';

function failing(code: string): Error {
  return Object.assign(new Error(`${code}: words of the system`), { code });
}

describe('places for temporary files', () => {
  let scratch: Scratch;
  let warnings: string[];

  beforeEach(() => {
    scratch = new Scratch();
    warnings = [];
  });

  afterEach(() => scratch.remove());

  function places(names: readonly string[], more: Partial<TemporarySettings> = {}): TemporaryPlaces {
    const warn = (sentence: string): void => void warnings.push(sentence);
    return new TemporaryPlaces({ places: names, warn, platform: 'darwin', ...more });
  }

  test.each([
    [{ RUNNER_TEMP: '/runner' }, ['/runner', tmpdir()]],
    [{ RUNNER_TEMP: '' }, [tmpdir()]],
    [{}, [tmpdir()]],
    [{ RUNNER_TEMP: tmpdir() }, [tmpdir()]],
  ])('with %j: those of the runner come first', (environment, expected) => {
    expect(placesIn(environment)).toEqual(expected);
  });

  test('the first one that takes what is written is used, and nothing is left in the others', async () => {
    const [bad, good] = [scratch.join('bad'), scratch.join('good')];
    for (const folder of [bad, good]) mkdirSync(folder);
    const given = [scratch.join('none'), 'relative', bad, good];

    const made = await places(given).make({ ...REQUEST, isSmall: true }, (folder) => {
      writeFileSync(join(folder, 'file'), '');
      if (folder.startsWith(bad)) throw failing('ENOSPC');
      return folder;
    });

    expect(made).toMatch(new RegExp(`^${good}/made-`));
    expect(readdirSync(bad)).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test('every place is told with its reason', async () => {
    const file = scratch.join('file');
    writeFileSync(file, '');
    const given = [scratch.join('none'), file, 'tmp'];

    await expect(places(given).make({ ...REQUEST, isSmall: true }, () => 1)).rejects.toMatchObject({
      kind: 'program',
      message: `host:x: the key could not be written to a temporary file: ${scratch.join('none')} does not exist, ${file} is no folder, tmp is a relative path. ${OTHER}`,
    });
  });

  test('what is no fault of a place is thrown as it is', async () => {
    const mistakes = [new TypeError('a mistake'), new DOMException('stopped', 'AbortError')];
    for (const mistake of mistakes) {
      const work = (): never => {
        throw mistake;
      };
      await expect(places([scratch.path]).make(REQUEST, work)).rejects.toBe(mistake);
    }
    expect(readdirSync(scratch.path)).toEqual([]);
  });

  test.each([
    ['now', (folder: TemporaryPlaces, path: string) => folder.removeNow(path, REQUEST)],
    ['soon', async (folder: TemporaryPlaces, path: string) => folder.remove(path, REQUEST)],
  ] as const)('a folder that cannot be removed (%s) is told, and is no error', async (_when, remove) => {
    const busy = failing('EBUSY');
    const removal = {
      now: () => {
        throw busy;
      },
      soon: () => Promise.reject(busy),
    };

    await remove(places([scratch.path], { removal }), '/tmp/made-1');

    expect(warnings).toEqual([
      '/tmp/made-1 could not be removed (EBUSY), and may still hold the key. Remove it by hand.',
    ]);
  });

  test('a folder of a process that goes on is forgotten once it was removed', async () => {
    const before = process.listenerCount('exit');
    const folder = await TemporaryFolder.make(places([scratch.path]), REQUEST);
    expect([existsSync(folder.path), process.listenerCount('exit')]).toEqual([true, before + 1]);

    await folder.remove();

    expect([existsSync(folder.path), process.listenerCount('exit')]).toEqual([false, before]);
  });

  test.each([
    [['ENOSPC'], '/a is full. Make room there, or set `TMPDIR` to a folder with more space.'],
    [['EDQUOT'], '/a is full for this user. Make room there'],
    [['EROFS', 'ENOSPC'], `/a is read-only, /b is full. ${OTHER}`],
    [['EACCES'], `/a cannot be written by this user. ${OTHER}`],
    [['EIO'], `/a cannot be used (EIO). ${OTHER}`],
    [['ENOENT', 'EMFILE'], 'this process has too many open files. Raise the limit of open files (`ulimit -n`).'],
    [[], `there is no place for it. ${OTHER}`],
  ])('the reasons %j', (codes, words) => {
    const failed = codes.map((code, index) => ({ place: ['/a', '/b'][index] ?? '', error: failing(code) }));

    expect(noPlace({ ...REQUEST, failed, platform: 'linux' }).message).toContain(words);
  });

  test('on Windows another variable is the remedy', () => {
    const failed = [{ place: 'C:\\Temp', error: failing('ENOENT') }];

    expect(noPlace({ ...REQUEST, failed, platform: 'win32' }).message).toContain(
      'C:\\Temp does not exist. Set `TEMP` to',
    );
  });
});

test.each([
  ['/tmp/x/file', 'linux', '"/tmp/x/file"'],
  ['/tmp/a b/file', 'linux', '"/tmp/a b/file"'],
  ['/tmp/%h%%/file', 'linux', '"/tmp/%%h%%%%/file"'],
  ["/tmp/it's/file", 'linux', '"/tmp/it\'s/file"'],
  ['/tmp/"q"/file', 'linux', '"/tmp/\\"q\\"/file"'],
  ['/tmp/a\\b/file', 'linux', '"/tmp/a\\b/file"'],
  ['/tmp/a\\\\b/file', 'linux', '"/tmp/a\\\\\\b/file"'],
  ['/tmp/a\\"b/file', 'linux', '"/tmp/a\\\\\\"b/file"'],
  ["/tmp/a\\'b/file", 'linux', '"/tmp/a\\\\\'b/file"'],
  ['/tmp/#~$x é/file', 'linux', '"/tmp/#~$x é/file"'],
  ['C:\\Users\\First Last\\Temp\\file', 'win32', '"C:/Users/First Last/Temp/file"'],
  ['C:\\100%\\file', 'win32', '"C:/100%%/file"'],
  ['\\\\server\\share\\file', 'win32', '"//server/share/file"'],
  ['C:\\RUNNER~1\\file', 'win32', '"C:/RUNNER~1/file"'],
] as const)('the path %s (%s) is %s for ssh', (path, platform, expected) => {
  expect(sshPath(path, platform)).toBe(expected);
});

test.each([
  ['/tmp/${HOME}/file', 'has "${" in its path'],
  ['/tmp/${/file', 'has "${" in its path'],
  ['/tmp/a\nb/file', 'has a line break in its path'],
])('the path %j cannot be given to ssh', (path, words) => {
  expect(() => sshPath(path, 'linux')).toThrow(UnfitPlace);
  expect(() => sshPath(path, 'linux')).toThrow(words);
});

test.each([
  ['/usr/bin/node', true],
  ['/opt/externals/node24/bin/node', true],
  ['/usr/bin/nodejs', true],
  ['C:\\Program Files\\nodejs\\node.exe', true],
  ['/home/me/.bun/bin/bun', true],
  ['/usr/bin/deno', false],
  ['/opt/node/mirror', false],
  ['C:\\node\\Mirror.exe', false],
  ['/Applications/App.app/Contents/MacOS/Electron', false],
])('a guard is started by %s: %s', (program, expected) => {
  expect(runsScripts(program)).toBe(expected);
});

test('the sources know no shell: some images have none, and Windows has none', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

  expect(files.filter((name) => readFileSync(join('src', name), 'utf8').includes('/bin/sh'))).toEqual([]);
});

describe('rights on Windows', () => {
  const SID = 'S-1-5-21-1004336348-1177238915-682003330-1001';
  const SYSTEM = { SystemRoot: 'D:\\WINNT' };
  const ICACLS = {
    program: 'D:\\WINNT\\System32\\icacls.exe',
    arguments: ['C:\\Te mp\\made-1', '/inheritance:r', '/grant:r', `*${SID}:(OI)(CI)F`],
  };

  test.each([
    [`"desk\\me","${SID}"\r\n`, SID],
    ['"nt authority\\network service","S-1-5-20"\r\n', 'S-1-5-20'],
    [`"a ""quoted"" name","${SID}"`, SID],
    ['ERROR: Access is denied.', undefined],
    ['"S-1-5-20" & calc', undefined],
    ['', undefined],
  ])('%j tells the user %s', (output, sid) => {
    expect(userIn(output)).toBe(sid);
  });

  test.each([
    [SYSTEM, 'D:\\WINNT\\System32\\whoami.exe'],
    [{ windir: 'E:/win' }, 'E:\\win\\System32\\whoami.exe'],
    [{ SystemRoot: '.' }, 'C:\\Windows\\System32\\whoami.exe'],
    [{}, 'C:\\Windows\\System32\\whoami.exe'],
  ])('with %j the program is %s', (environment, program) => {
    expect(userCommand(environment).program).toBe(program);
  });

  test('are set for one user alone', async () => {
    expect(rightsCommand('C:\\Te mp\\made-1', SID, SYSTEM)).toEqual(ICACLS);
    const ran: SystemCommand[] = [];

    await leaveToUser('C:\\Te mp\\made-1', SYSTEM, async (command) => {
      ran.push(command);
      return { code: 0, output: `"desk\\me","${SID}"`, errors: '' };
    });

    expect(ran).toEqual([userCommand(SYSTEM), ICACLS]);
  });

  test.each([
    ['whoami', 1, 'whoami: Access is denied.'],
    ['icacls', 5, 'icacls: Access is denied.'],
  ])('a %s that fails is told', async (name, code, words) => {
    const run = async ({ program }: SystemCommand): Promise<{ code: number; output: string; errors: string }> =>
      program.endsWith(`${name}.exe`)
        ? { code, output: '', errors: 'Access is denied.\r\n' }
        : { code: 0, output: `"me","${SID}"`, errors: '' };

    await expect(leaveToUser('C:\\Temp', SYSTEM, run)).rejects.toThrow(UnfitPlace);
    await expect(leaveToUser('C:\\Temp', SYSTEM, run)).rejects.toThrow(words);
  });

  test('a program that does not end is told', async () => {
    await expect(leaveToUser('C:\\Temp', SYSTEM, async () => undefined)).rejects.toThrow('whoami: exit code none');
  });
});
