// Writes the tables of inputs and outputs in README.md anew from action.yml.
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

const PAGE = 'README.md';
const { inputs, outputs } = parse(readFileSync('action.yml', 'utf8'));
const cell = (text) => text.trim().replaceAll('|', '\\|');

const rows = {
  inputs: [
    '| input | default | |',
    '|---|---|---|',
    ...Object.entries(inputs).map(
      ([name, { default: value, description }]) =>
        `| \`${name}\` | ${value === undefined ? '' : `\`${value}\``} | ${cell(description)} |`,
    ),
  ],
  outputs: [
    '| output | |',
    '|---|---|',
    ...Object.entries(outputs).map(([name, { description }]) => `| \`${name}\` | ${cell(description)} |`),
  ],
};

const between = (name) => new RegExp(`(<!-- ${name}: .* -->\\n)[^]*(<!-- /${name} -->\\n)`);
const page = Object.entries(rows).reduce(
  (text, [name, table]) => {
    if (!between(name).test(text)) throw new Error(`${PAGE} has no place for the ${name}`);
    return text.replace(between(name), (_all, begin, end) => `${begin}\n${table.join('\n')}\n\n${end}`);
  },
  readFileSync(PAGE, 'utf8'),
);
writeFileSync(PAGE, page);
