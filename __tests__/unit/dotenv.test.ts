import { describe, expect, test } from '@jest/globals';
import type { Outcome } from '../../src/mirror/outcome.js';
import { dotenvOf } from '../../src/report/views/dotenv.js';
import type { Report } from '../../src/report/report.js';
import { outputsOf, outputsOfError } from '../../src/report/views/outputs.js';
import type { NamedReport, RunReport } from '../../src/report/run-report.js';
import { reportedRef, reportOn } from '../reports/report.js';

/** The most that GitLab takes (docs.gitlab.com, "artifacts:reports:dotenv"): bytes in all, and variables. */
const MOST = { bytes: 5 * 1024, variables: 20 } as const;

const one = (report: Report): RunReport => ({ kind: 'one', report });

const named = (name: string, report: Report): NamedReport => ({ ...report, name });

function several(mirrors: readonly NamedReport[], lastError: string | null = null): RunReport {
  const { source_url, last_update_started_at, last_update_at } = reportOn([]);
  return {
    kind: 'list',
    report: {
      source_url,
      update_status: lastError === null ? 'finished' : 'failed',
      last_error: lastError,
      last_error_code: lastError === null ? null : 'mirrors-failed',
      last_update_started_at,
      last_update_at,
      mirrors,
      disabled: [],
    },
  };
}

const refs = (outcome: Outcome, names: readonly string[]): Report =>
  reportOn(names.map((name) => reportedRef({ ref: `refs/heads/${name}`, outcome })));

/** The variables as GitLab reads them: one a line, name before the first "=", no quotes, no comments. */
function variablesIn(file: string): Record<string, string> {
  const lines = file.split('\n');
  expect(lines.pop()).toBe('');
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', value = ''] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
      expect([line, name]).toEqual([line, expect.stringMatching(/^PUSH_MIRROR_[A-Z]+(?:_[A-Z]+)*$/)]);
      return [name, value];
    }),
  );
}

const fileOf = (run: RunReport): string => dotenvOf(outputsOf(run));

const variables = (run: RunReport): Record<string, string> => variablesIn(fileOf(run));

describe('dotenvOf', () => {
  test('of a run that changed nothing', () => {
    expect(fileOf(one(reportOn([])))).toBe(
      [
        'PUSH_MIRROR_STATUS=finished',
        'PUSH_MIRROR_CHANGED=false',
        'PUSH_MIRROR_CREATED_REFS=[]',
        'PUSH_MIRROR_CREATED_REF_COUNT=0',
        'PUSH_MIRROR_UPDATED_REFS=[]',
        'PUSH_MIRROR_UPDATED_REF_COUNT=0',
        'PUSH_MIRROR_DELETED_REFS=[]',
        'PUSH_MIRROR_DELETED_REF_COUNT=0',
        'PUSH_MIRROR_DIVERGENT_REFS=[]',
        'PUSH_MIRROR_DIVERGENT_REF_COUNT=0',
        'PUSH_MIRROR_REJECTED_REFS=[]',
        'PUSH_MIRROR_REJECTED_REF_COUNT=0',
        'PUSH_MIRROR_LAST_ERROR=',
        'PUSH_MIRROR_LAST_ERROR_CODE=',
        '',
      ].join('\n'),
    );
  });

  test('of one that did all there is to do, and failed', () => {
    const outcomes: readonly Outcome[] = ['created', 'updated', 'forced', 'deleted', 'unchanged', 'kept', 'diverged'];
    const all = outcomes.map((outcome) => reportedRef({ ref: `refs/heads/${outcome}`, outcome }));
    const run = one(reportOn(all, { update_status: 'failed', last_error: 'it has = "quotes" and more' }));

    expect(variables(run)).toMatchObject({
      PUSH_MIRROR_STATUS: 'failed',
      PUSH_MIRROR_CHANGED: 'true',
      PUSH_MIRROR_CREATED_REFS: '["refs/heads/created"]',
      PUSH_MIRROR_UPDATED_REFS: '["refs/heads/updated","refs/heads/forced"]',
      PUSH_MIRROR_UPDATED_REF_COUNT: '2',
      PUSH_MIRROR_DELETED_REFS: '["refs/heads/deleted"]',
      PUSH_MIRROR_DIVERGENT_REFS: '["refs/heads/diverged"]',
      PUSH_MIRROR_REJECTED_REFS: '[]',
      PUSH_MIRROR_LAST_ERROR: 'it has = "quotes" and more',
    });
  });

  test('of several mirrors: each ref once, and what went wrong with all of them', () => {
    const run = several(
      [
        named('a', refs('created', ['x', 'y'])),
        named('b', refs('created', ['y', 'z'])),
        named('c', refs('rejected', ['x'])),
      ],
      '1 of 3 mirrors failed. c: it did.',
    );

    expect(variables(run)).toMatchObject({
      PUSH_MIRROR_STATUS: 'failed',
      PUSH_MIRROR_CHANGED: 'true',
      PUSH_MIRROR_CREATED_REFS: '["refs/heads/x","refs/heads/y","refs/heads/z"]',
      PUSH_MIRROR_CREATED_REF_COUNT: '3',
      PUSH_MIRROR_REJECTED_REFS: '["refs/heads/x"]',
      PUSH_MIRROR_LAST_ERROR: '1 of 3 mirrors failed. c: it did.',
      PUSH_MIRROR_LAST_ERROR_CODE: 'mirrors-failed',
    });
  });

  test('of options that are wrong', () => {
    expect(
      variablesIn(dotenvOf(outputsOfError({ message: 'One is. Another is.', code: 'configuration' }))),
    ).toMatchObject({
      PUSH_MIRROR_STATUS: 'failed',
      PUSH_MIRROR_CHANGED: 'false',
      PUSH_MIRROR_CREATED_REFS: '[]',
      PUSH_MIRROR_LAST_ERROR: 'One is. Another is.',
      PUSH_MIRROR_LAST_ERROR_CODE: 'configuration',
    });
  });

  test('of lists that are too long as many as there is room for, and the count of all', () => {
    const names = Array.from({ length: 2000 }, (_one, index) => `feature/${index}`);
    const { PUSH_MIRROR_CREATED_REFS: list = '', PUSH_MIRROR_CREATED_REF_COUNT: count } = variables(
      one(refs('created', names)),
    );
    const shown = JSON.parse(list) as string[];

    expect(count).toBe('2000');
    expect(shown).toEqual(names.slice(0, shown.length).map((name) => `refs/heads/${name}`));
    expect([shown.length > 10, list.length > 500, Buffer.byteLength(list) <= 600]).toEqual([true, true, true]);
  });
});

