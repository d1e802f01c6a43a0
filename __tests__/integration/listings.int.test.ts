import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LocalTransport } from '../../src/protocol/programs/local.js';
import { UploadPack } from '../../src/repositories/upload-pack.js';
import { isolatedGit, Scratch, TestRepository } from '../repositories/git.js';

const MAIN = 'refs/heads/main';
const limits = { connect: 10_000, silence: 10_000 };

let scratch: Scratch;
let source: TestRepository;
let transport: LocalTransport;

beforeEach(() => {
  scratch = new Scratch();
  source = TestRepository.create(scratch.join('source.git'));
  source.set({ [MAIN]: source.commit([], 'first') });
  const { signal } = new AbortController();
  transport = new LocalTransport({ path: source.path, environment: isolatedGit(), limits, signal });
});

afterEach(async () => {
  await transport.close();
  scratch.remove();
});

async function listed(uploadPack: UploadPack): Promise<Record<string, string>> {
  const { refs } = await uploadPack.list(['refs/heads/']);
  return Object.fromEntries(refs.map(({ name, id }) => [name, id]));
}

test('each listing over programs tells the refs as they are then', async () => {
  const uploadPack = new UploadPack(transport, 'push-mirror/test');
  const seen = [];
  for (const content of ['second', 'third', 'fourth']) {
    seen.push([await listed(uploadPack), source.refs()]);
    source.set({ [MAIN]: source.commit([], content), [`refs/heads/${content}`]: source.commit([], content) });
  }
  seen.push([await listed(uploadPack), source.refs()]);

  for (const [told, actual] of seen) expect(told).toEqual(actual);
  expect(Object.keys(seen.at(-1)?.[0] ?? {})).toHaveLength(4);
});

test('the first listing and what is fetched take one program', async () => {
  const uploadPack = new UploadPack(transport, 'push-mirror/test');
  const refs = await listed(uploadPack);
  const { pack } = await uploadPack.fetch({ wants: Object.values(refs), haves: [], done: true });
  for await (const _ of pack ?? []);

  // A conversation and two requests in it.
  expect(transport.traffic.requests).toBe(3);
});
