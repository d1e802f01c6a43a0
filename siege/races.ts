import { mkdirSync } from 'node:fs';
import type { Workplace } from '../bench/workplace.js';
import { runCampaign, type Runs, type Told } from './campaign.js';
import { makeFixture } from './fixtures.js';
import { RACES_HELP, type RunsOptions } from './options.js';
import { race, type RaceOutcome } from './race.js';

interface RaceTold extends Told {
  readonly outcome: RaceOutcome;
}

async function prepare({ program, keep }: RunsOptions, workplace: Workplace): Promise<Runs<RaceTold>> {
  mkdirSync(workplace.join('fixture'));
  const course = { workplace, program, fixture: makeFixture(workplace.join('fixture')) };
  const make = async (number: number): Promise<RaceTold> => {
    const outcome = await race(course, number, keep);
    return { number, title: titleOf(outcome), findings: outcome.findings, outcome };
  };
  return { make, sumUp: (all) => sums(all.map(({ outcome }) => outcome)) };
}

function titleOf({ way, policy, ends, rounds, pushes, ms }: RaceOutcome): string {
  const mode = `${policy.prune}${policy.keepDivergentRefs ? ' keep' : ''}`;
  const pushed = `${pushes.source} pushes to the source, ${pushes.target} to the target, ${pushes.late} too late`;
  return `${way}, ${mode}: ended with ${ends.join(' ')} after ${rounds.join(' ')} rounds; ${pushed}; ${ms} ms`;
}

function sums(outcomes: readonly RaceOutcome[]): string {
  const lines = [false, true].flatMap((keeps) =>
    (['http', 'folder'] as const).map((way) => {
      const these = outcomes.filter((one) => one.way === way && one.policy.keepDivergentRefs === keeps);
      return `${keeps ? 'keep-divergent-refs' : 'overwrite'} over ${way}: ${sumOf(these)}`;
    }),
  );
  return [...lines, `all: ${sumOf(outcomes)}`].join('\n');
}

function sumOf(outcomes: readonly RaceOutcome[]): string {
  const total = (count: (outcome: RaceOutcome) => number): number => outcomes.reduce((sum, one) => sum + count(one), 0);
  const mirrors = total(({ ends }) => ends.length);
  const counted = (values: readonly (string | number)[]): string =>
    [...new Set(values)]
      .sort()
      .map((value) => `${value}: ${values.filter((one) => one === value).length}`)
      .join(', ');
  const wrong = outcomes.filter(({ findings }) => findings.length > 0).length;
  const rounds = outcomes.flatMap((one) => one.rounds);
  const pushes = `${total(({ pushes: { source } }) => source)} pushes to sources, ${total(({ pushes: { target } }) => target)} to targets`;
  const seconds = (total(({ ms }) => ms) / Math.max(outcomes.length, 1) / 1000).toFixed(1);
  return [
    `${outcomes.length} races with ${mirrors} mirrors, ${wrong} wrong`,
    `${pushes} (${total(({ pushes: { late } }) => late)} too late)`,
    `overtaken ${rounds.filter((one) => one > 1).length}, rounds ${counted(rounds)}`,
    `ended with ${counted(outcomes.flatMap(({ ends }) => ends))}`,
    `${seconds} s on average`,
  ].join('; ');
}

await runCampaign('races', { help: RACES_HELP, parallel: 4, prepare });
