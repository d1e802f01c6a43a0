import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';
import { LateParts, PROGRAM } from '../late-parts.js';
import { needed } from '../requires.js';

const LIMIT_MS = 60_000;
/** The versions of Node.js whose `require` takes ES modules. */
const REQUIRES_MODULES = 'require_module' in process.features;

let parts: LateParts;
/** A project that has installed the package. */
let project: string;
let bundles = 0;

beforeAll(async () => {
  parts = await LateParts.start();
  const { scratch } = parts;
  project = scratch.join('project');
  mkdirSync(project);
  npm(process.cwd(), 'pack', '--ignore-scripts', '--pack-destination', scratch.path);
  const [archive = ''] = readdirSync(scratch.path).filter((name) => name.endsWith('.tgz'));
  writeFileSync(`${project}/package.json`, '{ "private": true, "type": "module" }');
  npm(project, 'install', '--offline', '--no-audit', '--no-fund', scratch.join(archive));
  writeFileSync(`${project}/app.js`, PROGRAM);
}, LIMIT_MS);

afterAll(async () => {
  await parts.stop();
});

function npm(folder: string, ...args: readonly string[]): void {
  const { npm_config_registry: _registry, ...environment } = process.env;
  execFileSync('npm', args, { cwd: folder, env: { ...environment, CI: 'true' }, stdio: ['ignore', 'ignore', 'pipe'] });
}

