import { describe, expect, test } from '@jest/globals';
import { BusyError, speaksOfLoad } from '../../src/protocol/busy.js';
import { serverSays } from '../../src/protocol/wire/pkt-line.js';

describe('words of a server', () => {
  test.each([
    'GitLab is currently unable to handle this request due to load (ID 9febc24c1a)',
    'The server is overloaded. Please try again later.',
    'Service temporarily unavailable',
    'Too many concurrent requests',
    'too many connections',
    'The repository is busy',
    'The service is down for maintenance.',
    'rate limit exceeded',
  ])('of load pass: %s', (words) => {
    expect(speaksOfLoad(words)).toBe(true);
    expect(serverSays('the place', words)).toMatchObject({ kind: 'throttled', passing: true });
    expect(serverSays('the place', words)).toBeInstanceOf(BusyError);
  });

  test.each([
    'Repository not found.',
    'The project you were looking for could not be found. Check the name and try again.',
    'access denied or repository not exported: /x.git',
    'Authentication failed, try again.',
    'Too many reference update commands',
    'upload-pack: not our ref 1111111111111111111111111111111111111111',
    'This repository was archived so it is read-only.',
    '',
  ])('of something that lasts do not: %s', (words) => {
    expect(speaksOfLoad(words)).toBe(false);
    expect(serverSays('the place', words).passing).toBe(false);
  });
});
