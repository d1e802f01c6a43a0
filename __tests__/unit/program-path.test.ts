import { describe, expect, test } from '@jest/globals';
import { locateProgram, programIn, searchPath } from '../../src/protocol/programs/program-path.js';

describe('PATH, taken apart', () => {
  test.each<[os: NodeJS.Platform, PATH: string | undefined, folders: readonly string[], leftOut: readonly string[]]>([
    ['linux', '/usr/local/bin:/usr/bin', ['/usr/local/bin', '/usr/bin'], []],
    ['darwin', '/opt/homebrew/bin:/usr/bin', ['/opt/homebrew/bin', '/usr/bin'], []],
    ['linux', ':/usr/bin', ['/usr/bin'], ['']],
    ['linux', '/usr/bin:', ['/usr/bin'], ['']],
    ['linux', '/usr/bin::/bin', ['/usr/bin', '/bin'], ['']],
    ['linux', '.:/bin:node_modules/.bin:../tools', ['/bin'], ['.', 'node_modules/.bin', '../tools']],
    ['linux', '~/bin:$HOME/bin:C:\\bin', [], ['~/bin', '$HOME/bin', 'C', '\\bin']],
    // The user's own choice.
    ['linux', '/builds/me/project/bin', ['/builds/me/project/bin'], []],
    ['linux', '', [], ['']],
    ['linux', undefined, ['/usr/bin', '/bin'], []],
    ['win32', 'C:\\Windows\\System32;d:/tools', ['C:\\Windows\\System32', 'd:/tools'], []],
    ['win32', '"C:\\Program Files\\Git\\cmd";C:\\x', ['C:\\Program Files\\Git\\cmd', 'C:\\x'], []],
    ['win32', '"C:\\a;b";C:\\"c;d"\\e', ['C:\\a;b', 'C:\\c;d\\e'], []],
    ['win32', '"C:\\open', ['C:\\open'], []],
    ['win32', ';C:\\x;;', ['C:\\x'], []],
    ['win32', '.;C:\\x;bin', ['C:\\x'], ['.', 'bin']],
    [
      'win32',
      'C:foo;C:;\\foo;/foo;%SystemRoot%\\System32',
      [],
      ['C:foo', 'C:', '\\foo', '/foo', '%SystemRoot%\\System32'],
    ],
    ['win32', '\\\\server\\share\\bin;//server/share', ['\\\\server\\share\\bin', '//server/share'], []],
    ['win32', '\\\\?\\C:\\bin', ['\\\\?\\C:\\bin'], []],
    ['win32', '', [], []],
    ['win32', undefined, [], []],
  ])('on %s: %j', (os, PATH, folders, leftOut) => {
    expect(searchPath(PATH, os)).toEqual({ folders, leftOut });
  });
});

describe('a program', () => {
  test.each<[os: NodeJS.Platform, folders: readonly string[], files: readonly string[], found: string | undefined]>([
    ['linux', ['/a', '/b'], ['/a/ssh', '/b/ssh'], '/a/ssh'],
    ['linux', ['/a', '/b/'], ['/b/ssh'], '/b/ssh'],
    ['linux', ['/'], ['/ssh'], '/ssh'],
    ['linux', ['/a'], ['/a/ssh.exe', '/a/SSH'], undefined],
    ['darwin', ['/a'], ['ssh', './ssh', '/work/ssh'], undefined],
    ['win32', ['C:\\a', 'C:\\b'], ['C:\\b\\ssh.exe'], 'C:\\b\\ssh.exe'],
    ['win32', ['C:\\a', 'C:\\b'], ['C:\\a\\ssh.exe', 'C:\\a\\ssh.com', 'C:\\b\\ssh.com'], 'C:\\a\\ssh.com'],
    ['win32', ['C:\\'], ['C:\\ssh.exe'], 'C:\\ssh.exe'],
    ['win32', ['\\\\server\\share'], ['\\\\server\\share\\ssh.exe'], '\\\\server\\share\\ssh.exe'],
    [
      'win32',
      ['C:\\a'],
      ['C:\\a\\ssh', 'C:\\a\\ssh.cmd', 'C:\\a\\ssh.bat', 'C:\\a\\ssh.ps1', 'C:\\a\\ssh.js'],
      undefined,
    ],
    ['win32', ['C:\\a'], ['ssh.exe', '.\\ssh.exe', 'C:ssh.exe', 'C:\\work\\ssh.exe'], undefined],
  ])('on %s in %j, where there is %j', (os, folders, files, found) => {
    expect(programIn('ssh', folders, os, (path) => files.includes(path))).toBe(found);
  });

  test('is an executable file, not a folder or a text', () => {
    const located = locateProgram('sh', { PATH: '/bin' }, 'linux').path;

    expect(located).toBe('/bin/sh');
    expect(locateProgram('bin', { PATH: '/usr' }, 'linux').path).toBeUndefined();
    expect(locateProgram('passwd', { PATH: '/etc' }, 'linux').path).toBeUndefined();
  });

  test('by an absolute path is taken as it is', () => {
    expect(locateProgram('/x/ssh', { PATH: '/bin' }, 'linux').path).toBe('/x/ssh');
    expect(locateProgram('C:\\x\\ssh.exe', {}, 'win32').path).toBe('C:\\x\\ssh.exe');
  });

  test.each(['./sh', 'x/sh', '../bin/sh'])('by a relative path such as %s is none', (program) => {
    expect(locateProgram(program, { PATH: '/none' }, 'linux').path).toBeUndefined();
  });

  test.each<[os: NodeJS.Platform, PATH: string, seen: string | undefined]>([
    ['linux', ':/usr/bin:.:/bin:', '/usr/bin:/bin'],
    ['linux', '.', undefined],
    ['linux', '', undefined],
    ['win32', '.;"C:\\a;b";C:\\Program Files\\Git\\cmd;;bin', '"C:\\a;b";C:\\Program Files\\Git\\cmd'],
  ])('on %s finds others by the absolute entries of PATH=%j', (os, PATH, seen) => {
    expect(locateProgram('git', { PATH, HOME: '/h' }, os).environment).toEqual({
      HOME: '/h',
      ...(seen === undefined ? {} : { PATH: seen }),
    });
  });
});
