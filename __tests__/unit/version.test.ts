import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { agent, VERSION } from '../../src/version.js';

test('the version is the one of package.json', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

  expect(VERSION).toBe(version);
  expect(agent()).toBe(`push-mirror/${version}`);
});