describe('the package', () => {
  test('is the program, the library and nothing that is made from no source', () => {
    const { bin, exports } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
    const installed = `${project}/node_modules/push-mirror`;

    expect(readdirSync(installed).toSorted()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json']);
    for (const path of [bin['push-mirror'], ...Object.values(exports['.'])])
      expect(readFileSync(resolve(installed, path))).toEqual(readFileSync(path));
  });

  test('holds the licenses of the packages that are in the library', () => {
    const text = readFileSync(`${project}/node_modules/push-mirror/dist/lib/licenses.txt`, 'utf8');

    expect(text).toMatch(/^re2js\nMIT\n/m);
  });

  test('imports by literal names, and modules of Node.js only where they are needed', () => {
    const folder = `${project}/node_modules/push-mirror/dist/lib`;
    const texts = readdirSync(folder)
      .filter((name) => name.endsWith('.js'))
      .map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
    const imports = texts.flatMap((text) => text.match(/\bfrom"[^"]*"|\bimport"[^"]*"|\bimport\(.[^"]*./g) ?? []);

    expect(
      imports.filter(
        (one) => !/^(?:(?:from|import)"\.\/[\w-]+\.js|import\("(?:\.\/[\w-]+\.js|node:[a-z_]+))"$/.test(one),
      ),
    ).toEqual([]);
    expect(texts.filter((text) => text.includes('import.meta'))).toEqual([]);
  });
});

interface Manifest {
  readonly bin: { readonly 'push-mirror': string };
  readonly exports: { readonly '.': Readonly<Record<string, string>> };
}

describe('the types', () => {
  const CONSUMER = `
    declare global { interface AbortSignal { readonly aborted: boolean } }
    declare const signal: AbortSignal;
    import { ConfigurationError, mirror, type MirrorOptions, type Report, type ReportedRef } from 'push-mirror';
    const options: MirrorOptions = { source: 'a', target: 'b', branches: ['main'], sshPrivateKey: undefined, onLine: (line: string) => void line };
    const report: Promise<Report> = mirror({ ...options, signal });
    export const outcomes = report.then(({ refs }) => refs.map(({ ref, outcome }: ReportedRef) => ref + outcome));
    export const problems = (error: unknown): readonly string[] => (error instanceof ConfigurationError ? error.problems : []);
    // @ts-expect-error: there is no such option
    export const wrong = mirror({ source: 'a', target: 'b', dryrun: true });
  `;
  const { ModuleKind, ModuleResolutionKind } = ts;
  const settings: readonly [what: string, file: string, settings: ts.CompilerOptions][] = [
    ['node16', 'app.ts', { module: ModuleKind.Node16 }],
    ['nodenext', 'app.ts', { module: ModuleKind.NodeNext }],
    ['nodenext, of CommonJS', 'app.cts', { module: ModuleKind.NodeNext }],
    ['bundler', 'app.ts', { module: ModuleKind.ESNext, moduleResolution: ModuleResolutionKind.Bundler }],
  ];

  test.each(settings)(
    'fit a program with %s',
    (_what, file, given) => {
      writeFileSync(`${project}/${file}`, CONSUMER);
      const program = ts.createProgram([`${project}/${file}`], {
        ...given,
        lib: ['lib.es2022.d.ts'],
        types: [],
        noEmit: true,
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
      });
      const found = ts.getPreEmitDiagnostics(program);

      expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
    },
    LIMIT_MS,
  );
});

describe('a bundle', () => {
  const inProject = (program: string, ...args: readonly string[]): unknown =>
    execFileSync(program, args, { cwd: project, stdio: ['ignore', 'ignore', 'pipe'] });
  const configured = (name: string, configuration: string): void =>
    writeFileSync(`${project}/${name}`, `export default ${configuration};`);
  const esbuild =
    (...args: readonly string[]) =>
    (to: string) =>
      inProject(
        resolve('node_modules/.bin/esbuild'),
        'app.js',
        '--bundle',
        '--platform=node',
        `--outdir=${to}`,
        ...args,
      );
  const rollup = (to: string): void => {
    const file = `${project}/node_modules/push-mirror/dist/lib/index.js`;
    configured(
      'rollup.config.mjs',
      `{
        input: 'app.js',
        output: { dir: ${JSON.stringify(to)}, format: 'es', entryFileNames: 'app.mjs' },
        plugins: [{ name: 'packages', resolveId: (id) => (id === 'push-mirror' ? ${JSON.stringify(file)} : null) }],
        external: /^node:/,
        onwarn: ({ message }) => { throw new Error(message); },
      }`,
    );
    inProject(resolve('node_modules/.bin/rollup'), '--silent', '-c', 'rollup.config.mjs');
  };

  const ways: readonly [what: string, main: string, bundle: (to: string) => unknown][] = [
    ['none', 'app.js', withoutBundler],
    ['esbuild, as an ES module', 'app.mjs', esbuild('--format=esm', '--out-extension:.js=.mjs')],
    ['esbuild, as ES modules', 'app.mjs', esbuild('--format=esm', '--splitting', '--out-extension:.js=.mjs')],
    ['esbuild, as CommonJS, minified', 'app.cjs', esbuild('--format=cjs', '--minify', '--out-extension:.js=.cjs')],
    ['rollup', 'app.mjs', rollup],
  ];

  test.each(ways)(
    'by %s does what the library does',
    async (_what, main, bundle) => {
      await expectItMirrors(main, bundle);
    },
    LIMIT_MS,
  );

  const webpack = needed('webpack');
  webpack.describe('by webpack', () => {
    const outputs: readonly [what: string, main: string, output: object, experiments: object][] = [
      ['CommonJS', 'app.cjs', { filename: 'app.cjs', chunkFilename: '[name].cjs' }, {}],
      ['ES modules', 'app.mjs', { filename: 'app.mjs', module: true }, { outputModule: true }],
    ];
    test.each(outputs)(
      'as %s does what the library does',
      async (_what, main, output, experiments) => {
        await expectItMirrors(main, (path) => {
          const settings = { mode: 'development', target: 'node', entry: './app.js', experiments };
          configured('webpack.config.mjs', JSON.stringify({ ...settings, output: { ...output, path } }));
          inProject(webpack.path, '--config', 'webpack.config.mjs');
        });
      },
      LIMIT_MS,
    );
  });
});

(REQUIRES_MODULES ? describe : describe.skip)('CommonJS', () => {
  test(
    'loads it by require',
    async () => {
      await expectItMirrors('app.cjs', (to) => {
        withoutBundler(to);
        writeFileSync(`${to}/app.cjs`, PROGRAM.replace(/import (.*) from (.*);/, 'const $1 = require($2);'));
      });
    },
    LIMIT_MS,
  );
});

function withoutBundler(to: string): void {
  mkdirSync(to);
  cpSync(`${project}/app.js`, `${to}/app.js`);
  symlinkSync(`${project}/node_modules`, `${to}/node_modules`);
}

/** Makes a bundle and runs it where nothing else is: each run needs parts that are loaded late. */
async function expectItMirrors(main: string, bundle: (to: string) => unknown): Promise<void> {
  const to = parts.scratch.join(`bundle-${(bundles += 1)}`);
  bundle(to);
  if (main.endsWith('.js')) writeFileSync(`${to}/package.json`, '{ "type": "module" }');

  expect(await parts.run(`${to}/${main}`)).toEqual(parts.expected);
}
