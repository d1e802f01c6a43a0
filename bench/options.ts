import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SCENARIOS } from './scenarios.js';

/** The name under which the run with slow servers is selected. */
export const CRITICAL_PATH = 'critical-path';

const NAMES = [...SCENARIOS.map(({ name }) => name), CRITICAL_PATH];
const DEFAULT_RUNS = 5;

/** What `npm run bench -- --help` prints. */
export const HELP = `Usage: npm run bench -- [options]

Measures push-mirror against \`git clone --mirror\` + \`git push --mirror\`, over the same two servers on loopback.

  --repo PATH        a repository to measure with, which is only read; may be repeated. Its branches and tags count
  --generated        the generated repository, too; without --repo it is the only one
  --scenario NAME    one scenario alone; may be repeated: ${NAMES.join(', ')}
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
      scenario: { type: 'string', multiple: true, default: NAMES },
      runs: { type: 'string', default: String(DEFAULT_RUNS) },
      cache: { type: 'string', default: join(tmpdir(), 'push-mirror-bench') },
      json: { type: 'string' },
      markdown: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  for (const name of values.scenario) {
    if (!NAMES.includes(name)) throw new Error(`There is no scenario "${name}": there are ${NAMES.join(', ')}.`);
  }
  if (!/^[1-9]\d{0,2}$/.test(values.runs))
    throw new Error(`--runs wants a number from 1 to 999, not "${values.runs}".`);
  return {
    help: values.help,
    repositories: values.repo.map((path) => resolve(path)),
    generated: values.generated || values.repo.length === 0,
    scenarios: values.scenario,
    runs: Number(values.runs),
    cache: resolve(values.cache),
    json: values.json,
    markdown: values.markdown,
  };
}
