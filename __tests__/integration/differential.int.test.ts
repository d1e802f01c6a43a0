import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RepositoryContent } from '../repositories/loose-objects.js';
import { isolatedGit, Scratch } from '../repositories/git.js';
import { randomHistory, type RandomHistory } from '../repositories/random-history.js';
import { Random } from '../repositories/random.js';
import {
  expectation,
  refsOf,
  shown,
  symbolicRefs,
  type AskedFor,
  type Expectation,
  type Traits,
} from '../repositories/rules.js';
import type { NeededProgram } from '../requires.js';
import { run, type Given, type Run } from '../run.js';
import { SERVERS, YET_TO_BE_MADE, type ServerName, type Serving, type Way } from '../servers/other-servers.js';

// To play one round again: DIFFERENTIAL_SERVER=... DIFFERENTIAL_END=... DIFFERENTIAL_SEED=... DIFFERENTIAL_ROUND=...
const SEED = numberFrom('DIFFERENTIAL_SEED', 20_200_101);
const ONLY_ROUND = numberFrom('DIFFERENTIAL_ROUND', 0);
const ROUNDS_A_TEST = 25;

/** The servers at the two ends. */
interface Matchup {
  readonly source: ServerName;
  readonly target: ServerName;
  readonly rounds: number;
}

const MATCHUPS = matchups(process.env.DIFFERENTIAL_SERVER ?? '', process.env.DIFFERENTIAL_END ?? '');

/** Everything about a round that its seed and number decide. */
interface Round {
  readonly name: string;
  readonly history: RandomHistory;
  readonly asked: AskedFor;
  readonly sourceWay: Way;
  readonly targetWay: Way;
  readonly traits: Traits;
  readonly hasDryRun: boolean;
}

/** A run and what it left behind, in the shape in which it is compared. */
interface Observation {
  readonly round: string;
  readonly outcomes: Readonly<Record<string, string>>;
  readonly status: string;
  readonly refs: Readonly<Record<string, string>>;
  readonly symrefs: Readonly<Record<string, string>>;
  readonly problems: string;
}

for (const matchup of MATCHUPS) {
  const { source, target } = matchup;
  const programs = [SERVERS[source].program(), SERVERS[target].program()] as const;
  const { describe } = programs.find(({ path }) => path === '') ?? programs[0];
  describe(`the mirror and the rules, by random histories, from ${source} to ${target}`, () => play(matchup, programs));
}

function play(matchup: Matchup, programs: readonly [source: NeededProgram, target: NeededProgram]): void {
  const { source: sourceName, target: targetName, rounds } = matchup;
  let scratch: Scratch;
  let servings: { readonly source: Serving; readonly target: Serving };
  let played = 0;

  beforeEach(async () => {
    scratch = new Scratch();
    const [sourceProgram, targetProgram] = programs;
    const source = await SERVERS[sourceName].serve(scratch.path, sourceProgram.path);
    const isBoth = sourceName === targetName;
    servings = { source, target: isBoth ? source : await SERVERS[targetName].serve(scratch.path, targetProgram.path) };
  });

  afterEach(async () => {
    await Promise.all([servings.source.stop(), servings.target.stop()]);
    scratch.remove();
  });

  afterAll(() => {
    process.stdout.write(`differential: ${played} rounds from ${sourceName} to ${targetName}, seed ${SEED}\n`);
  });

  const blocks =
    ONLY_ROUND > 0
      ? [[ONLY_ROUND, ONLY_ROUND] as const]
      : Array.from({ length: Math.ceil(rounds / ROUNDS_A_TEST) }, (_none, block) => {
          const first = block * ROUNDS_A_TEST + 1;
          return [first, Math.min(rounds, first + ROUNDS_A_TEST - 1)] as const;
        });

  test.each(blocks)(
    'agree in rounds %i to %i',
    async (first, last) => {
      for (let number = first; number <= last; number += 1) {
        const round = roundOf(number, matchup);
        await expectAgreement(round).catch((error: unknown) => {
          throw new Error(`${describeRound(round)}\n${String(error)}`, { cause: error });
        });
        played += 1;
      }
    },
    300_000,
  );

  async function expectAgreement(round: Round): Promise<void> {
    const [sourcePath, targetPath] = [scratch.join(`${round.name}.git`), scratch.join(`${round.name} copy.git`)];
    const isMade = round.targetWay !== YET_TO_BE_MADE;
    round.history.objects.write(sourcePath, round.history.source);
    if (isMade) round.history.objects.write(targetPath, round.history.target);
    const ends = {
      source: servings.source.address('source', round.sourceWay, sourcePath),
      target: servings.target.address('target', round.targetWay, targetPath),
    };
    const given = givenFor(round.asked);
    const sourceFiles = filesBelow(sourcePath);
    const source = shown(sourcePath);
    const before = isMade ? shown(targetPath) : undefined;
    const rules = expectation(source, before, round.asked, round.traits);
    const expected = expectedObservation(round, rules, isMade ? round.history.target : undefined);

    if (round.hasDryRun && isMade) {
      const filesBefore = filesBelow(targetPath);
      const foreseen = await run(ends.source, ends.target, { ...given, dryRun: 'true' });
      // Nothing is tried, and so nothing refused.
      const { outcomes } = expectation(source, before, round.asked, { ...round.traits, leavesFolders: false });
      expect(foreseen.outcomes).toEqual(Object.fromEntries(outcomes));
      expect(filesBelow(targetPath)).toEqual(filesBefore);
    }

    const first = await run(ends.source, ends.target, given);
    expect(observed(round, first, targetPath)).toEqual(expected);
    expect(faultsIn(first, rules, before?.all)).toEqual([]);

    const rulesForMore = expectation(source, shown(targetPath), round.asked, round.traits);
    const second = await run(ends.source, ends.target, given);
    expect(second.outcomes).toEqual(Object.fromEntries(rulesForMore.outcomes));
    // Where no symbolic ref is told, a ref is kept for as long as it shares its object; the first run may end that.
    const mayGoOn = !round.traits.targetSymrefs || round.traits.leavesFolders;
    expect(Object.fromEntries(refsOf(targetPath))).toEqual(Object.fromEntries((mayGoOn ? rulesForMore : rules).refs));
    const { counts, transfer } = second.report;
    if (!mayGoOn || counts.created + counts.rejected === 0) expect(transfer.pack_bytes).toBe(0);
    expect(filesBelow(sourcePath)).toEqual(sourceFiles);
  }
}

