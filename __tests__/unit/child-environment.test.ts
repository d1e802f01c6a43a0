import { expect, test } from '@jest/globals';
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

test('of the settings in variables they see those that decide which folders git reads', () => {
  const given = { GIT_CONFIG_COUNT: '2', GIT_CONFIG_KEY_0: 'http.extraHeader', GIT_CONFIG_VALUE_0: 'secret' };
  const safe = { GIT_CONFIG_KEY_1: 'safe.directory', GIT_CONFIG_VALUE_1: '*' };

  const seen = childEnvironment({ ...given, ...safe });

  expect(seen).toMatchObject({ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' });
  expect(JSON.stringify(seen)).not.toContain('secret');
});
