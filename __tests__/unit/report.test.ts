import { describe, expect, test } from '@jest/globals';
import { commandName } from '../../src/cli/names.js';
import { parseOptions } from '../../src/options/options.js';
import { OUTCOMES, type MirrorResult, type RefResult } from '../../src/mirror/outcome.js';
import { secretsOf } from '../../src/options/given-secrets.js';
import { hasChanges, refsWith, reportOf, type Report } from '../../src/report/report.js';
import { regexCompiler } from '../../src/options/selection.js';
import { rawOptions, type GivenOptions } from '../raw-options.js';
import { reportedRef, reportOn } from '../reports/report.js';

const compile = await regexCompiler(true);

const TOKEN = 's3cr3t/+token';

const refResult = (given: Partial<RefResult> = {}): RefResult => ({
  ref: 'refs/heads/main',
  outcome: 'created',
  old: null,
  new: '1',
  message: null,
  code: null,
  ...given,
});

function result(given: Partial<MirrorResult> = {}): MirrorResult {
  return {
    status: 'finished',
    lastError: null,
    lastErrorCode: null,
    startedAt: new Date(0),
    endedAt: new Date(1500),
    refs: [],
    notices: [],
    lfsObjects: undefined,
    transfer: { requests: 4, bytesReceived: 10, bytesSent: 20, packBytes: 5, durationMs: 1500.4 },
    ...given,
  };
}

function report(of: MirrorResult, given: GivenOptions = {}): Report {
  const target = { url: `https://me:${encodeURIComponent(TOKEN)}@host.example/x.git` };
  const raw = rawOptions({ source: { url: '/srv/source.git' }, target, ...given });
  return reportOf(parseOptions(raw, commandName, '/', compile), of, secretsOf(raw));
}

describe('reportOf', () => {
  test('has the fields of the contract, and no other', () => {
    const refs = [
      refResult(),
      refResult({ ref: 'refs/heads/x', outcome: 'diverged', old: '2', message: 'why', code: 'unknown-object' }),
    ];

    expect(
      report(
        result({ refs, status: 'failed', lastError: 'what', lastErrorCode: 'refs-diverged', notices: ['a note'] }),
        { keepDivergentRefs: 'true' },
      ),
    ).toEqual({
      url: 'https://*****:*****@host.example/x.git',
      source_url: '/srv/source.git',
      update_status: 'failed',
      last_error: 'what',
      last_error_code: 'refs-diverged',
      last_update_started_at: '1970-01-01T00:00:00.000Z',
      last_update_at: '1970-01-01T00:00:01.500Z',
      only_protected_branches: false,
      keep_divergent_refs: true,
      mirror_branch_regex: null,
      dry_run: false,
      check: false,
      refs: [
        { ref: 'refs/heads/main', outcome: 'created', old: null, new: '1', message: null, code: null },
        { ref: 'refs/heads/x', outcome: 'diverged', old: '2', new: '1', message: 'why', code: 'unknown-object' },
      ],
      notices: ['a note'],
      counts: { created: 1, updated: 0, forced: 0, deleted: 0, unchanged: 0, diverged: 1, kept: 0, rejected: 0 },
      transfer: { requests: 4, bytes_received: 10, bytes_sent: 20, pack_bytes: 5, duration_ms: 1500 },
      lfs: null,
    });
  });

  test('tells the regex and the dry run', () => {
    expect(report(result(), { mirrorBranchRegex: '^main$', dryRun: 'true' })).toMatchObject({
      mirror_branch_regex: '^main$',
      dry_run: true,
      check: false,
    });
  });

  test('tells the check, in which nothing is changed', () => {
    expect(report(result(), { check: 'true' })).toMatchObject({ dry_run: true, check: true });
  });

  test('holds no secret, wherever a server put it', () => {
    const refs = [refResult({ outcome: 'rejected', message: `bad token ${TOKEN}` })];
    const text = JSON.stringify(report(result({ refs, lastError: `401 for ${btoa(`me:${TOKEN}`)}` })));

    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain(btoa(`me:${TOKEN}`).replace(/=+$/, ''));
  });
});

describe('what a server could send a secret back as', () => {
  const ref = (name: string, given: Partial<RefResult> = {}): RefResult =>
    refResult({ ref: `refs/heads/${name}`, ...given });

  test('the names of refs, objects and notices', () => {
    const refs = [ref(TOKEN, { old: TOKEN, new: TOKEN })];
    const text = JSON.stringify(report(result({ refs, notices: [`The branch ${TOKEN} is kept.`] })));

    expect(text).not.toContain(TOKEN);
    expect(text).toContain('"The branch ***** is kept."');
  });

  test('the refs keep their order, and each its own name', () => {
    const refs = ['a', `b-${TOKEN}`, `b-${encodeURIComponent(TOKEN)}`, `b-${btoa(TOKEN).replace(/=+$/, '')}`, 'c'].map(
      (name) => ref(name),
    );

    expect(report(result({ refs })).refs.map((one) => one.ref)).toEqual(
      ['a', 'b-*****', 'b-*****~2', 'b-*****~3', 'c'].map((name) => `refs/heads/${name}`),
    );
  });
});

describe('views', () => {
  test('refsWith tells full names by outcome', () => {
    const refs = [
      reportedRef({ ref: 'refs/heads/a', outcome: 'updated' }),
      reportedRef({ ref: 'refs/heads/b', outcome: 'forced' }),
      reportedRef({ ref: 'refs/heads/c', outcome: 'created' }),
    ];

    expect(refsWith(reportOn(refs), 'updated', 'forced')).toEqual(['refs/heads/a', 'refs/heads/b']);
    expect(refsWith(reportOn(refs), 'deleted')).toEqual([]);
  });

  test.each(OUTCOMES)('a ref that is %s counts as a change, or not', (outcome) => {
    expect(hasChanges(reportOn([reportedRef({ outcome })]))).toBe(
      ['created', 'updated', 'forced', 'deleted'].includes(outcome),
    );
  });
});
