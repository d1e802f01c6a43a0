// Runs the tests with Jest: what one runs while editing; with --rest all others; with paths the tests whose path holds one.
//   npm test                      unit tests but the slow ones, and the relay over local repositories
//   npm run test:rest             everything that `npm test` leaves out
//   npm test -- PATTERN…          tests by path, and any option of Jest
import { spawnSync } from 'node:child_process';

const WHILE_EDITING = '__tests__/(unit/(?!.*\\.slow\\.)|integration/(relay|mirroring)\\.)';

const given = process.argv.slice(2);
const isRest = given[0] === '--rest';
const selection = isRest
  ? ['--testPathIgnorePatterns', WHILE_EDITING, ...given.slice(1)]
  : given.length === 0
    ? ['--testPathPatterns', WHILE_EDITING]
    : given;
const hasPlace = given.some((option) => option.startsWith('--outputFile'));
const results = hasPlace ? [] : [`--outputFile=test-results${isRest ? '-rest' : ''}.json`];
const node = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const { status } = spawnSync(process.execPath, [...node, '--json', ...results, ...selection], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
