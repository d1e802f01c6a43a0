import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import http from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Scratch, TestRepository } from '../repositories/git.js';
import {
  commitLfs,
  commitWithObjects,
  generatedObject,
  generatedObjects,
  type LfsObject,
} from '../repositories/lfs.js';
import { gitLfs } from '../repositories/lfs-judge.js';
import { HurriedClock } from '../clock.js';
import { needed } from '../requires.js';
import { run, type Given, type Run } from '../run.js';
import { GitHttpServer } from '../servers/git-http-server.js';
import { PlainLfs, type PlainAnswer, type PlainRequest } from '../servers/plain-lfs.js';

const MAIN = 'refs/heads/main';
const TOKEN = 'token-of-the-target-0815';
const SIGN_IN = { targetUsername: 'writer', targetToken: TOKEN } as const;
const WRITER = `Basic ${Buffer.from(`writer:${TOKEN}`).toString('base64')}`;
/** More than is held to be sent once more. */
const LARGE = 3_000_000;

const scratch = new Scratch();
let web: GitHttpServer;
let lfs: PlainLfs;
let number = 0;
let source: TestRepository;
let [from, to] = ['', ''];
let object: LfsObject;

beforeAll(async () => {
  TestRepository.create(scratch.join('root', 'any.git'));
  web = await GitHttpServer.start(scratch.join('root'));
  lfs = new PlainLfs(web);
});

afterAll(async () => {
  await web.stop();
  scratch.remove();
});

beforeEach(() => {
  number += 1;
  [from, to] = [`source-${number}`, `target-${number}`];
  lfs.reset();
  source = TestRepository.create(scratch.join('root', `${from}.git`));
  source.git(['config', 'uploadpack.allowFilter', 'true']);
  TestRepository.create(scratch.join('root', `${to}.git`));
  object = generatedObject(number, 1000);
});

/** From a folder that has the objects. */
const upload = async (objects: readonly LfsObject[] = [object], given: Given = SIGN_IN): Promise<Run> => {
  commitWithObjects(source, objects);
  return run(source.path, web.url(`${to}.git`), given);
};

/** To a folder. */
const download = async (given: Given = {}): Promise<Run> => {
  commitLfs(source, { files: { 'a.bin': object }, track: ['*.bin'] });
  lfs.put(from, object);
  return run(web.url(`${from}.git`), scratch.join('root', `${to}.git`), given);
};

const expectMirrored = ({ report, outcomes }: Run): void => {
  expect(report.refs.flatMap(({ message }) => message ?? [])).toEqual([]);
  expect(outcomes[MAIN]).toBe('created');
};

const messageOf = ({ report, lines, outcomes }: Run): string => {
  expect(outcomes[MAIN]).toBe('rejected');
  expect(JSON.stringify(report) + lines.join('\n')).not.toContain(TOKEN);
  return report.refs.find(({ ref }) => ref === MAIN)?.message ?? '';
};

const authorizations = (kind: PlainRequest['kind']): (string | undefined)[] =>
  lfs.seen(kind).map(({ headers }) => headers.authorization);

/** Leads the first request of a kind to another path of the same server. */
const leading = (kind: PlainRequest['kind'], status: number, where: (path: string) => string) => {
  lfs.early = (seen): PlainAnswer | undefined =>
    seen.kind === kind && !seen.path.includes('moved')
      ? { status, headers: { Location: where(seen.path) } }
      : undefined;
};

