import { describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { link } from '../../src/action/summary/markdown.js';
import { summaryOf, type SummarizedMirror } from '../../src/action/summary/summary.js';
import type { Outcome } from '../../src/mirror/outcome.js';
import type { Report, ReportedRef } from '../../src/report/report.js';
import { reportedRef, reportOn } from '../reports/report.js';
import { exampleRun, summarized } from '../reports/summarized.js';

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
    .replaceAll('@<wbr>', '@')
    .replaceAll('\u00a0', ' ')
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}

/** The rows of all tables, but their heads. */
const rows = (summary: string): string[] =>
  summary.split('\n').filter((line) => line.startsWith('| ') && !/^\| (?:Outcome|Status) \|/.test(line));

/** By which every row is known: its outcome. */
const outcomes = (summary: string): (string | undefined)[] =>
  rows(unescaped(summary)).map((row) => /(\w+) \|/.exec(row)?.[1]);

/** What can be seen without unfolding anything. */
const open = (summary: string): string => summary.replace(/<details>[^]*<\/details>/g, '');

/** Without the pages of commits. */
const one = (refs: readonly ReportedRef[], given: Partial<Report> = {}): string =>
  summaryOf([{ report: reportOn(refs, given), sourceCommit: () => undefined, targetCommit: () => undefined }]);

const many = (count: number, given: (index: number) => Partial<ReportedRef> = () => ({})): ReportedRef[] =>
  Array.from({ length: count }, (_, index) =>
    reportedRef({ ref: `refs/heads/feature/${String(index).padStart(5, '0')}`, ...given(index) }),
  );

const [OLD, NEW] = ['1'.repeat(40), '2'.repeat(40)];