test('a ref that is named after a variable can be read as it is', () => {
  const names = ['refs/heads/$CI_JOB_TOKEN', 'refs/heads/%A%B%', 'refs/heads/100%', 'refs/heads/#1'];
  const run = one(reportOn(names.map((ref) => reportedRef({ ref }))));

  expect(JSON.parse(variables(run).PUSH_MIRROR_CREATED_REFS ?? '')).toEqual(names);
});

describe('whatever is in it, GitLab takes it', () => {
  const everywhere = (names: readonly string[]): Report['refs'] =>
    (['created', 'updated', 'deleted', 'diverged', 'rejected'] as const).flatMap((outcome) =>
      names.map((name) => reportedRef({ ref: `refs/heads/${name}`, outcome })),
    );

  test.each<[string, readonly string[], string]>([
    ['nothing', [], ''],
    ['many refs', Array.from({ length: 500 }, (_one, index) => `branch-${index}`), 'x'.repeat(10_000)],
    ['long names', ['n'.repeat(250), 'm'.repeat(599), 'o'.repeat(4000)], 'y z'.repeat(5000)],
    [
      'names and an error in Chinese',
      Array.from({ length: 50 }, (_one, index) => `分支-${index}`),
      '镜像失败了。'.repeat(1000),
    ],
    ['an error of signs that are not printable', [], '\u0001\u202e'.repeat(2000)],
    ['an error of small pictures', ['😀'.repeat(60)], '😀'.repeat(3000)],
    ['names that JSON escapes', ['"'.repeat(400), '\ud800'.repeat(200)], '"\\'.repeat(2000)],
    [
      'names of variables',
      ['$CI_JOB_TOKEN', '${X}', '%TOKEN%', '%A%B%', '#1'],
      '$CI_JOB_TOKEN ${X} %TOKEN% %A%B% 100%',
    ],
    ['lines in an error', ['a'], 'first\nPUSH_MIRROR_STATUS=finished\r\nthird\u2028fourth'],
  ])('%s', (_what, names, error) => {
    const run = one(reportOn(everywhere(names), { update_status: 'failed', last_error: error }));
    const file = fileOf(run);
    const all = variablesIn(file);

    expect(Buffer.byteLength(file)).toBeLessThanOrEqual(MOST.bytes);
    expect(Object.keys(all)).toHaveLength(14);
    expect(Object.keys(all).length).toBeLessThanOrEqual(MOST.variables);
    expect(all.PUSH_MIRROR_STATUS).toBe('failed');
    expect(file).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
    // GitLab would put in what these variables hold.
    expect(file).not.toMatch(/\$|%\w+%/);
    for (const list of ['CREATED', 'UPDATED', 'DELETED', 'DIVERGENT', 'REJECTED']) {
      expect(JSON.parse(all[`PUSH_MIRROR_${list}_REFS`] ?? '')).toBeInstanceOf(Array);
      expect(all[`PUSH_MIRROR_${list}_REF_COUNT`]).toBe(String(names.length));
    }
  });
});
