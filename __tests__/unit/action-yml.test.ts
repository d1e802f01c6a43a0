import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { OPTION_NAMES, specOf } from '../../src/options/raw.js';
import { outputsOf, outputsOfSkip } from '../../src/report/views/outputs.js';
import { reportOn } from '../reports/report.js';

describe('action.yml', () => {
  const action = readFileSync('action.yml', 'utf8');

  /** The entries of a block: by name, its text. */
  function block(name: string): Map<string, string> {
    const text = new RegExp(`^${name}:\\n((?:(?: .*)?\\n)+)`, 'm').exec(action)?.[1] ?? '';
    return new Map(
      Array.from(text.matchAll(/^ {2}([\w-]+):(.*(?:\n {4}.*|\n(?=\n))*)/gm), ([, entry = '', rest = '']) => [
        entry,
        rest,
      ]),
    );
  }

  const value = (entry: string | undefined, key: string): string | undefined =>
    new RegExp(`^ {4}${key}: *(.*)$`, 'm').exec(entry ?? '')?.[1]?.replace(/^'(.*)'$/, '$1');

  // DESIGN.md, "Contract".
  const INPUTS: Readonly<Record<string, string | undefined>> = {
    'target-url': undefined,
    mirrors: undefined,
    'max-parallel': '4',
    token: undefined,
    username: undefined,
    'ssh-private-key': undefined,
    'ssh-known-hosts': undefined,
    'only-protected-branches': 'false',
    branches: undefined,
    'mirror-branch-regex': undefined,
    tags: undefined,
    'keep-divergent-refs': 'false',
    prune: 'merged',
    'default-branch': 'auto',
    lfs: 'auto',
    'dry-run': 'false',
    check: 'false',
    'push-options': undefined,
    'source-url': undefined,
    'source-token': undefined,
    'source-username': undefined,
  };

  test.each(Object.entries(INPUTS))('has the input %s with the default %s', (name, otherwise) => {
    const input = block('inputs').get(name);

    expect(value(input, 'description')).toMatch(/\S/);
    expect(value(input, 'default')).toBe(otherwise);
    // One of `target-url` and `mirrors` is: only the action itself can tell.
    expect(value(input, 'required')).toBeUndefined();
  });

  test.each([
    'status',
    'changed',
    'created-refs',
    'updated-refs',
    'deleted-refs',
    'divergent-refs',
    'rejected-refs',
    'last-error',
    'last-error-code',
    'report',
  ])('has the output %s', (name) => {
    expect(value(block('outputs').get(name), 'description')).toMatch(/\S/);
  });

  test('runs the bundle on node24', () => {
    const runs = block('runs');

    expect([runs.get('using')?.trim(), runs.get('main')?.trim()]).toEqual(['node24', 'dist/index.js']);
  });

  test('has every input that the action reads, and no other', () => {
    const read = OPTION_NAMES.filter((option) => specOf(option).only !== 'command');

    expect([...block('inputs').keys()]).toEqual(read);
    for (const option of read) expect(value(block('inputs').get(option), 'default')).toBe(specOf(option).default);
  });

  test('has every output that the action sets, and no other', () => {
    const literal = readFileSync('src/action/publish.ts', 'utf8').matchAll(/setOutputs\(\{ \.\.\.[^}]+, ([a-z-]+) \}/g);
    const { lists, ...others } = outputsOf({ kind: 'one', report: reportOn([]) });
    const set = [...Array.from(literal, ([, name = '']) => name), ...Object.keys(others), ...Object.keys(lists)];

    expect(Object.keys(lists)).toEqual(Object.keys(outputsOfSkip().lists));
    expect([...block('outputs').keys()].toSorted()).toEqual([...new Set(set)].toSorted());
  });

  test('the token of the job is the one of the runner', () => {
    expect(value(block('inputs').get('job-token'), 'default')).toBe('${{ github.token }}');
  });
});
