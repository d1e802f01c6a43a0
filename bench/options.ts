import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LFS_SCENARIOS, SCENARIOS } from './scenarios.js';

/** The name under which the run with slow servers is selected. */
export const CRITICAL_PATH = 'critical-path';

/** What is measured with repositories. */
export const GIT_NAMES: readonly string[] = [...SCENARIOS.map(({ name }) => name), CRITICAL_PATH];
const LFS_NAMES = LFS_SCENARIOS.map(({ name }) => name);
const NAMES = [...GIT_NAMES, ...LFS_NAMES];
const DEFAULT_RUNS = 5;

/** What `npm run bench -- --help` prints. */
export const HELP = `Usage: npm run bench -- [options]

Measures push-mirror against \`git clone --mirror\` + \`git push --mirror\`, over the same two servers on loopback;
where Git LFS objects are mirrored, with \`git lfs fetch --all\` + \`git lfs push --all\`.

  --repo PATH        a repository to measure with, which is only read; may be repeated. Its branches and tags count
  --generated        the generated repository and Git LFS objects, too; without --repo these are all
  --large-lfs        2,000 Git LFS objects of 500 MB, some over 100 MB, in place of 200 of 100 MB
  --scenario NAME    one scenario alone; may be repeated: ${GIT_NAMES.join(', ')};
                     and with Git LFS objects: ${LFS_NAMES.join(', ')}
  --runs N           how often the short scenarios are run; the median counts (${DEFAULT_RUNS})
  --cache DIR        where the generated repository is kept, and where work is done (in the temporary folder)
  --json FILE        keep the raw figures
  --markdown FILE    write the tables as a page, such as docs/benchmark.md
  --help
`;

/** What the command line asks for. */
export interface BenchOptions {
  readonly help: boolean;
  /** Folders of repositories. */
  readonly repositories: readonly string[];
  /** Whether the generated repository is measured. */
  readonly generated: boolean;
  /** Whether there are many Git LFS objects, and large ones. */
  readonly largeLfs: boolean;
  readonly scenarios: readonly string[];
  readonly runs: number;
  readonly cache: string;
  readonly json: string | undefined;
  readonly markdown: string | undefined;
}

/** Reads the arguments; throws an error that says what is wrong with them. */
export function parseBenchArguments(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      repo: { type: 'string', multiple: true, default: [] },
      generated: { type: 'boolean', default: false },
      'large-lfs': { type: 'boolean', default: false },
      scenario: { type: 'string', multiple: true },
      runs: { type: 'string', default: String(DEFAULT_RUNS) },
      cache: { type: 'string', default: join(tmpdir(), 'push-mirror-bench') },
      json: { type: 'string' },
      markdown: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const generated = values.generated || values.repo.length === 0;
  const scenarios = values.scenario ?? (generated ? NAMES : GIT_NAMES);
  for (const name of scenarios) {
    if (!NAMES.includes(name)) throw new Error(`There is no scenario "${name}": there are ${NAMES.join(', ')}.`);
  }
  if (!/^[1-9]\d{0,2}$/.test(values.runs))
    throw new Error(`--runs wants a number from 1 to 999, not "${values.runs}".`);
  return {
    help: values.help,
    repositories: values.repo.map((path) => resolve(path)),
    generated,
    largeLfs: values['large-lfs'],
    scenarios,
    runs: Number(values.runs),
    cache: resolve(values.cache),
    json: values.json,
    markdown: values.markdown,
  };
}