/** The real git for many rounds, and each other server at each end for a few; or what is asked for. */
function matchups(server: string, end: string): Matchup[] {
  const names = (Object.keys(SERVERS) as ServerName[]).filter((name) => server === '' || name === server);
  return names.flatMap((name): Matchup[] => {
    const rounds = numberFrom('DIFFERENTIAL_ROUNDS', name === 'git' ? 150 : 5);
    if (name === 'git') return [{ source: name, target: name, rounds }];
    const places: Record<string, Omit<Matchup, 'rounds'>> = {
      source: { source: name, target: 'git' },
      target: { source: 'git', target: name },
      both: { source: name, target: name },
    };
    const asked = Object.entries(places).filter(([place]) => end === '' || place === end);
    return asked.map(([, place]) => ({ ...place, rounds }));
  });
}

function numberFrom(variable: string, otherwise: number): number {
  const text = process.env[variable] ?? '';
  return /^\d+$/.test(text) ? Number(text) : otherwise;
}

function roundOf(number: number, { source, target }: Matchup): Round {
  const random = new Random(Math.imul(SEED, 0x9e37_79b1) + number);
  const oneOf = (ways: readonly Way[]): Way => random.weighted(ways.map((way) => [way.weight, way] as const));
  const [sourceWay, targetWay] = [oneOf(SERVERS[source].asSource), oneOf(SERVERS[target].asTarget)];
  const asked = randomlyAsked(random);
  const made = randomHistory(random, clocksFor(random, asked, sourceWay));
  const traits = {
    sourceSymrefs: tellsSymrefs(sourceWay, made.source),
    targetSymrefs: tellsSymrefs(targetWay, made.target),
    leavesFolders: targetWay.leavesFolders,
  };
  return {
    name: `seed ${SEED} round ${number}`,
    history: tellable(made, traits),
    asked,
    sourceWay,
    targetWay,
    traits,
    hasDryRun: random.chance(0.3),
  };
}

/**
 * Where clocks were wrong, git's own walk may take what is merged for unmerged, and it is kept; so is a ref, under
 * keep-divergent-refs, whose ancestry only that walk can tell.
 */
function clocksFor(random: Random, asked: AskedFor, sourceWay: Way): 'right' | 'wrong' {
  const asksForMerged = asked.prune === 'merged' && !asked.keepDivergentRefs;
  return random.chance(0.4) && !asksForMerged && !sourceWay.goesByClocks ? 'wrong' : 'right';
}

/**
 * Through a server that tells no symbolic refs nobody can know that a push to one moves the branch behind it: the
 * history without those whose name is a branch or tag of the source.
 */
