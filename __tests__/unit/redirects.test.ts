import { describe, expect, test } from '@jest/globals';
import { followRedirects, type AnswerHead, type RedirectPolicy } from '../../src/protocol/http/redirects.js';
import { HTTP_LIMITS } from '../../src/protocol/limits/http.js';

type Reply = readonly [status: number, location?: string];

/** Asks at the first address; each address has its answer, others 200. */
async function follow(first: string, replies: Readonly<Record<string, Reply>>, policy: Partial<RedirectPolicy> = {}) {
  const asked: string[] = [];
  const discarded: number[] = [];
  const { answer, url, refused } = await followRedirects<AnswerHead>(
    new URL(first),
    { mayLeaveServer: false, ...policy },
    {
      ask: async ({ href }, hasLeftServer) => {
        asked.push(hasLeftServer ? `${href} (bare)` : href);
        const [status, location] = replies[href] ?? [200];
        return { status, headers: location === undefined ? {} : { location } };
      },
      discard: async ({ status }) => discarded.push(status),
    },
  );
  return { status: answer.status, url: url.href, refused, asked, discarded };
}

const A = 'https://a.example';

describe('redirects within a server', () => {
  test.each([301, 302, 303, 307, 308])('%i is followed', async (status) => {
    const seen = await follow(`${A}/x`, { [`${A}/x`]: [status, '/y'], [`${A}/y`]: [status, 'z?q=1'] });

    expect(seen).toMatchObject({ status: 200, url: `${A}/z?q=1`, refused: undefined, discarded: [status, status] });
    expect(seen.asked).toEqual([`${A}/x`, `${A}/y`, `${A}/z?q=1`]);
  });

  test.each<Reply>([[200, '/y'], [304, '/y'], [300, '/y'], [302]])('%i with %j is an answer', async (...reply) => {
    expect(await follow(`${A}/x`, { [`${A}/x`]: reply })).toMatchObject({ status: reply[0], refused: undefined });
  });

  test('go on only so long', async () => {
    const seen = await follow(`${A}/x`, { [`${A}/x`]: [302, '/x'] });

    expect(seen).toMatchObject({ status: 302, refused: { kind: 'too-many' } });
    expect(seen.asked).toHaveLength(HTTP_LIMITS.redirects.value + 1);
  });

  test('credentials in an address are left out', async () => {
    expect(await follow(`${A}/x`, { [`${A}/x`]: [302, 'https://me:secret@a.example/y'] })).toMatchObject({
      url: `${A}/y`,
    });
  });

  test.each([
    ['what is no URL', 'https://[', { kind: 'no-url' }],
    ['another server', 'https://b.example/y', { kind: 'other-server', to: new URL('https://b.example/y') }],
    ['another port', `${A}:444/y`, { kind: 'other-server', to: new URL(`${A}:444/y`) }],
    ['the same name over http', 'http://a.example/y', { kind: 'other-server', to: new URL('http://a.example/y') }],
  ])('%s is not asked', async (_what, location, refused) => {
    const seen = await follow(`${A}/x`, { [`${A}/x`]: [302, location] });

    expect(seen).toMatchObject({ status: 302, url: `${A}/x`, refused, asked: [`${A}/x`], discarded: [] });
  });

  test('an address that does not fit is not asked', async () => {
    const isFit = ({ pathname }: URL): boolean => pathname.endsWith('.git');
    const replies: Record<string, Reply> = { [`${A}/x`]: [302, '/y.git'], [`${A}/y.git`]: [302, '/login'] };

    expect(await follow(`${A}/x`, replies, { isFit })).toMatchObject({
      url: `${A}/y.git`,
      refused: { kind: 'unfit', to: new URL(`${A}/login`) },
    });
  });
});

describe('redirects that may leave the server', () => {
  const mayLeaveServer = true;

  test('go elsewhere without what signs in, and do not get it back on the way home', async () => {
    const replies: Record<string, Reply> = {
      [`${A}/x`]: [302, '/y'],
      [`${A}/y`]: [302, 'https://b.example/z'],
      'https://b.example/z': [302, `${A}/end`],
    };

    expect((await follow(`${A}/x`, replies, { mayLeaveServer })).asked).toEqual([
      `${A}/x`,
      `${A}/y`,
      'https://b.example/z (bare)',
      `${A}/end (bare)`,
    ]);
  });

  test('never go from https to http, and from http anywhere', async () => {
    expect(await follow(`${A}/x`, { [`${A}/x`]: [302, 'http://b.example/y'] }, { mayLeaveServer })).toMatchObject({
      refused: { kind: 'insecure' },
    });
    expect(
      await follow('http://a.example/x', { 'http://a.example/x': [302, 'http://b.example/y'] }, { mayLeaveServer }),
    ).toMatchObject({ url: 'http://b.example/y', refused: undefined });
  });
});
