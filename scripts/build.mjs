// Builds dist/ anew from src/: tsc to JavaScript, then ncc to one file for the action and one for the command, rollup to modules for the library, and declarations for it.
// The same sources give the same bytes.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { minifySync } from '@swc/core';
import { eager } from './eager.mjs';
import { launcher } from './launcher.mjs';
import { bundleLibrary } from './library.mjs';

const run = (script, ...args) =>
  execFileSync(process.execPath, [script, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });

/** Errors and stacks keep their names. What is ASCII alone is read fastest. */
const MINIFIED = {
  module: true,
  ecma: 2022,
  compress: false,
  mangle: { keep_classnames: true, keep_fnames: true },
  format: { asciiOnly: true },
};

const minified = (text) => minifySync(text, MINIFIED).code;

/** Names of an entry's file: the bundler's, and the one here, which `index.js` starts. */
const [BUNDLED, MAIN] = ['index.js', 'main.js'];

/** Joins an entry and what it imports to one file, and what it imports later to files beside it; the bundler would minify only the first. */
const bundle = (entry, folder, isCommand) => {
  run(
    'node_modules/@vercel/ncc/dist/ncc/cli.js',
    'build',
    entry,
    '--out',
    folder,
    '--license',
    'licenses.txt',
    '--target',
    'es2022',
  );
  for (const name of readdirSync(folder).filter((one) => one.endsWith(BUNDLED))) {
    const file = join(folder, name);
    writeFileSync(file, eager(minified(readFileSync(file, 'utf8'))));
  }
  renameSync(join(folder, BUNDLED), join(folder, MAIN));
  writeFileSync(join(folder, BUNDLED), launcher(MAIN, { isCommand }), { mode: isCommand ? 0o755 : 0o644 });
};

/** Copies the declarations that one of them leads to. */
const declare = (entry, folder) => {
  run('node_modules/typescript/bin/tsc', '--project', 'tsconfig.types.json');
  const files = new Set([entry]);
  for (const file of files) {
    const text = readFileSync(join('build/types', file), 'utf8');
    for (const [, path] of text.matchAll(/(?:from|import\()\s*'(\.[^']*)\.js'/g))
      files.add(join(dirname(file), `${path}.d.ts`));
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join('build/types', file), join(folder, file));
  }
};

/**
 * Lets the bundler leave out what is not used of a package: a copy of it says that loading it does nothing by itself.
 * Otherwise the toolkit of actions brings HTTP clients along, three quarters of dist/, and evaluates them at each start.
 */
const shakeable = (name) => {
  const copy = join('build/node_modules', name);
  cpSync(join('node_modules', name), copy, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8'));
  writeFileSync(join(copy, 'package.json'), JSON.stringify({ ...manifest, sideEffects: false }));
};

for (const folder of ['dist', 'build']) rmSync(folder, { recursive: true, force: true });
run('node_modules/typescript/bin/tsc', '--project', 'tsconfig.build.json');
for (const name of ['@actions/core', '@actions/github', '@actions/http-client']) shakeable(name);
bundle('build/src/index.js', 'dist', false);
bundle('build/src/cli.js', 'dist/cli', true);
await bundleLibrary('build/src/library.js', 'dist/lib', minified);
declare('library.d.ts', 'dist/lib/types');
writeFileSync('dist/lib/index.d.ts', "export * from './types/library.js';\n");