describe('redirects', () => {
  describe.each([301, 302, 303, 307, 308])('%i within the server', (status) => {
    test.each(['batch', 'upload', 'verify'] as const)('of a %s: method, body and sign-in stay', async (kind) => {
      leading(kind, status, (path) => `${path}?moved=1`);

      const mirrored = await upload();

      expectMirrored(mirrored);
      expect(lfs.has(to, object)).toBe(true);
      const [first, second] = lfs.seen(kind);
      expect(second?.path).toMatch(/\?moved=1$/);
      expect(second?.body).toEqual(first?.body);
      expect(second?.headers.authorization).toBe(first?.headers.authorization);
      expect(lfs.seen('other')).toEqual([]);
    });
  });

  test('of an upload of which too much was sent: its content is read anew, at once', async () => {
    object = generatedObject(number, LARGE);
    leading('upload', 307, (path) => `${path}?moved=1`);

    expectMirrored(await upload());

    expect(lfs.has(to, object)).toBe(true);
    expect(lfs.seen('upload').map(({ path }) => path.includes('moved'))).toEqual([false, true]);
  });

  test('that lead back over another host: nothing that signs in goes along, however often it is asked for', async () => {
    object = generatedObject(number, LARGE);
    const far = http.createServer((request, response) => {
      const headers = { Location: `http://127.0.0.1:${web.port}${request.url ?? ''}&chosen=1` };
      request.resume().on('end', () => response.writeHead(307, headers).end());
    });
    far.listen(web.port, '127.0.0.2');
    await once(far, 'listening');
    lfs.action = (action) => ({ ...action, header: { 'X-Key': 'a-secret-key' } });
    lfs.early = ({ kind, path }) => {
      if (kind !== 'upload') return undefined;
      if (path.includes('chosen')) return { status: 401 };
      return { status: 307, headers: { Location: `http://127.0.0.2:${web.port}${path}?moved=1` } };
    };

    messageOf(await upload());
    far.close();
    far.closeAllConnections();

    const chosen = lfs.seen('upload').filter(({ path }) => path.includes('chosen'));
    expect(chosen.length).toBeGreaterThan(0);
    expect(new Set(chosen.flatMap(({ headers }) => [headers.authorization, headers['x-key']]))).toEqual(
      new Set([undefined]),
    );
  });

  test.each([1000, LARGE])('without end end with one sentence (%i bytes)', async (size) => {
    object = generatedObject(number, size);
    lfs.early = ({ kind, path }) => (kind === 'upload' ? { status: 307, headers: { Location: path } } : undefined);

    expect(messageOf(await upload())).toMatch(/: the request is redirected more than 5 times\.|led on again and again/);
    expect(lfs.seen('upload').length).toBeLessThan(12);
  });

  test.each(['batch', 'upload', 'verify'] as const)(
    'of a %s to another host: nothing that signs in goes along',
    async (kind) => {
      const far = http.createServer((request, response) => {
        const { port } = far.address() as AddressInfo;
        // As the storage it is: what it got is looked at, and goes on to the server.
        arrived.push(request.headers);
        const onward = http.request({
          port,
          host: '127.0.0.1',
          method: request.method,
          path: request.url?.replace('moved=1', 'moved=2'),
          headers: { ...request.headers, host: `127.0.0.1:${port}` },
        });
        onward.on('response', (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers)));
        request.pipe(onward);
      });
      const arrived: http.IncomingHttpHeaders[] = [];
      far.listen(web.port, '127.0.0.2');
      await once(far, 'listening');
      lfs.action = (action) => ({
        ...action,
        header: { Authorization: 'Bearer of-the-server-1', 'X-Key': 'a-secret-key' },
      });
      leading(kind, 307, (path) => `http://127.0.0.2:${web.port}${path}?moved=1`);

      const mirrored = await upload();
      far.close();
      far.closeAllConnections();

      expectMirrored(mirrored);
      expect(arrived).toHaveLength(1);
      expect(arrived[0]?.authorization).toBeUndefined();
      expect(arrived[0]?.['x-key']).toBeUndefined();
    },
  );
});

describe('credentials for the addresses of objects', () => {
  const asking = (kinds: readonly string[]) => {
    lfs.early = ({ kind, headers }) =>
      kinds.includes(kind) && headers.authorization !== WRITER ? { status: 401 } : undefined;
  };

  test('go there once they are asked for, and from then on at once', async () => {
    asking(['batch', 'upload', 'verify']);

    expectMirrored(await upload());

    expect(authorizations('upload')).toEqual([undefined, WRITER]);
    expect(authorizations('verify')).toEqual([undefined, WRITER]);
    const newer = generatedObject(number + 1000, LARGE);
    commitWithObjects(source, [newer], 'newer');
    expect((await run(source.path, web.url(`${to}.git`), SIGN_IN)).outcomes[MAIN]).toBe('updated');
    expect(lfs.has(to, newer)).toBe(true);
  });

  test('do not go where nobody asks', async () => {
    expectMirrored(await upload());

    expect(authorizations('upload')).toEqual([undefined]);
  });

  test('of many objects only the first ones are asked about', async () => {
    asking(['upload']);
    const objects = generatedObjects(20, 100, number);

    expectMirrored(await upload(objects));

    expect(authorizations('upload').filter((one) => one === undefined).length).toBeLessThanOrEqual(8);
  });

  test.each([
    'X-Amz-Signature=ab',
    'x-goog-signature=1',
    'Signature=x&Expires=1',
    'sig=a%2B',
    'token=ab%2Bc',
    'q-signature=1',
    'Authorization=3_abc',
    'md5=abc&expires=1',
    'hdnts=exp~hmac',
    '__token__=ab',
    'auth_key=1-0-0-a',
  ])('never beside ?%s, even if they are asked for; no token is blamed', async (query) => {
    lfs.action = (action, kind) => (kind === 'upload' ? { href: `${action.href}?${query}` } : action);
    asking(['upload']);

    const message = messageOf(await upload());

    expect(new Set(authorizations('upload'))).toEqual(new Set([undefined]));
    expect(message).toContain('refuses the upload as the Git LFS server signed it (HTTP 401).');
    expect(message).not.toContain('-token');
  });

  test('headers without a value are left out, empty ones are sent', async () => {
    lfs.action = (action) => ({ ...action, header: { 'X-Null': null, 'X-Empty': '', 'X-Own': 'x' } });

    expectMirrored(await upload());

    const headers = lfs.seen('upload')[0]?.headers ?? {};
    expect([headers['x-null'], headers['x-empty'], headers['x-own']]).toEqual([undefined, '', 'x']);
  });
});

