import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** A source file, with the files that it imports, as a URL from which it can be imported without a build. */
export const moduleUrl = (path) => {
  const { outputText } = ts.transpileModule(readFileSync(path, 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const linked = outputText.replace(/(?<= from )'(\.[^']+)\.js'/g, (_all, name) =>
    JSON.stringify(moduleUrl(join(dirname(path), `${name}.ts`))),
  );
  return `data:text/javascript;base64,${Buffer.from(linked).toString('base64')}`;
};
