import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Scratch, TestRepository } from '../repositories/git.js';
import { run } from '../run.js';
import { GitHttpServer } from '../servers/git-http-server.js';

describe('relay over HTTP', () => {
  let scratch: Scratch;
  let server: GitHttpServer;
  let source: TestRepository;
  let target: TestRepository;

  beforeEach(async () => {
    scratch = new Scratch();
    source = TestRepository.create(scratch.join('source.git'));
    target = TestRepository.create(scratch.join('target.git'));
    server = await GitHttpServer.start(scratch.path);
  });

  afterEach(async () => {
    await server.stop();
    scratch.remove();
  });

  test('brings over branches and tags, then finds nothing to do', async () => {
    const tip = source.commits(3);
    source.set({
      'refs/heads/main': tip,
      'refs/heads/feature': source.commit([tip]),
      'refs/tags/v1': source.tagObject('v1', tip),
      'refs/tags/light': tip,
      'refs/pull/1/head': tip,
    });

    const first = await run(server.url('source.git'), server.url('target.git'));

    expect(first.report.update_status).toBe('finished');
    expect(target.refs()).toEqual(source.refs());
    expect(target.fsck()).toBe('');
    expect(target.git(['for-each-ref', 'refs/pull'])).toBe('');

    server.forget();
    const second = await run(server.url('source.git'), server.url('target.git'));

    expect(second.report.counts).toMatchObject({ unchanged: 4, created: 0, updated: 0 });
    expect(server.asked.toSorted()).toEqual([
      'GET /source.git/info/refs',
      'GET /target.git/info/refs',
      'POST /source.git/git-upload-pack',
    ]);
  });
});
