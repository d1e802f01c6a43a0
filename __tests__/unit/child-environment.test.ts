import { describe, expect, test } from '@jest/globals';
import { childEnvironment } from '../../src/protocol/programs/environment.js';

const DROPPED = [
  // They write requests with their headers to standard error or to a file.
  'GIT_TRACE',
  'GIT_TRACE_PACKET',
  'GIT_TRACE_CURL',
  'GIT_TRACE2_EVENT',
  'GIT_CURL_VERBOSE',
  'GCM_TRACE',
  // They name programs, folders or options.
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_ASKPASS',
  'SSH_ASKPASS',
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_CONFIG_PARAMETERS',
  'LD_PRELOAD',
  'NODE_OPTIONS',
  // They hold secrets.
  'PUSH_MIRROR_TARGET_TOKEN',
  'INPUT_TOKEN',
  'GITHUB_TOKEN',
  'AWS_SECRET_ACCESS_KEY',
];

test.each(DROPPED)('child processes do not see %s', (name) => {
  expect(childEnvironment({ [name]: 'value', PATH: '/bin' })).toEqual({
    PATH: '/bin',
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
  });
});

describe('on Windows child processes', () => {
  const seen = (environment: Record<string, string>): Record<string, string> => childEnvironment(environment, 'win32');

  test('see what ssh and git need there, whatever case the names are in', () => {
    const given = {
      Path: 'C:\\bin',
      SYSTEMROOT: 'C:\\Windows',
      programdata: 'C:\\ProgramData',
      UserProfile: 'C:\\Users\\me',
    };

    expect(seen(given)).toEqual({
      PATH: 'C:\\bin',
      SystemRoot: 'C:\\Windows',
      ProgramData: 'C:\\ProgramData',
      USERPROFILE: 'C:\\Users\\me',
      LC_ALL: 'C',
      GIT_TERMINAL_PROMPT: '0',
      NoDefaultCurrentDirectoryInExePath: '1',
    });
  });

  test('see the variable whose name is written as usual, if there are two', () => {
    expect(seen({ Path: 'C:\\other', PATH: 'C:\\bin' }).PATH).toBe('C:\\bin');
  });

  test.each(DROPPED.flatMap((name) => [name, name.toLowerCase()]))('do not see %s', (name) => {
    expect(Object.keys(seen({ [name]: 'value' }))).toEqual([
      'LC_ALL',
      'GIT_TERMINAL_PROMPT',
      'NoDefaultCurrentDirectoryInExePath',
    ]);
  });
});

test('on other systems names have a case', () => {
  expect(childEnvironment({ Path: '/bin', home: '/h', SystemRoot: 'x', USERPROFILE: 'x' }, 'linux')).toEqual({
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
  });
});

test('of the settings in variables they see those that decide which folders git reads', () => {
  const given = { GIT_CONFIG_COUNT: '2', GIT_CONFIG_KEY_0: 'http.extraHeader', GIT_CONFIG_VALUE_0: 'secret' };
  const safe = { GIT_CONFIG_KEY_1: 'safe.directory', GIT_CONFIG_VALUE_1: '*' };

  const seen = childEnvironment({ ...given, ...safe });

  expect(seen).toMatchObject({ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' });
  expect(JSON.stringify(seen)).not.toContain('secret');
});
