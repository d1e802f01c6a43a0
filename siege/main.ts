import { runCampaign, type Runs, type Told } from './campaign.js';
import { choicesOf, FAULTS_OF, WAYS, type Choices, type Fault, type Way } from './choices.js';
import { SIEGE_HELP, type RunsOptions } from './options.js';
import { Siege, type Outcome } from './run.js';
import { table } from './table.js';
import type { Traffic } from './traps.js';
import { makeWorld, type World } from './world.js';
import type { Workplace } from '../bench/workplace.js';

interface SiegeTold extends Told {
  readonly outcome: Outcome;
}

async function prepare({ only, program, keep, verbose }: RunsOptions, workplace: Workplace): Promise<Runs<SiegeTold>> {
  const isAskedFor = (way: Way, fault: Fault): boolean =>
    only.length === 0 || only.some((text) => `${way}-${fault}`.includes(text));
  const ways = new Set(WAYS.filter((way) => FAULTS_OF[way].some((fault) => isAskedFor(way, fault))));
  if (ways.size === 0) throw new Error(`No way and no fault is called "${only.join('" or "')}".`);
  const world = await makeWorld(workplace, program, ways);
  for (const [way, why] of world.closed) process.stderr.write(`siege: no runs over ${way}: ${why}\n`);
  if (!world.hasDisks) process.stderr.write('siege: no full disks: this user cannot mount any\n');
  const isWanted = (way: Way, fault: Fault): boolean =>
    isAskedFor(way, fault) && !world.closed.has(way) && (world.hasDisks || !fault.startsWith('full-'));
  const traffic = new KnownTraffic(world);
  const make = async (number: number): Promise<SiegeTold> => {
    const choices = choicesOf(number, isWanted);
    const outcome = await Siege.run(world, choices, await traffic.of(choices), keep);
    const words =
      outcome.findings.length > 0 || verbose ? ['', ...outcome.words.trim().split('\n')].join('\n      ') : '';
    return { number, title: titleOf(outcome) + words, findings: outcome.findings, outcome };
  };
  return { make, sumUp: (all) => table(all.map(({ outcome }) => outcome)) };
}

/** Bytes that undisturbed runs send and get, measured once for each way and scene. */
class KnownTraffic {
  readonly #world: World;
  readonly #known = new Map<string, Promise<Traffic>>();

  constructor(world: World) {
    this.#world = world;
  }

  of(choices: Choices): Promise<Traffic> {
    // The pipes to a folder's git have about the bytes that its server has over HTTP.
    const way = choices.way === 'folder' || choices.way === 'lfs-folder' ? 'http' : choices.way;
    const key = `${way} ${choices.scene}`;
    const known = this.#known.get(key) ?? this.#measure({ ...choices, way, number: -(this.#known.size + 1) });
    this.#known.set(key, known);
    return known;
  }

  async #measure(choices: Choices): Promise<Traffic> {
    const policy = { keepDivergentRefs: false, prune: 'merged' } as const;
    return Siege.measure(this.#world, { ...choices, policy, fault: 'delay' });
  }
}

function titleOf({ choices, at, hasSprung, end, ms }: Outcome): string {
  const { way, fault, scene, policy, end: where, direction } = choices;
  const mode = `${policy.prune}${policy.keepDivergentRefs ? ' keep' : ''}`;
  const place = `${direction} the ${where} at byte ${at}${hasSprung ? '' : ' (not reached)'}`;
  return `${way}-${fault}, ${scene}, ${mode}, ${place}: ended with ${end}, ${ms} ms`;
}

await runCampaign('siege', { help: SIEGE_HELP, parallel: 2, prepare });
