import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { rmSync, writeFileSync } from 'node:fs';
import { TestRepository } from '../repositories/git.js';
import {
  asFiles,
  commitLfs,
  commitWithObjects,
  generatedObjects,
  keepLocally,
  keptLocally,
  lfsObject,
  localPath,
} from '../repositories/lfs.js';
import { MirroredPair } from '../mirrored-pair.js';
import { run, type Given, type Run } from '../run.js';

let pair: MirroredPair;
let source: TestRepository;
let target: TestRepository;

beforeEach(async () => {
  pair = await MirroredPair.start();
  source = TestRepository.create(pair.scratch.join('lfs-source.git'));
  target = TestRepository.create(pair.scratch.join('lfs-target.git'));
});

afterEach(async () => pair.stop());

const mirror = (given: Given = {}): Promise<Run> => run(source.path, target.path, { lfs: 'always', ...given });
const oids = (objects: readonly { oid: string }[]): string[] => objects.map(({ oid }) => oid).sort();

describe('between folders', () => {
  test('the objects go first, and the second time only what is new', async () => {
    const objects = generatedObjects(12, 5000);
    commitWithObjects(source, objects);

    const first = await mirror();

    expect(first.report).toMatchObject({
      update_status: 'finished',
      lfs: { objects: 12, uploaded: 12, bytes: 60_000 },
    });
    expect(target.refs()).toEqual(source.refs());
    expect(keptLocally(target.path)).toEqual(oids(objects));

    const newer = generatedObjects(3, 100, 2);
    commitWithObjects(source, newer, 'newer');
    const second = await mirror();

    expect(second.report.lfs).toEqual({ objects: 3, uploaded: 3, bytes: 300 });
    expect(target.refs()).toEqual(source.refs());
    expect(keptLocally(target.path)).toEqual(oids([...objects, ...newer]));
  });

  test('nothing changed: nothing is looked for', async () => {
    commitWithObjects(source, generatedObjects(2, 10));
    await mirror();

    const { report } = await mirror();

    expect(report.lfs).toEqual({ objects: 0, uploaded: 0, bytes: 0 });
    expect(report.transfer.pack_bytes).toBe(0);
  });

  test('a repository without Git LFS', async () => {
    source.set({ 'refs/heads/main': source.commits(3) });

    const { report } = await mirror();

    expect(report).toMatchObject({ update_status: 'finished', lfs: { objects: 0, uploaded: 0, bytes: 0 } });
    expect(target.refs()).toEqual(source.refs());
  });

  test('with lfs: never nobody looks', async () => {
    commitWithObjects(source, generatedObjects(2, 10));

    expect((await mirror({ lfs: 'never' })).report.lfs).toBeNull();
    expect(keptLocally(target.path)).toEqual([]);
    expect(target.refs()).toEqual(source.refs());
  });

  test('an object that the source lacks keeps its ref back, and that one alone; a later run heals it', async () => {
    const lost = lfsObject('lost');
    commitWithObjects(source, generatedObjects(2, 10));
    commitLfs(source, { ref: 'refs/heads/broken', files: { 'a/b/lost.bin': lost }, track: ['*.bin'] });

    const { report, outcomes } = await mirror();

    expect(outcomes).toEqual({ 'refs/heads/broken': 'rejected', 'refs/heads/main': 'created' });
    const message = report.refs.find(({ ref }) => ref === 'refs/heads/broken')?.message;
    expect(message).toBe(
      `its Git LFS object ${lost.oid} (a/b/lost.bin) could not be brought over: ${source.path} does not hold it (\`git lfs fetch --all\` there brings it). ` +
        'The ref is left as it is; set `lfs: never` to mirror without the objects.',
    );
    expect(report).toMatchObject({ update_status: 'failed', lfs: { objects: 3, uploaded: 2 } });
    expect(Object.keys(target.refs())).toEqual(['refs/heads/main']);

    keepLocally(source.path, [lost]);
    const healed = await mirror();

    expect(healed.report).toMatchObject({ update_status: 'finished', lfs: { objects: 1, uploaded: 1 } });
    expect(target.refs()).toEqual(source.refs());
  });

  test('an object that is not what its pointer says is not taken', async () => {
    const [good, bad] = [lfsObject('good content'), lfsObject('bad  content')];
    commitWithObjects(source, [good, bad]);
    writeFileSync(localPath(source.path, bad.oid), 'bad? content');

    const { report, lines } = await mirror();

    expect(report.refs[0]).toMatchObject({ outcome: 'rejected' });
    expect(report.refs[0]?.message).toMatch(
      /\(data\/1\.bin\) could not be brought over: its content is not the one that its pointer says \(SHA-256\)\. The ref is left/,
    );
    expect(lines.join('\n')).toContain('It is begun again.');
    expect(target.refs()).toEqual({});
    expect(keptLocally(target.path)).toEqual([good.oid]);
  });

  test('a ref that moves on from a lost object is kept back until the object is there', async () => {
    const lost = lfsObject('lost');
    commitWithObjects(source, [lost]);
    rmSync(localPath(source.path, lost.oid));
    commitLfs(source, { files: { 'data/0.bin': null, 'new.txt': 'text' } });

    const { outcomes } = await mirror();

    expect(outcomes).toEqual({ 'refs/heads/main': 'rejected' });
  });

  test('the same object under many names and in many commits is counted once', async () => {
    const object = lfsObject('the same');
    keepLocally(source.path, [object]);
    commitLfs(
      source,
      { files: asFiles([object, object, object]), track: ['*.bin'] },
      { files: asFiles([object], 'again') },
    );

    expect((await mirror()).report.lfs).toEqual({ objects: 1, uploaded: 1, bytes: 8 });
  });

  test('a dry run says what would be brought over and what could not, and brings nothing', async () => {
    const lost = lfsObject('lost');
    commitWithObjects(source, generatedObjects(2, 10));
    commitLfs(source, { ref: 'refs/heads/broken', files: { 'lost.bin': lost }, track: ['*.bin'] });

    const { report, outcomes } = await mirror({ dryRun: 'true' });

    expect(report.lfs).toEqual({ objects: 3, uploaded: 2, bytes: 20 });
    expect(outcomes).toEqual({ 'refs/heads/broken': 'rejected', 'refs/heads/main': 'created' });
    expect(keptLocally(target.path)).toEqual([]);
    expect(target.refs()).toEqual({});
  });
});
