// Joins the library, and what it needs of other packages, to a few ES modules that import each other by literal names: bundlers need it so.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rollup } from 'rollup';
import { REFUSAL } from './launcher.mjs';

/**
 * Asks Node.js for its own modules instead of importing them: `import` reads all that `node:http` exports, which loads an
 * HTTP client, and `createRequire` needs an `import.meta.url`, which a bundle of CommonJS lacks.
 */
const builtIns = {
  name: 'built-ins',
  resolveId: (id) =>
    isBuiltin(id) ? { id: `node:${id.replace(/^node:/, '')}`, external: true, moduleSideEffects: false } : null,
  renderChunk: (code) => code.replace(/^import (.+) from '(node:[^']+)';$/gm, (_all, names, id) => asked(names, id)),
};

function asked(names, id) {
  const [, whole, parts] = /^(?:(?:\* as )?([\w$]+))?(?:, )?(\{.*\})?$/.exec(names);
  const value = `globalThis.process.getBuiltinModule('${id}')`;
  return [whole, parts?.replaceAll(' as ', ': ')]
    .filter((target) => target !== undefined)
    .map((target) => `const ${target} = ${value};`)
    .join('\n');
}

const packages = {
  name: 'packages',
  resolveId: (id, importer) =>
    importer === undefined || /^[./]/.test(id) ? null : fileURLToPath(import.meta.resolve(id)),
};

/** Path of a file, with slashes, and the folder and name of the package that it is of, if of another one than this. */
const packageOf = (file) => /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(file.replaceAll(sep, '/'))?.slice(1);

/** Bundles an entry into a folder, as `index.js`, with the licenses of the packages that are in it. */
export async function bundleLibrary(entry, folder, minify) {
  const bundle = await rollup({
    input: { index: entry },
    plugins: [builtIns, packages],
    onwarn: ({ code, message }) => {
      // So begins what TypeScript makes for older versions.
      if (code !== 'THIS_IS_UNDEFINED') throw new Error(message);
    },
  });
  const { output } = await bundle.generate({
    format: 'es',
    hoistTransitiveImports: false,
    // Before the modules of Node.js, which its chunk asks for first of all.
    banner: ({ moduleIds }) => (moduleIds.some((id) => id.endsWith(entry)) ? REFUSAL : ''),
    chunkFileNames: ({ name, facadeModuleId }) =>
      `${packageOf(facadeModuleId ?? '')?.[1].replace(/^.*\//, '') ?? name}.js`,
  });
  mkdirSync(folder, { recursive: true });
  for (const { fileName, code } of output) writeFileSync(join(folder, fileName), minify(code));
  writeFileSync(join(folder, 'licenses.txt'), licensesOf(output.flatMap(({ moduleIds }) => moduleIds)));
}

/** The licenses of the packages that files are of. */
function licensesOf(files) {
  const folders = new Set(files.flatMap((file) => packageOf(file)?.[0] ?? []));
  const texts = [...folders].sort().map((folder) => {
    const { name, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const text = readFileSync(
      join(
        folder,
        readdirSync(folder).find((file) => /^licen[sc]e/i.test(file)),
      ),
      'utf8',
    );
    return `${name}\n${license}\n${text.trimEnd()}\n`;
  });
  return texts.join('\n');
}