describe('what git-lfs brings over is brought over', () => {
  const FAULTS: [kind: PlainRequest['kind'], status: number, times: number][] = [
    ['upload', 404, 1],
    ['upload', 403, 2],
    ['upload', 500, 3],
    ['verify', 404, 2],
    ['verify', 500, 1],
  ];
  const spoil = (kind: PlainRequest['kind'], status: number, times: number): void => {
    lfs.early = (seen) => (seen.kind === kind && seen.number <= times ? { status } : undefined);
  };

  test.each([...FAULTS, ['upload', 503, 8], ['upload', 409, 8], ['batch', 429, 8]] as typeof FAULTS)(
    '%s with %i, %i times',
    async (kind, status, times) => {
      spoil(kind, status, times);

      expectMirrored(await upload());
      expect(lfs.has(to, object)).toBe(true);
    },
  );

  test('downloads are tried as often', async () => {
    spoil('download', 404, 8);

    expectMirrored(await download());
  });

  test.each([413, 422, 507])('an upload with %i is not tried again', async (status) => {
    spoil('upload', status, 9);

    messageOf(await upload());
    expect(lfs.seen('upload')).toHaveLength(1);
  });

  test.each([
    ['upload', 403],
    ['upload', 500],
    ['download', 404],
    ['verify', 404],
  ] as const)('%s with %i for ever: not every object is waited for', async (kind, status) => {
    spoil(kind, status, Infinity);
    const objects = generatedObjects(200, 100, number);
    const clock = new HurriedClock();
    commitWithObjects(source, objects);
    lfs.put(from, ...objects);

    const { lines, outcomes } = await run(web.url(`${from}.git`), web.url(`${to}.git`), { ...SIGN_IN, clock });

    expect(outcomes[MAIN]).toBe('rejected');
    expect(lines.join('\n')).not.toContain('a run waits');
    expect(clock.pauses.reduce((total, pause) => total + pause, 0) / 8).toBeLessThan(90_000);
  });

  test('some objects that are lost for good cost the others nothing', async () => {
    const objects = generatedObjects(60, 100, number);
    lfs.early = ({ kind, path }) =>
      kind === 'download' && objects.some(({ oid }, at) => at % 2 === 0 && path.includes(oid))
        ? { status: 404 }
        : undefined;
    commitWithObjects(source, objects);
    lfs.put(from, ...objects);

    const { lines } = await run(web.url(`${from}.git`), web.url(`${to}.git`), SIGN_IN);

    expect(lines.join('\n')).not.toContain('a run waits');
    expect(objects.filter((object) => lfs.has(to, object))).toHaveLength(30);
  });

  needed('git-lfs').describe('by the judge', () => {
    test.each(FAULTS)('%s with %i, %i times', async (kind, status, times) => {
      commitWithObjects(source, [object]);
      spoil(kind, status, times);
      await gitLfs(source.path, ['lfs', 'push', '--all', web.url(`${to}.git`)]).catch(() => undefined);

      expect(lfs.has(to, object)).toBe(true);
    });
  });
});

