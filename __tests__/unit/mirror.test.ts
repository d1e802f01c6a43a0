import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { mirror } from '../../src/mirror/mirror.js';
import type { MirrorResult } from '../../src/mirror/outcome.js';
import type { MirrorPorts, SourcePort, TargetPort } from '../../src/mirror/ports.js';
import type { FetchRequest } from '../../src/protocol/wire/fetch.js';
import type { PushReport, RefUpdate } from '../../src/protocol/wire/push.js';
import { isInPlay } from '../../src/repositories/refs.js';

const MAIN = 'refs/heads/main';
const TOPIC = 'refs/heads/topic';
const [OLD, NEW] = ['1'.repeat(40), '2'.repeat(40)];
const traffic = { requests: 0, bytesReceived: 0, bytesSent: 0 };

/** A source in ten lines: its refs, and a pack of three bytes. */
function fakeSource(refs: Readonly<Record<string, string>>, asked: FetchRequest[] = []): SourcePort {
  const answer = async (request: FetchRequest) => {
    asked.push(request);
    const pack = (async function* () {
      if (request.filter === undefined) yield Buffer.from('pack');
    })();
    return { acknowledged: new Set(request.haves), isShallow: false, pack, abort: () => undefined };
  };
  const read = async () => ({
    refs: new Map(Object.entries(refs).map(([ref, id]) => [ref, { id, peeled: id }])),
    symrefs: new Map<string, string>(),
    defaultBranch: MAIN,
  });
  const list = async () => Object.entries(refs).map(([name, id]) => ({ name, id }));
  const known = {
    location: 'the source',
    place: 'http',
    format: 'sha1',
    traffic,
    canFilter: false,
    canDeepen: false,
  } as const;
  const readObjects = async () => new Map();
  const readCommits = async function* () {
    // There are no commits.
  };
  return { ...known, read, list, fetch: answer, fetchTips: answer, readObjects, readCommits };
}

/** A target in ten lines: takes every update that finds the ref as it expects it. */
function fakeTarget(refs: Map<string, string>, pushes: (readonly RefUpdate[])[] = []): TargetPort {
  const set = ({ ref, old, new: id }: RefUpdate): PushReport['statuses'] => {
    const isStale = (refs.get(ref) ?? '0'.repeat(40)) !== old;
    if (!isStale) refs.set(ref, id);
    return new Map([[ref, isStale ? { accepted: false, reason: 'stale info' } : { accepted: true }]]);
  };
  return {
    ...({ location: 'the target', place: 'http', format: 'sha1' } as const),
    ...{ traffic, extraHaves: [], isShallow: false, saysOkBlindly: false, capabilities: new Set<string>() },
    read: async () => ({ refs: new Map(refs) }),
    details: () => Promise.reject(new Error('nobody asks for the details')),
    createIfMissing: () => Promise.resolve(),
    removeIfCreated: () => Promise.resolve(),
    push: async ({ updates, pack }) => {
      pushes.push(updates);
      if (pack !== undefined) for await (const _chunk of pack);
      return { unpack: 'ok', statuses: new Map(updates.flatMap((update) => [...set(update)])) };
    },
  };
}

async function mirrored(source: SourcePort, target: TargetPort, given: Partial<MirrorPorts> = {}) {
  const quiet = () => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, remote: quiet, progress: quiet };
  const clock = { now: () => 0, sleep: () => Promise.resolve() };
  const policy = { select: isInPlay, keepDivergentRefs: false, prune: 'never' } as const;
  const settings = { policy, dryRun: false, check: false, pushOptions: [], isolationMs: 600_000 };
  return mirror(settings, { source, target, log, clock, signal: new AbortController().signal, ...given });
}

const outcomes = ({ refs }: MirrorResult) => refs.map(({ ref, outcome }) => `${outcome} ${ref}`);

describe('mirror, between ports', () => {
  test('brings the target to the state of the source, with one pack in one push', async () => {
    const [refs, pushes, asked] = [new Map([[MAIN, OLD]]), [] as (readonly RefUpdate[])[], [] as FetchRequest[]];
    const result = await mirrored(fakeSource({ [MAIN]: NEW, [TOPIC]: NEW }, asked), fakeTarget(refs, pushes));

    expect([result.status, outcomes(result)]).toEqual(['finished', [`forced ${MAIN}`, `created ${TOPIC}`]]);
    expect(Object.fromEntries(refs)).toEqual({ [MAIN]: NEW, [TOPIC]: NEW });
    expect(pushes.map((updates) => updates.map(({ ref }) => ref))).toEqual([[MAIN, TOPIC]]);
    expect([asked[0]?.wants, result.transfer.packBytes]).toEqual([[NEW], 4]);
  });

  test('a push that is overtaken is planned again', async () => {
    const refs = new Map([[MAIN, OLD]]);
    const target = fakeTarget(refs);
    const read = [OLD, NEW].map((id) => new Map([[MAIN, id]]));
    refs.set(MAIN, NEW);
    const result = await mirrored(fakeSource({ [MAIN]: NEW }), {
      ...target,
      read: async () => ({ refs: read.shift() ?? refs }),
    });

    expect([result.status, outcomes(result)]).toEqual(['finished', [`unchanged ${MAIN}`]]);
  });

  test.each([
    ['of a server that is known to say so is looked at again', true, ['rejected', 'not-moved']],
    ['of any other is believed', false, ['created', null]],
  ])('an `ok` that moved nothing, %s', async (_which, saysOkBlindly, expected) => {
    const target = { ...fakeTarget(new Map()), saysOkBlindly };
    const push: TargetPort['push'] = async ({ updates }) => ({
      unpack: 'ok',
      statuses: new Map(updates.map(({ ref }) => [ref, { accepted: true }])),
    });

    const result = await mirrored(fakeSource({ [MAIN]: NEW }), { ...target, push });

    expect(result.refs.map(({ outcome, code }) => [outcome, code])).toEqual([expected]);
  });

  test('a ref whose Git LFS objects stay behind is held back, and the others land', async () => {
    const refs = new Map<string, string>();
    const bring = async () => new Map([[MAIN, 'its object could not be had.']]);
    const lfsObjects = { notices: [], count: { objects: 1, uploaded: 0, bytes: 0 }, look: () => ({ bring }) };
    const result = await mirrored(fakeSource({ [MAIN]: NEW, [TOPIC]: OLD }), fakeTarget(refs), { lfsObjects });

    expect(outcomes(result)).toEqual([`rejected ${MAIN}`, `created ${TOPIC}`]);
    expect(result.refs[0]).toMatchObject({ code: 'lfs', message: 'its object could not be had.' });
    expect([result.lastErrorCode, [...refs.keys()]]).toEqual(['refs-rejected', [TOPIC]]);
  });
});

test.each(readdirSync('src/mirror').filter((file) => file !== 'connect.ts'))('%s needs the ports alone', (file) => {
  const imported = readFileSync(`src/mirror/${file}`, 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g);
  const paths = Array.from(imported, ([, path]) => path);

  expect(paths.filter((path) => /\/(?:source|target|transport|local|ssh|open)\.js$|\/lfs\//.test(path!))).toEqual([
    ...(file === 'ports.ts' ? ['../protocol/wire/transport.js'] : []),
  ]);
});
