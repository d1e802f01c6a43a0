// Compiles bench/ into build/bench/ and runs it with the arguments given; builds dist/ first if there is none.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';

const run = (...args) => execFileSync(process.execPath, args, { stdio: 'inherit' });

if (!existsSync('dist/cli/index.js')) run('scripts/build.mjs');
rmSync('build/bench', { recursive: true, force: true });
run('node_modules/typescript/bin/tsc', '--project', 'tsconfig.bench.json');
const bench = spawn(process.execPath, ['build/bench/bench/main.js', ...process.argv.slice(2)], { stdio: 'inherit' });
// A signal from the terminal reaches both: the benchmark tidies up, and this process waits for it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => bench.kill(signal));
bench.once('exit', (code) => (process.exitCode = code ?? 1));
