import { expect, test } from '@jest/globals';
import { asked, cases, ROUNDS, signed } from '../oracles/codecommit-cases.js';
import { askCodecommitOracle, neededCodecommitOracle } from '../oracles/codecommit-oracle.js';

const oracle = neededCodecommitOracle();

oracle.describe('beside git-remote-codecommit', () => {
  test(`user name, password, host and path are the same, ${ROUNDS} times`, () => {
    const all = cases(3);

    const answers = askCodecommitOracle(oracle.path, all.map(asked));

    const ours = all.map((one) => ({ ...signed(one), hostname: one.url.hostname, path: one.url.pathname }));
    expect(ours).toEqual(answers.map(({ url: _, ...answer }) => answer));
    expect(all.filter((one) => one.hostname === null).length).toBeGreaterThan(ROUNDS / 8);
    expect(all.filter(({ keys }) => keys.sessionToken === undefined).length).toBeGreaterThan(ROUNDS / 4);
  });
});
