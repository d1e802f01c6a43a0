// Compiles a program that is beside the product, and runs it with the arguments given; builds dist/ first if there is none.
//   node scripts/compiled.mjs bench/main [ARGUMENT…]
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

const run = (...args) => execFileSync(process.execPath, args, { stdio: 'inherit' });

const [entry, ...given] = process.argv.slice(2);
const folder = dirname(entry);
const built = `build/${entry}`;
if (!existsSync('dist/cli/index.js')) run('scripts/build.mjs');
rmSync(built, { recursive: true, force: true });
run('node_modules/typescript/bin/tsc', '--project', `tsconfig.${folder}.json`, '--outDir', built);
const program = spawn(process.execPath, [`${built}/${entry}.js`, ...given], { stdio: 'inherit' });
// A signal from the terminal reaches both: the program tidies up, and this process waits for it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => program.kill(signal));
program.once('exit', (code) => (process.exitCode = code ?? 1));
