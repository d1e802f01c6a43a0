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
  const how = `Source and target each have a Git LFS server. git runs the commands of a typical CI job: \`git clone --mirror\`, \`git lfs fetch --all\`,
\`git push --mirror\` and \`git lfs push --all\`, with git-lfs ${result.figures.gitLfs}. Most objects are only in the history. After each run
the benchmark hashes the objects on the target's server and compares them with those that the source's history names.`;
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
    `This benchmark compares push-mirror with \`git clone --mirror\` followed by \`git push --mirror\`. Both mirror the same refs,
in the same run, between the same two servers on loopback, one for the source and one for the target. Each gets its own
fresh target. After each run the benchmark compares the branches and tags of source and target. It adds ${OWN_BRANCHES.length} branches of its
own to every repository, so that there are branches to change and to delete.`,
    `Measured on ${machineLine(machine)}.`,
    `- **time**: from the start of the first program to the end of the last.
- **requests**, **received**, **sent**: HTTP requests to both servers, and the bytes of their bodies, counted by the servers.
- **peak memory**: the sum of the resident sets of all client processes, sampled every 25 ms. It includes the pages of
  pack files that git has mapped, but not the servers.
- **on disk**: the largest size of the client's own folder, including its temporary files.
- **ratio**: git's figure divided by push-mirror's figure. If it is above 1, push-mirror needs less.`,
    `Where nothing or one commit has changed, the figures are medians of ${runs} ${runs === 1 ? 'run' : 'runs'}; the others come from one run.`,
  ];
}

const REPEAT = `## How to repeat it

\`\`\`sh
npm ci
npm run bench -- --markdown docs/benchmark.md                  # with a generated repository
npm run bench -- --repo PATH                                   # with your repository, which is only read
npm run bench -- --repo PATH --generated --json figures.json   # with both; writes the figures of each run
npm run bench -- --scenario lfs-one-commit --large-lfs         # only Git LFS, with many large objects
npm run bench -- --help
\`\`\`

The benchmark needs Linux, git and Node.js, and about four times the size of the repository as free space in the temporary
folder (or in \`--cache DIR\`). The Git LFS part needs git-lfs and Giftless, the Git LFS server of the tests; without them it is skipped.`;