describe('the words of a storage', () => {
  const XML =
    '<?xml version="1.0"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>words of it</Message><AWSAccessKeyId>AKIDOFTHESERVER</AWSAccessKeyId><StringToSign>AWS4-HMAC-what-was-signed</StringToSign></Error>';

  const refused = async (host: string, body: string, type: string): Promise<string> => {
    lfs.action = ({ href }, kind) => ({
      href: kind === 'upload' ? `${href.replace('127.0.0.1', host)}?X-Amz-Signature=0123456789abcdef` : href,
    });
    lfs.early = ({ kind }) =>
      kind === 'upload' ? { status: 403, headers: { 'Content-Type': type }, body } : undefined;
    return messageOf(await upload());
  };

  test.each<[string, string, string]>([
    [XML, 'application/xml', 'SignatureDoesNotMatch: words of it.'],
    ['{"code":"no_cap","message":"words of it"}', 'application/json', 'no_cap: words of it.'],
    ['words of it, 0123456789abcdef', 'text/plain', 'words of it, *****.'],
  ])('%s', async (body, type, words) => {
    const message = await refused('localhost', body, type);

    expect(message).toContain(
      `the storage at localhost:${web.port}, to which the Git LFS server leads, refuses the upload`,
    );
    expect(message).toContain(` The storage says: ${words}`);
    expect(message).not.toMatch(/AKID|AWS4|token|has no Git LFS|offers the object/);
  });

  test('a web page says nothing', async () => {
    expect(await refused('localhost', '<html><title>x</title></html>', 'text/html')).not.toContain('says');
  });

  test.each([
    [XML, 'application/xml', true],
    ['{"message":"words of it"}', 'application/json', false],
  ])('of another machine that is not public only the form of a storage is shown: %s', async (body, type, isShown) => {
    const other = http.createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(403, { 'Content-Type': type }).end(body));
    });
    other.listen(web.port, '127.0.0.3');
    await once(other, 'listening');

    const message = await refused('127.0.0.3', '', type);
    other.close();
    other.closeAllConnections();

    expect(message.includes('words of it')).toBe(isShown);
  });
});

describe('the server of the source', () => {
  const configuration = (url: string): Record<string, string> => ({ '.lfsconfig': `[lfs]\n\turl = ${url}\n` });
  const placeOf = (name: string): string => web.url(`${name}.git/info/lfs`);

  test('is that of the branch that needs it, where the default branch names another one', async () => {
    const [elsewhere, old] = [`elsewhere-${number}`, `old-${number}`];
    const [own, theirs] = generatedObjects(2, 100, number) as [LfsObject, LfsObject];
    lfs.put(old, own);
    lfs.put(elsewhere, theirs);
    commitLfs(
      source,
      { files: { 'a.bin': own, ...configuration(placeOf(old)) }, track: ['*.bin'] },
      { ref: 'refs/heads/other', files: { 'b.bin': theirs, ...configuration(placeOf(elsewhere)) }, track: ['*.bin'] },
    );

    const { outcomes, report } = await run(web.url(`${from}.git`), scratch.join('root', `${to}.git`), {});

    expect(report.refs.flatMap(({ message }) => message ?? [])).toEqual([]);
    expect(outcomes).toEqual({ [MAIN]: 'created', 'refs/heads/other': 'created' });
    expect(lfs.seen('download', elsewhere)).toHaveLength(1);
    expect(lfs.seen('batch', from)).toEqual([]);
  });

  test('is asked alone where it has all', async () => {
    commitLfs(source, { ref: 'refs/heads/other', files: configuration(placeOf('elsewhere')) });

    expectMirrored(await download());
    expect(new Set(lfs.requests.map(({ repository }) => repository))).toEqual(new Set([from]));
  });

  test('that a user names is asked, with what signs in there, and no file is looked at', async () => {
    const place = `named-${number}`;
    lfs.put(place, object);
    lfs.early = ({ kind, headers }) =>
      kind === 'batch' && headers.authorization !== WRITER ? { status: 401 } : undefined;
    const sourceLfsUrl = placeOf(place).replace('//', `//writer:${TOKEN}@`);
    commitLfs(source, { files: { 'a.bin': object, ...configuration('ftp://nowhere.invalid/') }, track: ['*.bin'] });

    expectMirrored(await run(web.url(`${from}.git`), scratch.join('root', `${to}.git`), { sourceLfsUrl }));
    expect(lfs.seen('batch', from)).toEqual([]);
  });

  test('is also one for a folder', async () => {
    const place = `named-${number}`;
    lfs.put(place, object);
    commitLfs(source, { files: { 'a.bin': object }, track: ['*.bin'] });

    expectMirrored(await run(source.path, scratch.join('root', `${to}.git`), { sourceLfsUrl: placeOf(place) }));
  });

  test('that is no URL is said to be none', async () => {
    await expect(download({ sourceLfsUrl: 'ssh://git@lfs.example/x.git' })).rejects.toThrow(
      /--source-lfs-url "ssh:.*" is not the URL of a Git LFS server: give https:/,
    );
  });

  test('over SSH, from a source over HTTP: the remedy is named', async () => {
    commitLfs(source, { files: configuration('git@127.0.0.1:me/x.git') });

    const message = messageOf(await download());

    expect(message).toContain(
      'so no key is used there. Name the https URL of that Git LFS server with `source-lfs-url`.',
    );
  });
});
