// Writes the tables of docs/codes.md anew from src/mirror/codes.ts and the refusals of the hosts in src/hosts/.
import { readFileSync, writeFileSync } from 'node:fs';
import { moduleUrl } from './module-url.mjs';

const [, , PAGE = 'docs/codes.md'] = process.argv;
const { REF_CODES, RUN_CODES } = await import(moduleUrl('src/mirror/codes.ts'));
const { REJECTIONS } = await import(moduleUrl('src/hosts/rejection.ts'));

const tableOf = (meanings) =>
  ['| code | meaning |', '|---|---|', ...meanings.map(([code, meaning]) => `| \`${code}\` | ${meaning} |`)].join('\n');
const tables = {
  refs: tableOf(Object.entries(REF_CODES)),
  runs: tableOf(Object.entries(RUN_CODES)),
  refusals: tableOf(REJECTIONS.map(({ id, meaning }) => [id, meaning])),
};

const page = Object.entries(tables).reduce(
  (text, [name, table]) => {
    const place = new RegExp(`(<!-- ${name}: [^\n]*-->\n)[^]*?(<!-- /${name} -->)`);
    if (!place.test(text)) throw new Error(`${PAGE} has no place for ${name}`);
    return text.replace(place, (_all, begin, end) => `${begin}\n${table}\n\n${end}`);
  },
  readFileSync(PAGE, 'utf8'),
);
writeFileSync(PAGE, page);
