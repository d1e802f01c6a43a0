// Writes everything that comes from the table of options, src/options/table.ts, anew: the inputs in action.yml and in
// templates/push-mirror.yml, the tables in README.md and docs/mirrors.md, and docs/mirrors.schema.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { parse, Scalar, stringify } from 'yaml';
import { componentParts } from './component.mjs';
import { moduleUrl } from './module-url.mjs';

const WIDTH = 128;

const { OPTIONS } = await import(moduleUrl('src/options/table.ts'));
const { MIRRORS_SCHEMA } = await import(moduleUrl('src/list/schema.ts'));

const rewrite = (path, change) => writeFileSync(path, change(readFileSync(path, 'utf8')));

const between = (text, begin, end, written) => {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`there is no place between "${begin}" and "${end}"`);
  return `${text.slice(0, from + begin.length)}${written}${text.slice(to)}`;
};

/** YAML in which long texts are folded. */
const yamlOf = (value) => {
  const folded = (text) => {
    const scalar = new Scalar(text);
    if (text.length > WIDTH - 20) scalar.type = Scalar.BLOCK_FOLDED;
    return scalar;
  };
  const prepared = structuredClone(value);
  for (const entry of Object.values(prepared)) {
    entry.description = folded(entry.description);
    if (/^\W+$/.test(entry.default))
      entry.default = Object.assign(new Scalar(entry.default), { type: Scalar.QUOTE_SINGLE });
  }
  return stringify(prepared, { lineWidth: WIDTH, singleQuote: true });
};
const indented = (text, by) => text.replace(/^(?=.)/gm, ' '.repeat(by));

const sentences = (...texts) => texts.filter((text) => text !== undefined).join(' ');
/** How an input of several texts is written. */
const LINES = { patterns: 'One pattern per line.', lines: 'One push option per line.' };
const inputs = Object.fromEntries(
  Object.entries(OPTIONS)
    .filter(([, { only }]) => only !== 'command')
    .map(([name, { kind, description, note, default: usual }]) => [
      name,
      {
        description: sentences(description, LINES[kind], note),
        ...(usual === undefined ? {} : { default: usual }),
      },
    ]),
);

rewrite('action.yml', (text) => between(text, 'inputs:\n', '\noutputs:\n', indented(yamlOf(inputs), 2)));

const cell = (text) => text.trim().replaceAll('|', '\\|');
const table = (...rows) => `\n${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\n`;
const { outputs } = parse(readFileSync('action.yml', 'utf8'));
rewrite('README.md', (text) => {
  const ofInputs = table(
    ['input', 'default', ''],
    ['---', '---', '---'],
    ...Object.entries(inputs).map(([name, { default: usual, description }]) => [
      `\`${name}\``,
      usual === undefined ? '' : `\`${usual}\``,
      cell(description),
    ]),
  );
  const ofOutputs = table(
    ['output', ''],
    ['---', '---'],
    ...Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, cell(description)]),
  );
  const withInputs = between(
    text,
    `<!-- inputs: node scripts/options.mjs writes this -->\n`,
    '<!-- /inputs -->',
    ofInputs,
  );
  return between(
    withInputs,
    `<!-- outputs: node scripts/options.mjs writes this -->\n`,
    '<!-- /outputs -->',
    ofOutputs,
  );
});

const SCHEMA = 'docs/mirrors.schema.json';
const style = await resolveConfig(SCHEMA);
writeFileSync(SCHEMA, await format(JSON.stringify(MIRRORS_SCHEMA, undefined, 2), { ...style, filepath: SCHEMA }));

const kindOf = ({ type, enum: allowed, pattern }) => {
  if (allowed !== undefined) return allowed.map((one) => `\`${one}\``).join(', ');
  if (pattern !== undefined) return "a variable's name";
  return { string: 'text', boolean: '`true` or `false`', array: 'list of texts' }[type];
};
rewrite('docs/mirrors.md', (text) => {
  const rows = Object.entries(MIRRORS_SCHEMA.items.properties).map(([name, property]) => [
    `\`${name}\``,
    kindOf(property),
    cell(property.description),
  ]);
  return between(
    text,
    '<!-- attributes: node scripts/options.mjs writes this -->\n',
    '<!-- /attributes -->',
    table(['attribute', '', ''], ['---', '---', '---'], ...rows),
  );
});

rewrite('templates/push-mirror.yml', (text) => {
  const parts = componentParts(OPTIONS, (value) => indented(yamlOf(value), 4));
  const lines = (name, indent) => [
    `${indent}# ${name}: node scripts/options.mjs writes this.\n`,
    `${indent}# End of ${name}.\n`,
  ];
  return [
    ['inputs', '    ', parts.inputs],
    ['variables', '    ', parts.variables],
    ['arguments', '      ', parts.arguments],
  ]
    .reduce((page, [name, indent, written]) => between(page, ...lines(name, indent), written), text)
    .replace(/(?<=const kinds = )\{.*\}(?=;)/, parts.kinds);
});
