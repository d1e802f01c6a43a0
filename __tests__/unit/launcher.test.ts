import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

const WORKFLOW = '.github/workflows/systems.yml';

const { refusalOf } = (await import(new URL('../../scripts/launcher.mjs', import.meta.url).href)) as {
  readonly refusalOf: (version: string) => string;
};

describe('the versions of Node.js', () => {
  test.each(['20.18.0', '20.18.3', '20.20.2', '22.3.0', '22.23.5', '23.0.0', '24.0.0', '26.1.0', '100.0.0'])(
    '%s will do',
    (version) => {
      expect(refusalOf(version)).toBe('');
    },
  );

  test.each(['10.24.1', '18.20.8', '20.0.0', '20.17.0', '21.7.3', '22.0.0', '22.2.0'])('%s is too old', (version) => {
    expect(refusalOf(version)).toMatch(
      new RegExp(`^This is Node\\.js ${version}, and push-mirror needs 20\\.18 or later .*\\. Use `),
    );
  });

  (existsSync(WORKFLOW) ? test : test.skip)('are the same for npm, and where they are tried', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
    const { jobs } = parse(readFileSync(WORKFLOW, 'utf8')) as {
      jobs: { systems: { strategy: { matrix: { node: readonly number[] } } } };
    };
    const { node } = jobs.systems.strategy.matrix;

    expect(engines.node).toBe('^20.18.0 || >=22.3.0');
    expect(node).toEqual([20, 22, 24]);
    expect(node.map((major) => refusalOf(`${major}.18.0`))).toEqual(node.map(() => ''));
  });
});