describe('one mirror', () => {
  test('is a heading, what the run came to, and a table of what changed', () => {
    const summary = one([
      reportedRef({ ref: 'refs/heads/main', outcome: 'updated', old: OLD, new: NEW }),
      reportedRef({ ref: 'refs/heads/same', outcome: 'unchanged', old: OLD, new: OLD }),
    ]);

    expect(unescaped(summary).split('\n')).toEqual([
      '### ✅ Mirror finished: <code>https://target.example/mirror.git</code>',
      '',
      'From <code>https://source.example/upstream.git</code> · Last successful update 2024-01-01 00:00:01 UTC, in 0.4 s, 4 requests, packs of 317 B',
      '',
      '⏩ 1 updated · ✔️ 1 unchanged',
      '',
      '| Outcome | Ref | Target had | Source has |',
      '|:--|:--|:--|:--|',
      '| ⏩ updated | <code>refs/heads/main</code> | <code>1111111111</code> | <code>2222222222</code> |',
      '',
    ]);
  });

  test('has no table where nothing happened', () => {
    const summary = one([reportedRef({ outcome: 'unchanged' })]);

    expect(rows(summary)).toEqual([]);
    expect(unescaped(summary)).toContain('\n\nUp to date: ✔️ 1 unchanged\n');
    expect(one([])).toContain('\n\nUp to date: no refs\n');
  });

  test('tells of Git LFS objects that were moved', () => {
    expect(unescaped(one([], { lfs: { objects: 5, uploaded: 3, bytes: 24_000_000 } }))).toContain(
      ', 3 Git LFS objects of 24 MB',
    );
  });

  test('says what is set otherwise than usual', () => {
    const settings = { only_protected_branches: true, keep_divergent_refs: true };

    expect(unescaped(one([], settings))).toContain(' · only protected branches · divergent refs are left unchanged\n');
    expect(unescaped(one([], { mirror_branch_regex: '^a|b$' }))).toContain(
      ' · only branches that match <code>^a|b$</code>\n',
    );
  });

  test('that came to nothing has its error, and no table', () => {
    const summary = unescaped(one([], { update_status: 'failed', last_error: 'the host is gone. Try later.' }));

    expect(summary).toMatch(/^### ❌ Mirror failed: /);
    expect(summary).toContain(' · Last update attempt 2024-01-01 00:00:01 UTC, ');
    expect(summary).toMatch(
      / packs of 317 B\n\n> \[!CAUTION\]\n> \*\*Last error:\*\* the host is gone\. Try later\.\n$/,
    );
  });

  test.each([
    ['diverged', /\n>\n> Diverged: bring the commits of the target into the source, or run once without /],
    ['rejected', /\n>\n> Each rejected ref says why, and what to do\.\n/],
  ] as const)('with refs that are %s says what to do', (outcome, words) => {
    expect(one([reportedRef({ outcome })], { update_status: 'failed', last_error: 'some refs' })).toMatch(words);
  });

  test('has notes, of which the first few are shown', () => {
    const notices = Array.from({ length: 8 }, (_, index) => `note ${index}`);
    const summary = one([], { notices });

    expect(summary.match(/^\*\*Note:\*\* note \d$/gm)).toHaveLength(5);
    expect(summary).toContain('**Note:** and 3 more: see the report');
  });

  test.each([
    [{ dry_run: true }, 'dry run', 'Dry run', 'what a run would do'],
    [{ dry_run: true, check: true }, 'check', 'Check', 'how the target differs from what it should be'],
  ])('with %j says so', (given, mode, title, what) => {
    const summary = one([reportedRef()], given);

    expect(summary).toContain(`### ✅ Mirror finished (${mode}): `);
    expect(summary).toContain(`\n\n**${title}:** nothing was changed; below is ${what}.\n`);
    expect(summary).not.toMatch(/Last (?:successful )?update/);
    expect(one([], given)).toContain(`\n\n**${title}:** nothing was changed.\n`);
  });
});

describe('the refs', () => {
  test('are in the order of their urgency, and then of their names', () => {
    const order: Outcome[] = ['created', 'kept', 'updated', 'deleted', 'diverged', 'forced', 'rejected', 'created'];
    const summary = one(order.map((outcome, index) => reportedRef({ ref: `refs/heads/${index}`, outcome })));

    expect(outcomes(summary)).toEqual([
      'rejected',
      'diverged',
      'forced',
      'deleted',
      'updated',
      'created',
      'created',
      'kept',
    ]);
    expect(rows(summary).at(-3)).toContain('refs/heads/0');
  });

  test('that were kept are folded', () => {
    const summary = one([reportedRef({ outcome: 'kept', message: 'not merged' }), reportedRef()]);

    expect(unescaped(summary)).toContain('<details><summary>📌 1 kept on the target</summary>\n\n| Outcome |');
    expect(outcomes(open(summary))).toEqual(['created']);
    expect(rows(summary).at(-1)).toContain('</code><br>not merged |');
  });

  test('beyond the first thirty are folded', () => {
    const summary = one(many(70, (index) => ({ outcome: index < 40 ? 'created' : 'updated' })));

    expect(outcomes(open(summary))).toEqual(Array.from({ length: 30 }, () => 'updated'));
    expect(unescaped(summary)).toContain('<details><summary>and 40 more: 🆕 40 created</summary>');
    expect(rows(summary)).toHaveLength(70);
  });
});

describe('links', () => {
  const REF = reportedRef({ outcome: 'forced', old: OLD, new: NEW });

  test('lead from the old commit to the target, from the new one to the source', () => {
    const urls = { url: 'git@gitlab.com:me/copy.git', source_url: 'https://github.com/me/project.git' };

    expect(rows(summaryOf([summarized(reportOn([REF], urls))]))).toEqual([
      expect.stringContaining(
        `<a href="https://gitlab.com/me/copy/-/commit/${OLD}"><code>1111111111</code></a> | <a href="https://github.com/me/project/commit/${NEW}"><code>2222222222</code></a>`,
      ),
    ]);
  });

  test('are left out where the host has no pages that are known', () => {
    expect(summaryOf([summarized(reportOn([REF]))])).not.toContain('<a ');
  });

  test.each([
    'http://host.example/commit/1',
    'javascript:alert(1)',
    'https://me:secret@host.example/commit/1',
    'https://me@host.example/commit/1',
    'data:text/html,x',
    '//host.example/commit/1',
    'commit/1',
    '',
    `https://host.example/${'x'.repeat(3000)}`,
  ])('to %s are none', (address) => {
    expect(link('text', address)).toBe('text');
  });

  test.each([
    ['https://host.example/a|b"c<d>e`f\'g', 'https://host.example/a%7Cb%22c%3Cd%3Ee%60f%27g'],
    ['https://host.example/a*b(c)[d]\\e', 'https://host.example/a%2Ab%28c%29[d]/e'],
    ['https://host.example/?a=b&c=<d>|`', 'https://host.example/?a=b&amp;c=%3Cd%3E%7C%60'],
    ['https://host.example/é\n', 'https://host.example/%C3%A9'],
  ])('to %j cannot be broken out of', (address, href) => {
    expect(link('text', address)).toBe(`<a href="${href}">text</a>`);
  });
});

describe('several mirrors', () => {
  const named = (name: string, refs: readonly ReportedRef[], given: Partial<Report> = {}): SummarizedMirror =>
    summarized(reportOn(refs, { url: `https://${name}.example/copy.git`, ...given }), name);
  const FAILED = { update_status: 'failed', last_error: 'the host is gone' } as const;
  const headings = (summary: string): string[] => unescaped(summary).match(/^#.*$/gm) ?? [];

  test('the example is as in docs/summary.md', () => {
    const summary = summaryOf(exampleRun());
    const document = new URL('../../docs/summary.md', import.meta.url);
    // SUMMARY=write brings it up to date; scripts/summary-page.mjs then takes the pictures of it.
    if (process.env.SUMMARY === 'write') writeFileSync(document, summary);

    expect(readFileSync(document, 'utf8')).toBe(summary);
  });

  test('begin with a row for each, those that failed first; the quiet ones are folded', () => {
    const summary = summaryOf([
      named('quiet', [reportedRef({ outcome: 'unchanged' }), reportedRef({ outcome: 'kept' })]),
      named('changed', [reportedRef(), reportedRef({ outcome: 'unchanged' })]),
      named('broken', [], FAILED),
    ]);

    expect(unescaped(summary).split('\n').slice(0, 9)).toEqual([
      '### ❌ 1 of 3 mirrors failed',
      '',
      'From <code>https://source.example/upstream.git</code>',
      '',
      '| Status | Mirror | Refs | Took | Last error |',
      '|:--|:--|:--|:--|:--|',
      '| ❌ failed | <b>broken</b><br><code>https://broken.example/copy.git</code> |  | 0.4 s | the host is gone |',
      '| ✅ finished | <b>changed</b><br><code>https://changed.example/copy.git</code> | 1 changed, 1 unchanged | 0.4 s |  |',
      '| ✅ finished | <b>quiet</b><br><code>https://quiet.example/copy.git</code> | 1 unchanged | 0.4 s |  |',
    ]);
    expect(headings(summary)).toEqual([
      '### ❌ 1 of 3 mirrors failed',
      '#### ❌ broken <code>https://broken.example/copy.git</code>',
      '#### ✅ changed <code>https://changed.example/copy.git</code>',
      '#### ✅ quiet <code>https://quiet.example/copy.git</code>',
    ]);
    expect(headings(open(summary))).toHaveLength(3);
    expect(summary).toContain('<details><summary>1 mirror is up to date</summary>\n\n#### ✅ quiet');
    expect(summary.match(/From /g)).toHaveLength(1);
  });

  test('that finished say so, and whether nothing was to be changed', () => {
    expect(summaryOf([named('a', []), named('b', [])])).toMatch(/^### ✅ 2 mirrors finished\n/);
    expect(summaryOf([named('a', [], { dry_run: true }), named('b', [], { dry_run: true })])).toMatch(
      /^### ✅ 2 mirrors finished \(dry run\)\n/,
    );
    expect(summaryOf([named('a', [], { dry_run: true }), named('b', [])])).toMatch(/^### ✅ 2 mirrors finished\n/);
  });

  test('a note is not folded', () => {
    expect(open(summaryOf([named('a', [], { notices: ['look here'] }), named('b', [])]))).toContain(
      '**Note:** look here',
    );
  });

  test('of several sources name each', () => {
    const summary = summaryOf([named('a', []), named('b', [], { source_url: 'https://other.example/x.git' })]);

    expect(unescaped(summary).match(/^From <code>[^ ]*<\/code> · Last/gm)).toHaveLength(2);
    expect(summary).not.toMatch(/^From [^·]*$/m);
  });

  test('one of a list has its name', () => {
    expect(summaryOf([named('gitlab', [])])).toMatch(/^### ✅ Mirror finished: gitlab <code>/);
  });

  test('those that are disabled are named last', () => {
    expect(summaryOf([named('gitlab', []), named('github', [])], ['Backup', '<b>'])).toMatch(
      /\n\nDisabled: <b>Backup<\/b>, <b>&lt;b&gt;<\/b>\n$/,
    );
    expect(summaryOf([named('gitlab', [])], ['Backup'])).toMatch(/\n\nDisabled: <b>Backup<\/b>\n$/);
  });

  test('where none is enabled that is said', () => {
    expect(summaryOf([], ['Backup'])).toBe(
      '### ⚪ No mirror is enabled: nothing was done\n\nDisabled: <b>Backup</b>\n',
    );
  });
});

describe('what others wrote stays text', () => {
  const TAGS = /<\/?(?:code|b|br|wbr|details|summary)>|<a href="https:\/\/[^"<>|]*">|<\/a>/g;

  test.each(HOSTILE)('%j', (text) => {
    const refs = [reportedRef({ ref: `refs/heads/${text}`, outcome: 'rejected', message: text }), reportedRef()];
    const report = { update_status: 'failed', last_error: text, url: text, source_url: text, notices: [text] } as const;
    const summary = one(refs, { ...report, mirror_branch_regex: text });
    const hostileRow = rows(summary)[0] ?? '';

    expect(rows(summary)).toHaveLength(2);
    expect(hostileRow.match(/\|/g)).toHaveLength(5);
    expect(summary.replaceAll(TAGS, '').replaceAll(/^>(?: |$)/gm, '')).not.toMatch(/[<>]/);
    expect(hostileRow.match(/<\/?code>/g)?.join('')).toBe('<code></code><code></code>');
    // Everything between the cells is free of what Markdown, and GitHub on top of it, take for a sign.
    const cells = hostileRow
      .replaceAll(/<\/?code>|<br>|&(?:#\d+|amp|lt|gt);|@<wbr>/g, '')
      .split('|')
      .slice(2, -1);
    expect(cells.join()).not.toMatch(/[\\`*_[\]{}()#!~@:$<>&]|www\.|\p{Cc}|\p{Bidi_Control}/u);
    expect(summary.split('\n').filter((line) => /^(?:#|- |\d+\. |```|::)/.test(line))).toHaveLength(1);
    expect(summary.match(/^>.*$/gm)).toHaveLength(4);
  });

  test.each(HOSTILE)('%j in a list of mirrors', (text) => {
    const report = reportOn([reportedRef({ ref: text, message: text })], { url: text, last_error: text });
    const pages = { sourceCommit: () => text, targetCommit: () => text };
    const summary = summaryOf([
      { ...pages, name: text, report: { ...report, update_status: 'failed' } },
      { ...pages, name: text, report },
    ]);

    expect(rows(summary).map((row) => row.match(/\|/g)?.length)).toEqual([6, 6, 5, 5]);
    expect(summary.replaceAll(TAGS, '').replaceAll(/^>(?: |$)/gm, '')).not.toMatch(/[<>]/);
    expect(summary.split('\n').filter((line) => /^(?:#|- |\d+\. |```|::)/.test(line))).toHaveLength(3);
  });

  test.each(HOSTILE.filter((text) => !/[\r\n\u001b]/.test(text)))('%j can be read as it is', (text) => {
    const summary = one([reportedRef({ ref: text, message: text })]);

    expect(unescaped(rows(summary)[0] ?? '')).toContain(`<code>${text}</code>`);
  });
});

describe('GitHub drops a summary beyond 1 MiB', () => {
  const MOST = 900 * 1024;
  const KINDS: [string, (index: number) => string, string][] = [
    ['names as usual', (index) => `refs/heads/feature/${index}`, 'a message as usual'],
    ['names made to grow', () => `refs/heads/${'|'.repeat(240)}`, '@'.repeat(600)],
    ['names that are not ASCII', () => `refs/heads/${'é😀'.repeat(60)}`, '日本'.repeat(500)],
    ['names that are not printable', () => `refs/heads/${'\udc80\u202e'.repeat(60)}`, '\u2028'.repeat(5000)],
  ];

  /** How many refs a summary tells of: by a row, or as some of those that are left out. */
  function told(summary: string): number {
    const left = Array.from(summary.matchAll(/^\| … \| and (\d+) more: see the report /gm), ([, count]) =>
      Number(count),
    );
    const shown = rows(summary).filter((row) => /^\| \S+\u00a0(?:rejected|created|kept) /.test(row));
    return left.reduce((sum, count) => sum + count, shown.length);
  }

  test.each(KINDS)('10,000 refs with %s stay below, and each is told or counted', (_what, name, message) => {
    const refs = many(10_000, (index) => ({
      ref: name(index),
      outcome: index % 2 === 0 ? 'rejected' : 'kept',
      message,
    }));
    const summary = one(refs, { update_status: 'failed', last_error: '|'.repeat(100_000) });

    expect(Buffer.byteLength(summary)).toBeLessThan(MOST);
    expect(told(summary)).toBe(10_000);
  });

  test.each(KINDS)('20 mirrors of 10,000 refs with %s do, too', (_what, name, message) => {
    const refs = many(10_000, (index) => ({ ref: name(index), outcome: 'rejected', message }));
    const words = '\u202e'.repeat(10_000);
    const report = reportOn(refs, {
      ...{ update_status: 'failed', last_error: words, url: words, source_url: words, mirror_branch_regex: words },
      notices: Array.from({ length: 100 }, () => words),
    });
    const summary = summaryOf(Array.from({ length: 20 }, (_, index) => summarized(report, `${words}${index}`)));

    expect(Buffer.byteLength(summary)).toBeLessThan(MOST);
    expect(told(summary)).toBe(200_000);
  });

  test('what small mirrors do not need is for large ones', () => {
    const small = Array.from({ length: 19 }, (_, index) => summarized(reportOn(many(5)), `small${index}`));
    const summary = summaryOf([summarized(reportOn(many(10_000)), 'large'), ...small]);

    expect(Buffer.byteLength(summary)).toBeGreaterThan(MOST * 0.95);
    expect(Buffer.byteLength(summary)).toBeLessThan(MOST);
    expect(told(summary)).toBe(10_095);
  });

  test('of more than fifty mirrors the most urgent are shown, and the others counted', () => {
    const words = '|'.repeat(5000);
    const failed = { update_status: 'failed', last_error: words, url: words, notices: [words] } as const;
    const mirrors = Array.from({ length: 500 }, (_, index) =>
      summarized(
        reportOn(
          many(100, () => ({ message: words })),
          index < 450 ? {} : failed,
        ),
        words,
      ),
    );
    const summary = summaryOf(mirrors);

    expect(Buffer.byteLength(summary)).toBeLessThan(MOST);
    expect(summary).toContain('### ❌ 50 of 500 mirrors failed');
    expect(summary).toContain('| … | and 450 more: see the report |');
    expect(summary.match(/^#### ❌/gm)).toHaveLength(50);
  });

  test('2,000 refs as usual are all shown', () => {
    const urls = { url: 'https://gitlab.com/me/copy.git', source_url: 'https://github.com/me/project.git' };
    const refs = many(2000, () => ({ outcome: 'updated', old: OLD, new: NEW }));

    const shown = rows(summaryOf([summarized(reportOn(refs, urls))]));

    expect(shown).toHaveLength(2000);
    expect(shown.every((row) => row.match(/<a /g)?.length === 2)).toBe(true);
  });

  test('so are 10,000 of a first mirror, but only the first with links', () => {
    const urls = { url: 'https://gitlab.com/me/copy.git', source_url: 'https://github.com/me/project.git' };
    const shown = rows(summaryOf([summarized(reportOn(many(10_000), urls))]));

    expect(shown).toHaveLength(10_000);
    expect(shown.filter((row) => row.includes('<a '))).toHaveLength(30);
  });
});
