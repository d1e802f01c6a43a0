import { expect, test } from '@jest/globals';
import { PushWords } from '../../src/hosts/push-words.js';
import { Explainer } from '../../src/hosts/rejection.js';
import { readMirrors } from '../../src/list/document.js';
import { attemptOf } from '../../src/mirror/attempt.js';
import type { Change } from '../../src/mirror/plan.js';
import { suspectsOf, verdictOnUnmoved } from '../../src/mirror/suspects.js';
import { verdictsOf } from '../../src/mirror/verdict.js';
import { onlyBranches, selection } from '../../src/options/selection.js';
import { linesOf } from '../../src/protocol/lines.js';
import { shown, tellingLines } from '../../src/protocol/programs/ssh-words.js';
import { secretsInText } from '../../src/protocol/userinfo.js';
import type { RefStatus } from '../../src/protocol/wire/push.js';
import { paceOf, repeated } from '../pace.js';

const refsOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `refs/heads/b${index}`);
const changesOf = (refs: readonly string[]): Change[] =>
  refs.map((ref) => ({ kind: 'create', ref, new: '1'.repeat(40) }));

/** Verdicts on refs that are refused, each with a reason of its own. */
function refuse(count: number, reason: (ref: string) => string, said: readonly string[]): void {
  const refs = refsOf(count);
  const statuses = new Map(refs.map((ref): [string, RefStatus] => [ref, { accepted: false, reason: reason(ref) }]));
  const changes = changesOf(refs);
  const verdicts = verdictsOf(changes, { unpack: 'ok', statuses }, said, 'http');
  attemptOf(verdicts);
  const suspects = suspectsOf({ decisions: changes, verdicts });
  for (const change of changes) verdictOnUnmoved(change, suspects);
}

const LISTS: Readonly<Record<string, [count: number, run: (count: number) => unknown]>> = {
  'refs that are refused for one reason': [10_000, (count) => refuse(count, () => 'no', ['hook declined'])],
  'refs that are refused for reasons of their own': [
    1000,
    (count) => refuse(count, (ref) => `${repeated('Branch ', 900)}${ref}`, [repeated('Tag Committer ', 2000)]),
  ],
  'refs with the words of a race': [5000, (count) => refuse(count, (ref) => `cannot lock ref '${ref}'`, ['error: no'])],
  'lines about a ref each': [
    1000,
    (count) =>
      refuse(
        count,
        () => 'no',
        refsOf(count).map((ref) => `error: ${ref} is protected`),
      ),
  ],
  'lines about all refs': [
    5000,
    (count) =>
      refuse(
        2000,
        () => 'no',
        Array.from({ length: count }, (_, at) => `no ${at}`),
      ),
  ],
  'refs that one line names': [
    5000,
    (count) => {
      const refs = refsOf(count);
      const words = new PushWords([refs.map((ref) => ref.slice(11)).join(' ')], new Set(refs), new Explainer());
      return refs.map((ref) => words.about(ref, 5));
    },
  ],
  'lines on standard error': [
    50_000,
    (count) => [shown(tellingLines('no \n\n'.repeat(count))), linesOf('\n \n'.repeat(count))],
  ],
  'parts that a pattern looks for': [
    20_000,
    (count) => selection({ branches: [`${'a*b*'.repeat(20)}x`], tags: [] })(`refs/heads/${'a'.repeat(count)}`),
  ],
  'protected branches, and refs': [
    5000,
    (count) => {
      const refs = refsOf(count);
      const select = onlyBranches(
        () => true,
        refs.map((ref) => `${ref.slice(11)}x`),
      );
      return refs.filter(select);
    },
  ],
  'URLs in a text': [2000, (count) => secretsInText('https://u:p@a.example/x '.repeat(count), [])],
  'mirrors with mistakes': [
    500,
    (count) => {
      let told = 0;
      const text = Array.from({ length: count }, (_, at) => `- { url: 1, wrong: ${at}, tags: 1 }`).join('\n');
      readMirrors(text, 'the list', () => (told += 1));
      return told;
    },
  ],
};

test.each(Object.entries(LISTS))('takes time in proportion: %s', (_name, [count, run]) => {
  const once = Math.max(
    paceOf(() => run(count)),
    10,
  );

  expect(paceOf(() => run(count * 2), 4) / once).toBeLessThan(3.5);
});
