// Writes the tables of docs/limits.md anew from src/protocol/limits/.
import { readFileSync, writeFileSync } from 'node:fs';
import { moduleUrl } from './module-url.mjs';

const [, , PAGE = 'docs/limits.md'] = process.argv;
const { LIMITS } = await import(moduleUrl('src/protocol/limits/limits.ts'));
const { amountOf, excess } = await import(moduleUrl('src/protocol/limits/limit.ts'));

const cell = (text) => text.replaceAll('|', '\\|');
const row = (limit) => {
  const passed = limit.says === undefined ? limit.does : `Error: "${excess(limit)}".`;
  return `| ${[limit.of, amountOf(limit), limit.why, passed].map(cell).join(' | ')} |`;
};
const tableOf = (limits) =>
  ['| limit of | most | why | if there is more |', '|---|---|---|---|', ...Object.values(limits).map(row)].join('\n');

const page = Object.entries(LIMITS).reduce(
  (text, [name, limits]) => {
    const place = new RegExp(`(<!-- ${name}: [^\n]*-->\n)[^]*?(<!-- /${name} -->)`);
    if (!place.test(text)) throw new Error(`${PAGE} has no place for ${name}`);
    const table = Object.keys(limits).length === 0 ? '' : `\n${tableOf(limits)}\n\n`;
    return text.replace(place, (_all, begin, end) => `${begin}${table}${end}`);
  },
  readFileSync(PAGE, 'utf8'),
);
writeFileSync(PAGE, page);