function tellable(history: RandomHistory, traits: Traits): RandomHistory {
  if (traits.targetSymrefs) return history;
  const { source, target } = history;
  const isPushed = (name: string): boolean =>
    source.refs.has(name) || (!traits.sourceSymrefs && source.symrefs.has(name));
  const symrefs = new Map([...target.symrefs].filter(([name, to]) => !isPushed(name) && target.refs.has(to)));
  return { ...history, target: { ...target, symrefs } };
}

function randomlyAsked(random: Random): AskedFor {
  const branches = random.chance(0.4)
    ? random.some(['*', 'main', 'a*', '!a/*', 'feature/*', '!main', '*/*', '!*x', 'a.b', 'gr*e', '*a*e*'], 0.25)
    : [];
  const regex = random.pick(['^main$', 'feature', 'a/', '^(?:main|dev)$', '[0-9]', '.']);
  return {
    branches,
    tags: random.chance(0.35) ? random.some(['v*', '!v1', 'a*', '*', '!*', '!x/*', 'v1.1'], 0.3) : [],
    mirrorBranchRegex: branches.length === 0 && random.chance(0.15) ? regex : '',
    keepDivergentRefs: random.chance(0.3),
    prune: random.weighted([
      [55, 'merged'],
      [15, 'never'],
      [30, 'always'],
    ]),
  };
}

function tellsSymrefs({ symrefs }: Way, content: RepositoryContent): boolean {
  return symrefs === 'told' || (symrefs === 'shown' && content.symrefs.size > 0);
}

function givenFor(asked: AskedFor): Given {
  // The rules leave HEAD alone; the tests of `default-branch` are about it.
  return { ...asked, keepDivergentRefs: String(asked.keepDivergentRefs), defaultBranch: 'never' };
}

function expectedObservation(round: Round, rules: Expectation, target: RepositoryContent | undefined): Observation {
  const head = target?.head.replace(/^ref: /, '');
  return {
    round: describeRound(round),
    outcomes: Object.fromEntries(rules.outcomes),
    status: rules.updateStatus,
    refs: Object.fromEntries(rules.refs),
    symrefs: { ...(head === undefined ? {} : { HEAD: head }), ...Object.fromEntries(target?.symrefs ?? []) },
    problems: '',
  };
}

function observed(round: Round, { outcomes, report }: Run, targetPath: string): Observation {
  const target = round.targetWay === YET_TO_BE_MADE ? undefined : round.history.target;
  return {
    round: describeRound(round),
    outcomes,
    status: report.update_status,
    refs: Object.fromEntries(refsOf(targetPath)),
    symrefs: target === undefined ? {} : symbolicRefs(targetPath, target.symrefs.keys()),
    problems: problemsOf(targetPath),
  };
}

function describeRound({ name, sourceWay, targetWay, asked }: Round): string {
  return `${name}: ${sourceWay.name} to ${targetWay.name}, ${JSON.stringify(asked)}`;
}

/** What `git fsck` finds; empty where all is well. */
function problemsOf(path: string): string {
  const args = ['-C', path, 'fsck', '--full', '--no-dangling', '--no-progress'];
  const { stdout, stderr, status } = spawnSync('git', args, { env: isolatedGit(), encoding: 'utf8' });
  return status === 0 ? '' : stdout + stderr;
}

/** What is wrong with a report beside its outcomes. */
function faultsIn({ report, outcomes }: Run, rules: Expectation, before?: ReadonlyMap<string, string>): string[] {
  const faults: string[] = [];
  const names = report.refs.map(({ ref }) => ref);
  const sorted = names.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  if (names.join('\n') !== sorted.join('\n')) faults.push('the refs are not in ref name order');
  if (names.length !== Object.keys(outcomes).length) faults.push('a ref is reported twice');
  for (const [outcome, count] of Object.entries(report.counts)) {
    if (report.refs.filter((ref) => ref.outcome === outcome).length !== count) faults.push(`${outcome} is miscounted`);
  }
  if ((report.last_error === null) !== (rules.updateStatus === 'finished')) faults.push('last_error is out of place');
  for (const { ref, outcome, old, new: id } of report.refs) {
    const isPushed = ['created', 'updated', 'forced'].includes(outcome);
    if (isPushed && rules.refs.get(ref) !== id) faults.push(`${ref} has a wrong new object`);
    if (old !== (before?.get(ref) ?? null)) faults.push(`${ref} has a wrong old object`);
  }
  return faults;
}

/** Every file below a folder, with its content; object files by name alone, because their names tell it. */
function filesBelow(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name)).sort();
  return Object.fromEntries(
    paths.map((path) => [path, path.includes('/objects/') ? '' : readFileSync(path, 'latin1')]),
  );
}
