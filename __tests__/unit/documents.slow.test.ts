import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Scratch } from '../repositories/git.js';

describe('npm run docs', () => {
  const FILES = ['action.yml', 'README.md', 'docs/mirrors.md', 'docs/mirrors.schema.json', 'templates/push-mirror.yml'];
  let scratch: Scratch;

  beforeAll(() => {
    scratch = new Scratch();
    for (const path of [...FILES, 'src/options', 'src/list', '.prettierrc.json'])
      cpSync(path, scratch.join(path), { recursive: true });
    execFileSync(process.execPath, [resolve('scripts/options.mjs')], { cwd: scratch.path });
  });

  afterAll(() => scratch.remove());

  test.each(FILES)('writes what %s has of the table', (path) => {
    expect(readFileSync(scratch.join(path), 'utf8')).toBe(readFileSync(path, 'utf8'));
  });
});
