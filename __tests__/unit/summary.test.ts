import { describe, expect, test } from '@jest/globals';
import { summaryOf } from '../../src/action/summary.js';
import type { Outcome } from '../../src/mirror/outcome.js';
import { reportedRef, reportOn } from '../reports/report.js';

/** What Markdown, HTML and GitHub make something of. */
const HOSTILE = [
  'a|b|c',
  '`code`',
  '```\nfence',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<!-- hidden',
  '&lt;b&gt;',
  '[text](https://evil.example)',
  '![image](https://evil.example/x.png)',
  'https://evil.example',
  'www.evil.example',
  'someone@evil.example',
  '@user',
  '@org/team',
  '#123',
  'GH-123',
  'me/x#1',
  '**bold** __bold__ *it* _it_ ~~gone~~',
  ':tada:',
  '$x^2$',
  '$$x$$',
  '\\| \\',
  'line\nbreak\r\n| new | row |',
  '\n\n# heading',
  '- list',
  '1. list',
  '> quote',
  '::error::workflow command',
  '\u001b[31m\u202e',
  '</code></td></tr></table>',
  '---|---',
];

/** The text as a reader sees it, if nothing in it is taken for markup. */
function unescaped(html: string): string {
  return html
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}

const rows = (summary: string): string[] =>
  summary.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| |'));

describe('summaryOf', () => {
  test('is a headline and a table of what changed or was left alone', () => {
    const refs = [
      reportedRef({ ref: 'refs/heads/main', outcome: 'updated', old: '1'.repeat(40), new: '2'.repeat(40) }),
      reportedRef({ ref: 'refs/heads/same', outcome: 'unchanged' }),
      reportedRef({ ref: 'refs/tags/v1', outcome: 'kept', old: '3'.repeat(40), new: null, message: 'not merged' }),
    ];
    const summary = summaryOf(reportOn(refs));

    expect(summary).toMatch(
      /^### ✅ Mirror finished: <code>.*target.*<\/code>\n\nFrom <code>.*<\/code>: 1 updated, 1 unchanged, 1 kept, in 0\.4 s/,
    );
    expect(rows(summary).map(unescaped)).toEqual([
      '| ⏩ updated | <code>refs/heads/main</code> | <code>1111111111</code> | <code>2222222222</code> |  |',
      '| 📌 kept | <code>refs/tags/v1</code> | <code>3333333333</code> |  | not merged |',
    ]);
  });

  test('needs no table where nothing happened', () => {
    const summary = summaryOf(reportOn([reportedRef({ outcome: 'unchanged' })]));

    expect(rows(summary)).toEqual([]);
    expect(summary).toContain('1 unchanged');
  });

  test('says that it was a dry run, and why a run failed', () => {
    const summary = summaryOf(reportOn([], { update_status: 'failed', dry_run: true, last_error: 'the host is gone' }));

    expect(summary).toMatch(/^### ❌ Mirror failed \(dry run\)/);
    expect(unescaped(summary)).toContain('**Last error:** the host is gone');
  });

  test('puts first what somebody must look at', () => {
    const outcomes: Outcome[] = ['created', 'rejected', 'kept', 'diverged'];
    const refs = outcomes.map((outcome, index) => reportedRef({ ref: `refs/heads/${index}`, outcome }));

    expect(rows(summaryOf(reportOn(refs))).map((row) => /(\w+) \|/.exec(row)?.[1])).toEqual([
      'rejected',
      'diverged',
      'created',
      'kept',
    ]);
  });
});

describe('what others wrote stays text', () => {
  test.each(HOSTILE)('%j', (text) => {
    const refs = [reportedRef({ ref: `refs/heads/${text}`, outcome: 'rejected', message: text }), reportedRef()];
    const summary = summaryOf(
      reportOn(refs, { update_status: 'failed', last_error: text, url: text, source_url: text }),
    );
    const hostileRow = rows(summary)[0] ?? '';

    expect(rows(summary)).toHaveLength(2);
    expect(hostileRow.match(/\|/g)).toHaveLength(6);
    expect(summary.replaceAll(/<\/?code>/g, '')).not.toMatch(/[<>]/);
    expect(hostileRow.match(/<\/?code>/g)?.join('')).toBe('<code></code><code></code>');
    // Everything between the cells is free of what Markdown, and GitHub on top of it, take for a sign.
    const cells = hostileRow
      .replaceAll(/<\/?code>|&(?:#\d+|amp|lt|gt);/g, '')
      .split('|')
      .slice(2, -1);
    expect(cells.join()).not.toMatch(/[\\`*_[\]{}()#!~@:$<>&]|www\.|\p{Cc}|\p{Bidi_Control}/u);
    expect(summary.split('\n').filter((line) => /^(?:#|>|- |\d+\. |```|::)/.test(line))).toHaveLength(1);
  });

  test.each(HOSTILE.filter((text) => !/[\r\n\u001b]/.test(text)))('%j can be read as it is', (text) => {
    const summary = summaryOf(reportOn([reportedRef({ ref: text, message: text })]));

    expect(unescaped(rows(summary)[0] ?? '')).toContain(`<code>${text}</code>`);
  });
});

describe('GitHub drops a summary beyond 1 MiB', () => {
  test.each([
    ['names as usual', (index: number) => `refs/heads/feature/${index}`, 'a message as usual'],
    ['names made to grow', () => `refs/heads/${'|'.repeat(240)}`, '@'.repeat(600)],
    ['names that are not ASCII', () => `refs/heads/${'é😀'.repeat(60)}`, '日本'.repeat(500)],
  ])('10,000 refs with %s stay below', (_what, name, message) => {
    const refs = Array.from({ length: 10_000 }, (_, index) =>
      reportedRef({ ref: name(index), outcome: 'rejected', message }),
    );
    const summary = summaryOf(reportOn(refs, { update_status: 'failed', last_error: '|'.repeat(100_000) }));
    const shown = rows(summary);

    expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
    expect(shown.at(-1)).toMatch(/and \d+ more: see the report/);
    expect(shown.length - 1 + Number(/and (\d+) more/.exec(shown.at(-1) ?? '')?.[1])).toBe(10_000);
  });

  test('2,000 refs as usual are all shown', () => {
    const refs = Array.from({ length: 2000 }, (_, index) => reportedRef({ ref: `refs/heads/feature/${index}` }));

    expect(rows(summaryOf(reportOn(refs)))).toHaveLength(2000);
  });
});
