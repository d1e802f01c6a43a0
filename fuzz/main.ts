import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { trial, type Campaign, type Find } from './campaign.js';
import { keep } from './corpus.js';
import { Supervisor } from './supervisor.js';
import { TARGETS } from './targets.js';

const HELP = `Usage: npm run fuzz -- [options]

Tries every parser of what servers, users and folders give with mutants of real inputs.

  --seconds N     time for all parsers together (60)
  --seed N        another seed gives other mutants (1)
  --only NAME     one parser alone; may be repeated
  --input FILE    run this input alone; needs --only
  --keep          write short inputs that led to new results into the corpus
  --help
`;

const CORPUS = 'fuzz/corpus';
const FINDS = 'build/finds';
const MOST_KEPT = 10;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true },
    input: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const chosen = TARGETS.filter(({ name }) => values.only?.includes(name) ?? true);

if (values.help || chosen.length === 0) {
  process.stdout.write(`${HELP}\nParsers: ${TARGETS.map(({ name }) => name).join(', ')}\n`);
  process.exitCode = values.help ? 0 : 2;
} else if (values.input !== undefined) {
  await runInput(values.input);
} else {
  await runAll();
}

async function runInput(file: string): Promise<void> {
  for (const target of chosen) {
    const { shape, fault, figure = '' } = await trial(target, readFileSync(file));
    process.stdout.write(`${target.name}: ${fault ?? shape} ${figure}\n`);
    if (fault !== undefined) process.exitCode = 1;
  }
}

async function runAll(): Promise<void> {
  const seed = Number(values.seed);
  const seconds = Number(values.seconds) / chosen.length;
  const columns = (cells: readonly (string | number)[]): string =>
    cells.map((cell, index) => (index === 0 ? String(cell).padEnd(20) : String(cell).padStart(12))).join('');
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say(`seed ${seed}`);
  say(columns(['parser', 'executions', 'seconds', 'shapes', 'finds']));
  const sum = { executions: 0, seconds: 0, shapes: 0, finds: 0 };
  const onDone = (name: string, campaign: Campaign): void => {
    const { executions, seconds: took, shapes, kept, finds } = campaign;
    say(columns([name, executions, took.toFixed(1), shapes, finds.length]));
    for (const find of finds) say(`  ${findLine(name, find, seed)}`);
    if (values.keep) for (const input of kept.slice(0, MOST_KEPT)) keep(CORPUS, name, input);
    sum.executions += executions;
    sum.seconds += took;
    sum.shapes += shapes;
    sum.finds += finds.length;
  };
  await new Supervisor({ seed, seconds, corpus: CORPUS, folder: FINDS, onDone }).run(chosen.map(({ name }) => name));
  say(columns(['all', sum.executions, sum.seconds.toFixed(1), sum.shapes, sum.finds]));
  if (sum.finds > 0) process.exitCode = 1;
}

function findLine(name: string, { fault, figure, input, execution }: Find, seed: number): string {
  const file = keep(FINDS, name, input);
  return `FIND ${fault}${figure === undefined ? '' : ` (${figure})`}\n    npm run fuzz -- --only ${name} --input ${file}   (${input.length} bytes; execution ${execution} of seed ${seed})`;
}
