// Builds dist/ anew from src/: tsc to JavaScript, then ncc to one file for each door. The same sources give the same bytes.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

const run = (script, ...args) =>
  execFileSync(process.execPath, [script, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
const bundle = (entry, folder) =>
  run(
    'node_modules/@vercel/ncc/dist/ncc/cli.js',
    'build',
    entry,
    '--out',
    folder,
    '--minify',
    '--license',
    'licenses.txt',
    '--target',
    'es2022',
  );

for (const folder of ['dist', 'build/src']) rmSync(folder, { recursive: true, force: true });
run('node_modules/typescript/bin/tsc', '--project', 'tsconfig.build.json');
bundle('build/src/index.js', 'dist');
bundle('build/src/cli.js', 'dist/cli');
