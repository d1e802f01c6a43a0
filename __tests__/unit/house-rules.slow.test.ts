import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const run = promisify(execFile);
const ESLINT = resolve('node_modules/eslint/bin/eslint.js');

interface Problem {
  readonly ruleId: string;
  readonly message: string;
}

/** What ESLint says of each file, by its path. */
async function lint(folder: string, ...args: readonly string[]): Promise<Map<string, readonly Problem[]>> {
  const { stdout } = await run(process.execPath, [ESLINT, '--format', 'json', ...args], { cwd: folder }).catch(
    (failure: unknown) => failure as { stdout: string },
  );
  const results = JSON.parse(stdout) as readonly { filePath: string; messages: readonly Problem[] }[];
  return new Map(results.map(({ filePath, messages }) => [filePath.slice(folder.length + 1), messages]));
}

const LONG = Array.from({ length: 301 }, (_none, line) => `export const line${line} = 0;\n`).join('');

const ONE_VIOLATION_EACH: readonly (readonly [file: string, rule: string, text: string])[] = [
  ['src/low/up.ts', 'rooms/downward', "import { fine } from '../high/fine.js';\nexport const up = fine;\n"],
  ['src/low/up-by-type.ts', 'rooms/downward', "import type { Fine } from '../high/fine.js';\nexport type Up = Fine;\n"],
  ['src/low/up-again.ts', 'rooms/downward', "export { fine } from '../high/fine.js';\n"],
  ['src/low/up-late.ts', 'rooms/downward', "export const up = import('../high/fine.js');\n"],
  ['src/high/aside.ts', 'rooms/downward', "import { one } from '../beside/one.js';\nexport const aside = one;\n"],
  ['src/nowhere/lost.ts', 'rooms/downward', "import { one } from '../low/one.js';\nexport const lost = one;\n"],
  ['src/low/round.ts', 'rooms/no-circles', "import type { Trip } from './trip.js';\nexport type Round = Trip;\n"],
  ['src/low/trip.ts', 'rooms/no-circles', "import type { Round } from './round.js';\nexport type Trip = Round;\n"],
  ['src/high/pure.ts', 'rooms/pure', "import { disk } from '../low/disk.js';\nexport const pure = disk;\n"],
  ['src/low/five.ts', 'max-params', 'export function five(a, b, c, d, e) {\n  return [a, b, c, d, e];\n}\n'],
  ['src/low/long.ts', 'max-lines', LONG],
  ['src/low/function.ts', 'max-lines-per-function', `export function tale() {\n${'  void 0;\n'.repeat(60)}}\n`],
];
const FINE: Readonly<Record<string, string>> = {
  'src/high/fine.ts': "import { one } from '../low/one.js';\nexport const fine = one;\nexport type Fine = number;\n",
  'src/high/four.ts': 'export function four(a, b, c, d) {\n  return [a, b, c, d];\n}\n',
  'src/low/one.ts': "import { two } from './two.js';\nexport const one = two;\n",
  'src/low/two.ts': 'export const two = 2;\n',
  'src/low/disk.ts': "import { readFileSync } from 'node:fs';\nexport const disk = readFileSync;\n",
  'src/beside/one.ts': 'export const one = 1;\n',
};

describe('the rules of the house', () => {
  const folder = mkdtempSync(join(tmpdir(), 'push-mirror-house-'));
  let problems = new Map<string, readonly Problem[]>();

  beforeAll(async () => {
    const files = [...ONE_VIOLATION_EACH.map(([file, , text]) => [file, text] as const), ...Object.entries(FINE)];
    for (const [file, text] of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const url = (path: string): string => JSON.stringify(pathToFileURL(resolve(path)).href);
    writeFileSync(
      join(folder, 'eslint.config.mjs'),
      `import { houseRules } from ${url('scripts/lint-rooms.mjs')};
       import { parser } from ${url('node_modules/typescript-eslint/dist/index.js')};
       const floors = [['low'], ['high', 'beside']];
       export default [
         { files: ['**/*.ts'], languageOptions: { parser } },
         { files: ['src/**'], ...houseRules({ root: 'src', floors, pure: ['high/pure.ts'] }) },
       ];\n`,
    );
    problems = await lint(folder, 'src');
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(ONE_VIOLATION_EACH)('%s breaks %s, and nothing else', (file, rule) => {
    expect(problems.get(file)?.map(({ ruleId }) => ruleId)).toEqual([rule]);
  });

  test.each(Object.keys(FINE))('%s breaks none', (file) => {
    expect(problems.get(file)).toEqual([]);
  });

  test('say which way leads upward, in a circle, or to the disk', () => {
    const said = (file: string): string | undefined => problems.get(file)?.[0]?.message;
    expect(said('src/low/up.ts')).toBe('imports src/high/fine.ts, which is not on a floor below');
    expect(said('src/low/round.ts')).toBe('imports itself by src/low/round.ts -> src/low/trip.ts -> src/low/round.ts');
    expect(said('src/high/pure.ts')).toContain('src/high/pure.ts -> src/low/disk.ts -> node:fs');
  });

  test.each(['src/mirror/plan.ts', 'src/protocol/errors.ts', 'src/index.ts'])('hold for %s', async (file) => {
    const { stdout } = await run(process.execPath, [ESLINT, '--print-config', file]);
    const { rules } = JSON.parse(stdout) as { rules: Record<string, readonly [number, ...unknown[]]> };
    const names = [
      'rooms/downward',
      'rooms/no-circles',
      'rooms/pure',
      'max-params',
      'max-lines',
      'max-lines-per-function',
    ];
    expect(names.map((name) => rules[name]?.[0])).toEqual(names.map(() => 2));
    expect(rules['max-params']?.[1]).toEqual({ max: 4 });
    expect(rules['max-lines']?.[1]).toEqual({ max: 300 });
  });
});
