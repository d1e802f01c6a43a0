// Writes docs/mirrors.schema.json and the table of attributes in docs/mirrors.md anew from src/list/schema.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';

const SCHEMA = 'docs/mirrors.schema.json';
const PAGE = 'docs/mirrors.md';

const { outputText } = ts.transpileModule(readFileSync('src/list/schema.ts', 'utf8'), {
  compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
});
const { MIRRORS_SCHEMA } = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
const options = await resolveConfig(SCHEMA);
writeFileSync(SCHEMA, await format(JSON.stringify(MIRRORS_SCHEMA, undefined, 2), { ...options, filepath: SCHEMA }));

const kindOf = ({ type, enum: allowed, pattern }) => {
  if (allowed !== undefined) return allowed.map((one) => `\`${one}\``).join(', ');
  if (pattern !== undefined) return "a variable's name";
  return { string: 'text', boolean: '`true` or `false`', array: 'list of texts' }[type];
};
const rows = Object.entries(MIRRORS_SCHEMA.items.properties).map(
  ([name, property]) => `| \`${name}\` | ${kindOf(property)} | ${property.description.replace(/[*|]/g, '\\$&')} |`,
);
const table = ['| attribute | | |', '|---|---|---|', ...rows].join('\n');
const page = readFileSync(PAGE, 'utf8');
writeFileSync(
  PAGE,
  page.replace(/\| attribute \|.*\n(?:\|.*\n)+/, () => `${table}\n`),
);
