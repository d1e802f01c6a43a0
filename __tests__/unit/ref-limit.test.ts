import { describe, expect, test } from '@jest/globals';
import { refLimitIn } from '../../src/hosts/ref-limit.js';

describe('the most refs of a push, in the words of a server', () => {
  test.each<readonly [words: string, limit: number]>([
    ['- Pushes can not update more than 5 branches or tags.', 5],
    ['- Pushes can not update more than 1 branch or tag.', 1],
    ['Pushes cannot update more than 2 branches and tags', 2],
    ['remote: - Pushes can not update more than 1,000 branches or tags.', 1000],
    ['maximum ref updates exceeded: 55006 commands sent but max allowed is 25000', 25_000],
    ['fatal: maximum ref updates exceeded: 6 commands sent but max allowed is 5.', 5],
    ['too many ref-update commands: 55006 (limit 25000)', 25_000],
    ['unpack error: too many ref-update commands: 55,006 (limit 25,000)', 25_000],
    ['error: Too many reference update commands', 4000],
    ['Pushes can not update more than 1000000 branches or tags.', 1_000_000],
  ])('is read from: %s', (words, limit) => {
    expect(refLimitIn([words])).toBe(limit);
  });

  test('is read from any line, and the smallest one counts', () => {
    const lines = [
      'error: GH013: Repository rule violations found for refs/heads/main.',
      '',
      'maximum ref updates exceeded: 100 commands sent but max allowed is 50',
      '- Pushes can not update more than 5 branches or tags.',
    ];

    expect(refLimitIn(lines)).toBe(5);
    expect(refLimitIn(lines.toReversed())).toBe(5);
  });

  test.each([
    'Pushes can not update more than 0 branches or tags.',
    'Pushes can not update more than -3 branches or tags.',
    'Pushes can not update more than 0.5 branches or tags.',
    'Pushes can not update more than 1000001 branches or tags.',
    'Pushes can not update more than 1e3 branches or tags.',
    'Pushes can not update more than 99999999999999999999999999 branches or tags.',
    'Pushes can not update more than , branches or tags.',
    'Pushes can not update more than five branches or tags.',
    'Pushes can not update more than 5 files.',
    'maximum ref updates exceeded: 5 commands sent but max allowed is 0',
    'maximum ref updates exceeded: 5 commands sent but max allowed is 99999999999999999999',
    'too many ref-update commands: 55006 (limit 0)',
    'too many ref-update commands: 55006 (limit 9007199254740993)',
    'too many ref-update commands: 55006',
    'GH013: Repository rule violations found for refs/heads/5.',
    'refs/tags/limit-5: too many',
    '',
  ])('is none in: %j', (words) => {
    expect(refLimitIn([words])).toBeUndefined();
  });

  test('a number out of range does not hide another one', () => {
    const lines = ['too many ref-update commands: 6 (limit 0)', 'too many ref-update commands: 6 (limit 3)'];

    expect(refLimitIn(lines)).toBe(3);
  });

  test('is found among very many lines, and in very long ones', () => {
    const lines = Array.from({ length: 300_000 }, () => 'too many ref-update commands: 9 (limit 7)');
    const long = `${'1,'.repeat(500_000)} ${'Pushes can not update more than 1'.repeat(20_000)}`;
    const startedAt = performance.now();

    expect(refLimitIn(lines)).toBe(7);
    expect(refLimitIn([long])).toBeUndefined();
    expect(refLimitIn([])).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});
