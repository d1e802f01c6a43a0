import { describe, expect, test } from '@jest/globals';
import { posix, win32 } from 'node:path';
import { readLocation } from '../../src/options/endpoint.js';
import { readSurroundings } from '../../src/options/surroundings.js';
import { namesFolder, parseLocation } from '../../src/protocol/location.js';
import { Problem } from '../../src/protocol/problem.js';
import { safeDirectory } from '../../src/protocol/safe-directory.js';

/** Meaning of a text to a system: `path` in front of a path, `ssh` in front of host and path, else the problem. */
function meaning(text: string, folder: string, style: typeof posix): string {
  try {
    const location = parseLocation(text, folder, style);
    if (location.kind === 'local') return `path ${location.path}`;
    return location.kind === 'ssh' ? `ssh ${location.host} ${location.path}` : location.url.href;
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

const OF_WINDOWS = /^is a path of Windows, but this system is another/;
const NO_FILE = /^is not a file URL of this machine/;

// What git for Windows and git on Linux take for a path, an SSH address and a URL (git-clone(1), "GIT URLS").
describe('what a text names, on Windows and on Linux', () => {
  test.each<[text: string, onWindows: string | RegExp, onLinux: string | RegExp]>([
    ['C:\\x\\y.git', 'path C:\\x\\y.git', OF_WINDOWS],
    ['C:/x/y.git', 'path C:\\x\\y.git', OF_WINDOWS],
    ['c:/x', 'path c:\\x', OF_WINDOWS],
    ['C:\\', 'path C:\\', OF_WINDOWS],
    ['C:x', 'path C:\\here\\x', 'ssh C x'],
    ['c:team/x.git', 'path c:\\here\\team\\x.git', 'ssh c team/x.git'],
    ['me@h:x.git', 'ssh h x.git', 'ssh h x.git'],
    ['C:\\x\\', 'path C:\\x', OF_WINDOWS],
    ['C:\\x\\..\\y', 'path C:\\y', OF_WINDOWS],
    ['C:\\my files\\größe', 'path C:\\my files\\größe', OF_WINDOWS],
    ['\\\\?\\C:\\x', 'path C:\\x', OF_WINDOWS],
    ['\\\\.\\C:\\x', 'path C:\\x', OF_WINDOWS],
    ['//?/C:/x', 'path C:\\x', 'path /?/C:/x'],
    ['\\\\?\\UNC\\server\\share\\x', 'path \\\\server\\share\\x', OF_WINDOWS],
    ['\\\\server\\share\\x', 'path \\\\server\\share\\x', OF_WINDOWS],
    ['\\\\server\\share\\a:b', /^contains the character :/, OF_WINDOWS],
    ['//server/share/x', 'path \\\\server\\share\\x', 'path /server/share/x'],
    ['\\x', 'path C:\\x', 'path /here/\\x'],
    ['/x', 'path C:\\x', 'path /x'],
    ['.', 'path C:\\here', 'path /here'],
    ['..\\x', 'path C:\\x', 'path /here/..\\x'],
    ['../x', 'path C:\\x', 'path /x'],
    ['./a b', 'path C:\\here\\a b', 'path /here/a b'],
    ['x.git', 'path C:\\here\\x.git', 'path /here/x.git'],
    ['x.git/', 'path C:\\here\\x.git', 'path /here/x.git'],
    ['x\\', 'path C:\\here\\x', 'path /here/x\\'],
    ['./a:b', /^contains the character :/, 'path /here/a:b'],
    ['./C:\\x', /^contains the character :/, 'path /here/C:\\x'],
    ['file:///C:/x', 'path C:\\x', 'path /C:/x'],
    ['file:///c|/x', 'path c:\\x', 'path /c:/x'],
    ['file://C:/x', 'path C:\\x', 'path /C:/x'],
    ['file:///C:/a%20b', 'path C:\\a b', 'path /C:/a b'],
    ['file://localhost/C:/x', 'path C:\\x', 'path /C:/x'],
    ['file://server/share/x', 'path \\\\server\\share\\x', NO_FILE],
    ['file:////server/share/x', 'path \\\\server\\share\\x', 'path /server/share/x'],
    ['file:///srv/x', NO_FILE, 'path /srv/x'],
    ['file:///C:/aux/x', /^contains the name "aux"/, 'path /C:/aux/x'],
    ['file:///C:/x#1', /^has a query or a fragment.*%23/, /^has a query or a fragment.*%23/],
    ['file:///C:/x%231', 'path C:\\x#1', 'path /C:/x#1'],
    ['C:\\here\\nul', /^contains the name "nul", which Windows keeps/, OF_WINDOWS],
    ['aux.git', /^contains the name "aux"/, 'path /here/aux.git'],
    ['COM1', /^contains the name "COM1"/, 'path /here/COM1'],
    ['auxiliary.git', 'path C:\\here\\auxiliary.git', 'path /here/auxiliary.git'],
    ['x.', /^contains a name that ends in a dot/, 'path /here/x.'],
    ['what?', /^contains the character \?/, 'path /here/what?'],
    ["'C:\\x'", /^stands in quotes/, /^stands in quotes/],
    ["'./x'", /^stands in quotes/, /^stands in quotes/],
    ["'https://host.example/x'", /^stands in quotes: leave them out.*cmd\.exe/, /^stands in quotes/],
    ["'https://host.example/a", /^stands in quotes/, /^stands in quotes/],
    ['"git@host.example:x"', /^stands in quotes/, /^stands in quotes/],
    ["./'x'", "path C:\\here\\'x'", "path /here/'x'"],
    ["it's", "path C:\\here\\it's", "path /here/it's"],
    ['host.example:x', 'ssh host.example x', 'ssh host.example x'],
    ['https://host.example/x', 'https://host.example/x', 'https://host.example/x'],
  ])('%s', (text, onWindows, onLinux) => {
    for (const [folder, style, expected] of [
      ['C:\\here', win32, onWindows],
      ['/here', posix, onLinux],
    ] as const) {
      const means = meaning(text, folder, style);
      expect(expected instanceof RegExp && expected.test(means) ? expected : means).toBe(expected);
    }
  });
});

test.each<[text: string, home: string, onWindows: string, onLinux: string]>([
  ['~', '/home/me', '\\home\\me', '/home/me'],
  ['~/x', '/home/me', '\\home\\me\\x', '/home/me/x'],
  ['~\\x', 'C:\\Users\\me', 'C:\\Users\\me\\x', 'begins with "~\\x"'],
  ['~/x', 'C:\\Users\\me', 'C:\\Users\\me\\x', 'is a path of Windows'],
])('%s is in the home folder %s', (text, home, onWindows, onLinux) => {
  const read = (folder: string, style: typeof posix): string => {
    try {
      const location = readLocation(text, readSurroundings({ HOME: home }), folder, style);
      return location.kind === 'local' ? location.path : location.kind;
    } catch (error) {
      return (error as Error).message;
    }
  };

  expect(read('C:\\here', win32)).toBe(/^[A-Z]:/.test(onWindows) ? onWindows : `C:${onWindows}`);
  expect(read('/here', posix)).toContain(onLinux);
});

describe('a folder needs no sign-in, whichever way it is written', () => {
  test.each<[text: string, onWindows: boolean, onLinux: boolean]>([
    ['C:\\x', true, true],
    ['C:/x', true, true],
    ['C:x', true, false],
    ['\\\\?\\C:\\x', true, true],
    ['\\\\server\\share\\x', true, true],
    ['//server/share/x', true, true],
    ['./x', true, true],
    ['.', true, true],
    ['~/x', true, true],
    ['mirrors/x.git', true, true],
    ['x.git', true, true],
    ['file:///C:/x', true, true],
    ['FILE:///C:/x', true, true],
    ['', false, false],
    ['https://host.example/x', false, false],
    ['https:///x', false, false],
    ['host.example:x', false, false],
    ['git@host.example:x', false, false],
    ['host.example/me/x', false, false],
    ['codecommit::eu-west-1://x', false, false],
  ])('%s', (text, onWindows, onLinux) => {
    expect([namesFolder(text, win32), namesFolder(text, posix)]).toEqual([onWindows, onLinux]);
  });
});

test.each([
  ['/srv/x.git', '/srv/x.git'],
  ['/srv/a\\b', '/srv/a\\b'],
  ['C:\\x\\y', 'C:/x/y'],
  ['C:/x/y', 'C:/x/y'],
  ['\\\\server\\share\\x', '%(prefix)///server/share/x'],
  ['//server/share/x', '%(prefix)///server/share/x'],
])('git knows %s as the safe directory %s', (path, named) => {
  expect(safeDirectory(path)).toBe(named);
});
