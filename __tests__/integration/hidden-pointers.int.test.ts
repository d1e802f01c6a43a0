import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { isolatedGit, Scratch, TestRepository } from '../repositories/git.js';
import { lfsObject, pointer } from '../repositories/lfs.js';
import { run } from '../run.js';

const MAIN = 'refs/heads/main';
const OTHER = 'refs/heads/other';
const HANDS_OVER = '*.bin filter=lfs diff=lfs merge=lfs -text\n';
const PEOPLE = 'author A <a@example.com> 0 +0000\ncommitter A <a@example.com> 0 +0000\n\nhidden\n';

let scratch: Scratch;
let source: TestRepository;
let target: TestRepository;

beforeEach(() => {
  scratch = new Scratch();
  source = TestRepository.create(scratch.join('source.git'));
  target = TestRepository.create(scratch.join('target.git'));
});

afterEach(() => scratch.remove());

/** Stores an object that git would not write. */
function literally(type: 'tree' | 'commit', content: Buffer | string): string {
  const args = ['-C', source.path, 'hash-object', '-t', type, '-w', '--literally', '--stdin'];
  return execFileSync('git', args, { env: isolatedGit(), input: content, encoding: 'utf8' }).trim();
}

function entry(mode: string, name: string, id: string): Buffer {
  return Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
}

/** Makes a commit whose root folder has these entries, beside a `.gitattributes`. */
function commit(
  entries: readonly Buffer[],
  parents: readonly string[] = [],
  treeLine = (tree: string): string => tree,
): string {
  const attributes = source.object('blob', HANDS_OVER);
  const tree = literally('tree', Buffer.concat([entry('100644', '.gitattributes', attributes), ...entries]));
  const links = parents.map((parent) => `parent ${parent}\n`).join('');
  return literally('commit', `tree ${treeLine(tree)}\n${links}${PEOPLE}`);
}

/** A folder with a pointer to an object that nobody has. */
function folder(): string {
  return literally('tree', entry('100644', 'a.bin', source.object('blob', pointer(lfsObject('nowhere')))));
}

describe.each([
  ['of an empty target', false],
  ['of a target with history', true],
])('a pointer among the changes %s is found', (_which, hasHistory) => {
  test.each<[string, (before: readonly string[]) => string, RegExp]>([
    [
      'in a folder with the mode 040000',
      (before) => commit([entry('040000', 'f', folder())], before),
      /Git LFS object/,
    ],
    ['in a folder with the mode 40755', (before) => commit([entry('40755', 'f', folder())], before), /Git LFS object/],
    [
      'behind a commit that names its folder in capitals',
      (before) => commit([entry('40000', 'f', folder())], before, (tree) => tree.toUpperCase()),
      /Git LFS object/,
    ],
    [
      'in the second entry of the same name',
      (before) => commit([entry('100644', 'f', source.object('blob', 'x')), entry('40000', 'f', folder())], before),
      /Git LFS object/,
    ],
    [
      'in a tree that is cut, or the ref waits',
      (before) => commit([entry('40000', 'f', folder()), Buffer.from('100644 cut\0abc')], before),
      /the source does not give what this ref needs/,
    ],
    [
      'beside a mode that is none, or the ref waits',
      (before) =>
        commit([entry('40000', 'f', folder()), entry('1777777140000', 'z', source.object('blob', 'x'))], before),
      /Git LFS object/,
    ],
  ])('%s', async (_how, make, why) => {
    const first = commit([]);
    source.set({ [OTHER]: first, [MAIN]: first });
    if (hasHistory) await run(source.path, target.path);
    source.set({ [MAIN]: make([first]) });

    const { report, outcomes } = await run(source.path, target.path);

    expect(outcomes).toEqual({ [MAIN]: 'rejected', [OTHER]: hasHistory ? 'unchanged' : 'created' });
    expect(report.refs.find(({ ref }) => ref === MAIN)?.message).toMatch(why);
    expect(target.refs()[MAIN]).toBe(hasHistory ? first : undefined);
  });
});
