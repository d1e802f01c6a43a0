import { bytes } from '../src/report/views/figures.js';
import { OWN_BRANCHES } from './repositories.js';
import type { BenchResult, LfsResult, Machine, RepositoryResult } from './results.js';
import { criticalPathTable, describe, describeLfs, lfsTable, ownMemoryLine, scenarioTable } from './tables.js';

/** The page with the tables, what they mean, and how to have them again. */
export function page({ machine, runs, repositories, lfs }: BenchResult): string {
  const sections = [...repositories.map(section), ...(lfs === undefined ? [] : [lfsSection(lfs)])];
  return [...introduction(machine, runs), ...sections, REPEAT].join('\n\n') + '\n';
}

/** The machine in one line. */
export function machineLine({ cores, memory, git, node, pushMirror }: Machine): string {
  return `${cores} cores, ${bytes(memory)} of memory, git ${git}, Node.js ${node}, push-mirror ${pushMirror}`;
}

function section(result: RepositoryResult): string {
  const parts = [`## ${describe(result.figures)}`];
  if (result.scenarios.length > 0) parts.push(scenarioTable(result), ownMemoryLine(result));
  if (result.criticalPath.length > 0) parts.push(...criticalPathParts(result));
  return parts.join('\n\n');
}

function lfsSection(result: LfsResult): string {
  const how = `Each end has a Git LFS server, too. git does what a CI job does: \`git clone --mirror\`, \`git lfs fetch --all\`,
\`git push --mirror\` and \`git lfs push --all\`, with git-lfs ${result.figures.gitLfs}. Most objects are in the history alone. After each run
the objects that the target's server holds are compared with those that the source's history names, and hashed.`;
  return [`## ${describeLfs(result.figures)}`, how, lfsTable(result), ownMemoryLine(result)].join('\n\n');
}

function criticalPathParts({ criticalPath }: RepositoryResult): string[] {
  return [
    `### Critical path`,
    `One commit is mirrored while both servers wait ${criticalPath[0]?.delayMs ?? 0} ms before they answer a request.`,
    criticalPathTable(criticalPath),
  ];
}

function introduction(machine: Machine, runs: number): string[] {
  return [
    '# Benchmark',
    '<!-- Written by `npm run bench`: do not edit. -->',
    `What it costs to bring a mirror up to date: with push-mirror, and with \`git clone --mirror\` followed by
\`git push --mirror\`. Both move the same refs over the same two servers on loopback, one with the source and one with the
target, in the same run, each into a target that nobody has pushed to yet. After each run the branches and tags at both
ends are compared. ${OWN_BRANCHES.length} of the branches were added by the benchmark, to have some to change and delete in any repository.`,
    `Measured on ${machineLine(machine)}.`,
    `- **time**: from the start of the first program to the end of the last.
- **requests**, **received**, **sent**: HTTP requests to both servers, and the bytes of the bodies, as the servers saw them.
- **peak memory**: all processes of the contender together (the sum of their resident sets), sampled every 25 ms. It
  includes the pages of pack files that git has mapped. The servers are not counted.
- **on disk**: the most that the contender's own folder held, which is its folder for temporary files, too.
- **ratio**: git's figure divided by push-mirror's. Above 1, push-mirror needs less.`,
    `Where nothing or one commit has changed, the figures are medians of ${runs} ${runs === 1 ? 'run' : 'runs'}; the others come from one run.`,
  ];
}

const REPEAT = `## How to repeat it

\`\`\`sh
npm ci
npm run bench -- --markdown docs/benchmark.md                  # with a repository that is generated once
npm run bench -- --repo PATH                                   # with one of yours, which is only read
npm run bench -- --repo PATH --generated --json figures.json   # with both; keeps the figures of each run
npm run bench -- --scenario lfs-one-commit --large-lfs         # with Git LFS objects alone, many and large ones
npm run bench -- --help
\`\`\`

It needs Linux, git and Node.js, and in the temporary folder (or in \`--cache DIR\`) about four times the size of the
repository. For Git LFS it needs git-lfs and the server that the tests have, Giftless; without them that is left out.`;
