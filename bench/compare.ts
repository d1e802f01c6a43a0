import type { SeenRequest } from '../__tests__/servers/git-http-server.js';
import type { Command } from './measure.js';
import type { CriticalPathResult, Floor, ScenarioResult } from './results.js';
import type { Contender, Measurement, Ring } from './ring.js';
import { addCommit, type Scenario } from './scenarios.js';

const DELAY_MS = 100;

/** Says what is under way. */
export type Say = (line: string) => void;

/** Runs both contenders through a scenario. */
export async function compare(ring: Ring, scenario: Scenario, runs: number, say: Say): Promise<ScenarioResult> {
  const times = scenario.repeated ? runs : 1;
  const costs: Record<Contender, Measurement[]> = { 'push-mirror': [], git: [] };
  ring.setSource(scenario.change);
  for (let run = 0; run < times; run += 1) {
    // Who comes second finds what is on the disk in memory: so they take turns.
    const order: Contender[] = run % 2 === 0 ? ['push-mirror', 'git'] : ['git', 'push-mirror'];
    for (const contender of order) {
      say(`${scenario.title}: ${contender}${times === 1 ? '' : `, ${run + 1} of ${times}`}`);
      costs[contender].push(await ring.run(contender, scenario));
    }
  }
  const { name, title } = scenario;
  const result = { name, title, pushMirror: costs['push-mirror'], git: costs.git };
  return name === 'nothing-changed' ? { ...result, floor: await measureFloor(ring, times, say) } : result;
}

async function measureFloor(ring: Ring, times: number, say: Say): Promise<Floor> {
  const { sourceUrl, targetUrl } = ring.loopback;
  const lsRemote: readonly Command[] = [
    ['git', 'ls-remote', sourceUrl],
    ['git', 'ls-remote', targetUrl],
  ];
  const repeat = async (commands: readonly Command[]): Promise<Measurement[]> => {
    const costs: Measurement[] = [];
    for (let run = 0; run < times; run += 1) costs.push((await ring.time(commands)).measurement);
    return costs;
  };
  say('Nothing changed: git ls-remote twice, and the start of Node.js');
  return { lsRemote: await repeat(lsRemote), node: await repeat([[process.execPath, '-e', '0']]) };
}

/** Mirrors one commit while each answer takes 100 ms longer, under both policies. */
export async function measureCriticalPath(ring: Ring, runs: number, say: Say): Promise<CriticalPathResult[]> {
  const scenario: Scenario = {
    name: 'critical-path',
    title: 'Critical path',
    repeated: true,
    startsEmpty: false,
    change: addCommit,
    expected: () => ({ updated: 1 }),
  };
  ring.setSource(scenario.change);
  const policies = [
    { title: 'overwrite', options: [] },
    { title: 'keep-divergent-refs', options: ['--keep-divergent-refs'] },
  ];
  const results: CriticalPathResult[] = [];
  for (const { title, options } of policies) {
    say(`${scenario.title}: ${title}`);
    const [prompt, late, inARow]: [Measurement[], Measurement[], number[]] = [[], [], []];
    for (let run = 0; run < runs; run += 1) {
      ring.loopback.delayMs = 0;
      prompt.push(await ring.run('push-mirror', scenario, options));
      ring.loopback.delayMs = DELAY_MS;
      late.push(await ring.run('push-mirror', scenario, options));
      inARow.push(longestChain(ring.loopback.seen));
    }
    ring.loopback.delayMs = 0;
    results.push({ title, delayMs: DELAY_MS, prompt, late, inARow });
  }
  return results;
}

/** How many requests at most waited for one another: one that did began at least the delay after the other. */
function longestChain(seen: readonly SeenRequest[]): number {
  let length = 0;
  let last = -Infinity;
  for (const { startedAt } of seen) {
    if (startedAt - last < DELAY_MS) continue;
    length += 1;
    last = startedAt;
  }
  return length;
}
