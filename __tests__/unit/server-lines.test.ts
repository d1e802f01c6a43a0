import { describe, expect, test } from '@jest/globals';
import { Secrets } from '../../src/redaction/secrets.js';
import { SHOWN_LIMITS } from '../../src/protocol/limits/shown.js';
import { ServerLines } from '../../src/report/server-lines.js';

const SECRET = 'ghp_S3cretCanary0123456789abcdefghijkl12';

function shown(lines: readonly string[], end: 'source' | 'target' = 'target'): string[] {
  const servers = new ServerLines(new Secrets([SECRET]));
  return [...lines.flatMap((line) => servers.take(end, line)), ...servers.rest()].map(({ text }) => text);
}

describe('progress', () => {
  const percents = (title: string, last: number): string[] =>
    Array.from({ length: last + 1 }, (_, done) => `${title}: ${String(done).padStart(3)}% (${done}/100)`);

  test('is shown by its end', () => {
    expect(shown([...percents('Resolving deltas', 100), 'done'])).toEqual([
      'remote: Resolving deltas: 100% (100/100)',
      'remote: done',
    ]);
  });

  test('that ends early is shown by its last line', () => {
    expect(shown([...percents('Updating references', 40), 'out of memory'])).toEqual([
      'remote: Updating references:  40% (40/100)',
      'remote: out of memory',
    ]);
    expect(shown(percents('Updating references', 40))).toEqual(['remote: Updating references:  40% (40/100)']);
  });

  test('that only counts, and several one behind the other', () => {
    const lines = ['Counting objects: 1', 'Counting objects: 20', 'Counting objects: 31, done.', 'Finding sources: 1'];

    expect(shown(lines, 'source')).toEqual(['source: Counting objects: 31, done.', 'source: Finding sources: 1']);
  });

  test.each(['exit code: 1', 'error: 403', 'Line 5: 100% wrong', 'http://host:80', 'Running tests: all'])(
    '%j is none',
    (line) => {
      expect(shown([line, line])).toEqual([`remote: ${line}`, `remote: ${line}`]);
    },
  );
});

describe('a flood', () => {
  test('of lines is cut, and counted', () => {
    const most = SHOWN_LIMITS.serverLines.value;
    const lines = Array.from({ length: most + 5 }, (_, at) => `line ${at}`);

    expect(shown(lines).slice(most - 1)).toEqual([
      `remote: line ${most - 1}`,
      'remote: (5 more lines of the server are left out)',
    ]);
    expect(shown(lines.slice(0, most + 1)).at(-1)).toBe('remote: (1 more line of the server is left out)');
  });

  test('of text is cut, too', () => {
    const length = shown(Array.from({ length: 500 }, () => 'x'.repeat(8000))).join('\n').length;

    expect(length).toBeGreaterThan(SHOWN_LIMITS.serverText.value * 0.9);
    expect(length).toBeLessThan(SHOWN_LIMITS.serverText.value * 1.1);
  });

  test('of one end leaves the other its room, and mirrors have it together', () => {
    const servers = new ServerLines(new Secrets([]));
    for (let line = 0; line < SHOWN_LIMITS.serverLines.value; line += 1)
      servers.take('target', 'x', `mirror ${line % 3}`);

    expect(servers.take('target', 'x', 'another')).toEqual([]);
    expect(servers.take('source', 'x', 'another')).toEqual([{ end: 'source', text: 'another: source: x' }]);
  });
});

describe('a secret', () => {
  test.each([1, 3, 7, 8, 20, 35, 39])('that is split behind %i characters shows seven at the most', (at) => {
    const said = shown([`it is ${SECRET.slice(0, at)}`, `${SECRET.slice(at)} and so on`]).join('\n');

    for (let from = 0; from + 8 <= SECRET.length; from += 1) expect(said).not.toContain(SECRET.slice(from, from + 8));
    expect(said).toMatch(/^remote: it is .*\nremote: \*{5} and so on$/);
  });

  test('that comes in lines of seven characters shows seven of them', () => {
    const lines = SECRET.match(/.{1,7}/g) ?? [];

    expect(shown(lines)).toEqual([`remote: ${lines[0] ?? ''}`, ...lines.slice(1).map(() => 'remote: *****')]);
  });
});
