// Measures what starting the bundles costs: `node scripts/start.mjs [--node PATH]... [--runs N]` prints, for each Node.js given (this
// one, if none is), the CPU milliseconds above `node -e 0`, medians over the runs. Wants bash, which tells a child's CPU time, on a Unix.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { node: { type: 'string', multiple: true }, runs: { type: 'string' } } });
const nodes = values.node ?? [process.execPath];
const runs = Number(values.runs ?? 20);

// The signal ends the program that is measured; bash outlives it and tells its time.
const TIMED = `trap : USR2; TIMEFORMAT='%3U %3S'; time "$@" >/dev/null 2>&1 </dev/null`;
const SIGNAL = 'SIGUSR2';

/** Runs a program alone in its process group, with nothing in its environment that would change what it loads. */
const start = (args, environment) =>
  spawn('bash', ['-c', TIMED, 'bash', ...args], {
    detached: true,
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });

/** The CPU milliseconds, in user code and in the kernel, that a started program took to its end. */
const milliseconds = async (child) => {
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (told += text));
  await once(child, 'close');
  const [user, system] = (told.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  if (!Number.isFinite(user + system)) throw new Error(`no times in: ${told}`);
  return (user + system) * 1000;
};

const toTheEnd = (args) => (node) => milliseconds(start([node, ...args], {}));

/** Serves requests by ending the program that sends them. */
const toTheFirstRequest = (args, environment) => async (node) => {
  let child;
  let isAsked = false;
  const server = createServer(() => {
    isAsked = true;
    process.kill(-child.pid, SIGNAL);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const [source, target] = ['source', 'target'].map(
    (name) => `http://127.0.0.1:${server.address().port}/me/${name}.git`,
  );
  const fill = (text) => text.replace('SOURCE', source).replace('TARGET', target);
  const filled = Object.entries(environment).map(([name, value]) => [name, fill(value)]);
  child = start([node, ...args.map(fill)], Object.fromEntries(filled));
  const spent = await milliseconds(child);
  server.closeAllConnections();
  server.close();
  if (!isAsked) throw new Error(`no request was sent by ${args.join(' ')}`);
  return spent;
};

const INPUTS = {
  'INPUT_SOURCE-URL': 'SOURCE',
  'INPUT_TARGET-URL': 'TARGET',
  INPUT_PRUNE: 'merged',
  INPUT_LFS: 'auto',
  GITHUB_REPOSITORY: 'me/source',
  RUNNER_TEMP: '/tmp',
};
const LIBRARY = `import { mirror } from './dist/lib/index.js'; await mirror({ source: 'SOURCE', target: 'TARGET' })`;
const CASES = {
  'node -e 0': toTheEnd(['-e', '0']),
  'command, --version': toTheEnd([process.env.CLI ?? 'dist/cli/index.js', '--version']),
  'command, --help': toTheEnd([process.env.CLI ?? 'dist/cli/index.js', '--help']),
  'command, wrong usage': toTheEnd([process.env.CLI ?? 'dist/cli/index.js', '--wrong']),
  'command, first request': toTheFirstRequest([process.env.CLI ?? 'dist/cli/index.js', 'SOURCE', 'TARGET'], {}),
  'action, first request': toTheFirstRequest(['dist/index.js'], INPUTS),
  'library, first request': toTheFirstRequest(['--input-type=module', '-e', LIBRARY], {}),
};

const median = (numbers) => {
  const [low, high] = [numbers[(numbers.length - 1) >> 1], numbers[numbers.length >> 1]];
  return (low + high) / 2;
};

for (const node of nodes) {
  const spent = new Map(Object.keys(CASES).map((name) => [name, []]));
  // In turns, so that what else the machine does falls on all of them; the first turn warms the caches.
  for (let turn = 0; turn <= runs; turn += 1)
    for (const [name, run] of Object.entries(CASES)) {
      const one = await run(node);
      if (turn > 0) spent.get(name).push(one);
    }
  const medians = [...spent].map(([name, all]) => [name, median(all.sort((one, other) => one - other))]);
  const [[, bare]] = medians;
  console.log(`${node}: ${bare.toFixed(0)} ms for node -e 0, and above it`);
  for (const [name, all] of medians.slice(1))
    console.log(`  ${name.padEnd(24)} ${(all - bare).toFixed(1).padStart(6)} ms`);
}
