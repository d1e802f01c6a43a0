import { join } from 'node:path';
import { mkdirSync, rmSync } from 'node:fs';
import { git, TestRepository } from '../__tests__/repositories/git.js';
import type { LfsObject } from '../__tests__/repositories/lfs.js';
import { compare, type Say } from './compare.js';
import { commitHistory, historyObjects, LARGE_SIZE, LfsObjects, USUAL_SIZE } from './lfs-objects.js';
import { startLfsServers, type LfsServers } from './lfs-servers.js';
import { Loopback } from './loopback.js';
import type { BenchOptions } from './options.js';
import type { LfsFigures, LfsResult, ScenarioResult } from './results.js';
import { Ring } from './ring.js';
import { LFS_SCENARIOS } from './scenarios.js';
import type { Workplace } from './workplace.js';

/**
 * Measures with Git LFS objects.
 *
 * @returns nothing where that was not asked for, or a program for it is missing, which is said
 */
export async function benchLfs(
  options: BenchOptions,
  workplace: Workplace,
  program: string,
  say: Say,
): Promise<LfsResult | undefined> {
  if (!LFS_SCENARIOS.some(({ name }) => options.scenarios.includes(name))) return undefined;
  const servers = await startLfsServers(workplace);
  if (typeof servers === 'string') {
    say(`Git LFS is left out: ${servers}`);
    return undefined;
  }
  const folder = workplace.join('lfs');
  mkdirSync(folder);
  const loopback = await Loopback.start(folder, { source: servers.source.root, target: servers.target.root });
  try {
    return await measureLfs(options, { folder, loopback, program }, servers, say);
  } finally {
    await loopback.stop();
    await Promise.all([servers.source.stop(), servers.target.stop()]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measureLfs(
  { scenarios: names, runs, largeLfs }: BenchOptions,
  place: { readonly folder: string; readonly loopback: Loopback; readonly program: string },
  servers: LfsServers,
  say: Say,
): Promise<LfsResult> {
  say('Making Git LFS objects');
  const history = historyObjects(largeLfs ? LARGE_SIZE : USUAL_SIZE);
  const base = TestRepository.create(join(place.folder, 'base.git'));
  commitHistory(base, history);
  const ring = new Ring({ ...place, base, lfs: new LfsObjects(servers, history) });
  const scenarios: ScenarioResult[] = [];
  for (const scenario of LFS_SCENARIOS.filter(({ name }) => names.includes(name))) {
    scenarios.push(await compare(ring, scenario, runs, (line) => say(`Git LFS: ${line}`)));
  }
  return { figures: lfsFigures(base, history), scenarios };
}

function lfsFigures(base: TestRepository, history: readonly LfsObject[]): LfsFigures {
  const sizes = history.map(({ size }) => size);
  return {
    commits: Number(base.git(['rev-list', '--count', '--all'])),
    objects: sizes.length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    largest: Math.max(...sizes),
    gitLfs: /^git-lfs\/(\S+)/.exec(git('/', ['lfs', 'version']))?.[1] ?? '',
  };
}
