import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** Text that `npm run siege -- --help` prints. */
export const SIEGE_HELP = `Usage: npm run siege -- [options]

Mirrors again and again, disturbs each run at one byte of its connections, and looks at what is left. A run is printed
if something is wrong with it; a table of all runs follows.

  --runs N         how many runs (50)
  --from NUMBER    the number of the first run (1); a number decides everything about its run
  --only TEXT      only ways and faults whose name, such as http-cut, holds this text; may be repeated.
                   A run is repeated by --runs 1 --from NUMBER, with the same --only
  --parallel N     runs at the same time (2)
  --program FILE   another build than dist/cli/index.js
  --keep           keep the folders of runs with which something is wrong
  --verbose        print every run
  --results FILE   write the numbers of good and bad runs, as JSON
  --cache DIR      where work is done (in the temporary folder)
`;

/** Text that `npm run races -- --help` prints. */
export const RACES_HELP = `Usage: npm run races -- [options]

Mirrors again and again while rivals change both ends, and looks at what became of their commits. A run is printed if
something is wrong with it; the sums over all runs follow.

  --runs N         how many runs (50)
  --from NUMBER    the number of the first run (1); a number decides what the rivals do
  --parallel N     runs at the same time (4)
  --program FILE   another build than dist/cli/index.js
  --keep           keep the folders of runs with which something is wrong
  --verbose        print every run
  --results FILE   write the numbers of good and bad runs, as JSON
  --cache DIR      where work is done (in the temporary folder)
`;

/** Options of the command line. */
export interface RunsOptions {
  readonly help: boolean;
  readonly runs: number;
  readonly from: number;
  readonly only: readonly string[];
  readonly parallel: number;
  /** An absolute path. */
  readonly program: string;
  readonly keep: boolean;
  readonly verbose: boolean;
  readonly results: string | undefined;
  readonly cache: string;
}

/** Reads the arguments; throws an error that says what is wrong with them. */
export function parseRunsArguments(args: readonly string[], parallel: number): RunsOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '50' },
      from: { type: 'string', default: '1' },
      only: { type: 'string', multiple: true, default: [] },
      parallel: { type: 'string', default: String(parallel) },
      program: { type: 'string', default: 'dist/cli/index.js' },
      keep: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      results: { type: 'string' },
      cache: { type: 'string', default: join(tmpdir(), 'push-mirror-siege') },
      help: { type: 'boolean', default: false },
    },
  });
  const number = (name: 'runs' | 'from' | 'parallel'): number => {
    const text = values[name];
    if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} wants a positive number, not "${text}".`);
    return Number(text);
  };
  return {
    help: values.help,
    runs: number('runs'),
    from: number('from'),
    only: values.only,
    parallel: number('parallel'),
    program: resolve(values.program),
    keep: values.keep,
    verbose: values.verbose,
    results: values.results,
    cache: resolve(values.cache),
  };
}
