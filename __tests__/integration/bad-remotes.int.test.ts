import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { expectFailed, expectMirrored, MirroredPair } from '../mirrored-pair.js';
import { systemClock } from '../../src/protocol/clock.js';
import { run, type Given, type Run } from '../run.js';
import { selfSigned } from '../servers/certificate.js';
import { advertisement, answering, first, firstOf, pushes, questions, to, type End } from '../servers/faults.js';
import { freePort } from '../servers/free-port.js';
import { GitHttpServer, type SeenRequest } from '../servers/git-http-server.js';

const ENDS: readonly End[] = ['source', 'target'];
const TOKEN_OF = { source: 'PUSH_MIRROR_SOURCE_TOKEN', target: 'PUSH_MIRROR_TARGET_TOKEN' } as const;
const SECRET = 'a-token-that-nobody-may-see';

describe('a remote that cannot be reached, or is none', () => {
  let pair: MirroredPair;
  const others: GitHttpServer[] = [];

  beforeEach(async () => {
    pair = await MirroredPair.start();
  });

  afterEach(async () => {
    await Promise.all([pair.stop(), ...others.splice(0).map((other) => other.stop())]);
  });

  /** Mirrors with another URL at one end. */
  async function mirror(end: End, url: string, given: Given = {}): Promise<Run> {
    return end === 'source' ? run(url, pair.url('target'), given) : run(pair.url('source'), url, given);
  }

  /** The other server that a server under test may send a client to. */
  async function another(server?: http.Server): Promise<GitHttpServer> {
    const started = await GitHttpServer.start(pair.scratch.path, server);
    others.push(started);
    return started;
  }

  function tokens(end: End): Given {
    return end === 'source' ? { sourceToken: SECRET } : { targetToken: SECRET };
  }

  describe.each(ENDS)('at the %s', (end) => {
    test('a closed port: tried three times, with growing pauses, then given up', async () => {
      const url = `http://127.0.0.1:${await freePort()}/${end}.git`;

      const failed = await mirror(end, url);

      expectFailed(pair, failed, {
        what: /refuses the connection/,
        where: url,
        remedy: /Check the URL and the network/,
      });
      const again = failed.lines.filter((line) => line.includes('Trying again'));
      // At the source two questions go out at the same time, and each is asked three times.
      const pauses = again.map((line) => Number(/in ([\d.]+) s/.exec(line)?.[1]));
      expect(again.every((line) => line.includes(url))).toBe(true);
      expect(pauses).toHaveLength(end === 'source' ? 4 : 2);
      expect(Math.max(...pauses)).toBeGreaterThanOrEqual(2);
      expect(Math.min(...pauses)).toBeLessThan(1);
    }, 20_000);

    test('an unknown host name', async () => {
      const url = `https://nowhere.invalid/${end}.git`;

      const failed = await mirror(end, url);

      expectFailed(pair, failed, { what: /host name/, where: url, remedy: /Check the URL and the network/ });
    }, 60_000);

    test('a certificate that nobody vouches for: refused before any secret is sent', async () => {
      const server = await another(https.createServer(selfSigned(pair.scratch.path)));
      const url = `https://127.0.0.1:${server.port}/${end}.git`;

      const failed = await mirror(end, url, tokens(end));

      const remedy = /give its certificate as `ca-certificate`/;
      expectFailed(pair, failed, { what: /certificate is not trusted/, where: url, remedy });
      expect(server.requests).toEqual([]);
      expect(failed.lines.filter((line) => line.includes('Trying again'))).toEqual([]);
    }, 20_000);

    test('https asked of a server that speaks plain http', async () => {
      const url = pair.url(end).replace('http:', 'https:');

      const failed = await mirror(end, url, tokens(end));

      const remedy = /Check the port, and whether the server supports https/;
      expectFailed(pair, failed, { what: /no secure connection could be made/, where: url, remedy });
      expect(pair.server.requests.filter(to(end))).toEqual([]);
    }, 20_000);

    test('401 without credentials: says which one to set', async () => {
      pair.server.behaviour.intercept = answering(to(end), 401, { 'WWW-Authenticate': 'Basic' }, 'who are you?');

      const failed = await mirror(end, pair.url(end));

      const remedy = new RegExp(`Set ${TOKEN_OF[end]}`);
      expectFailed(pair, failed, { what: /requires a sign-in \(HTTP 401\)/, where: pair.url(end), remedy });
    });

    test('401 with wrong credentials: says which one to check, and shows none', async () => {
      pair.server.behaviour.intercept = answering(to(end), 401, { 'WWW-Authenticate': 'Basic' });

      const failed = await mirror(end, pair.url(end), tokens(end));

      const remedy = new RegExp(`Check that ${TOKEN_OF[end]} is right`);
      const what = /does not accept the user name and token \(HTTP 401\)/;
      expectFailed(pair, failed, { what, where: pair.url(end), remedy });
      expect(JSON.stringify(failed)).not.toContain(SECRET);
    });

    test('403: names the permission that is missing', async () => {
      const said = { 'Content-Type': 'text/plain' };
      pair.server.behaviour.intercept = answering(to(end), 403, said, 'only on Sundays\u001b[31m\nmore');

      const failed = await mirror(end, pair.url(end), tokens(end));

      const access = end === 'source' ? 'read' : 'write to';
      const what = new RegExp(
        `the token may not ${access} this repository \\(HTTP 403\\).*only on Sundays\\\\x1b\\[31m`,
      );
      const remedy = new RegExp(`Give ${TOKEN_OF[end]} the permission to ${access} the repository`);
      expectFailed(pair, failed, { what, where: pair.url(end), remedy });
    });

    test('404', async () => {
      const url = pair.server.url('nothing.git');

      const failed = await mirror(end, url);

      expectFailed(pair, failed, { what: /no such repository.*\(HTTP 404\)/, where: url, remedy: /Check the URL/ });
    });

    test.each([
      ['Sign in', /the answer is a web page on which people sign in/],
      ['Acme', /the URL is that of a web page/],
    ])('a web page, "%s"', async (title, what) => {
      const page = `<!doctype html>\n<title>${title}</title>`;
      pair.server.behaviour.intercept = answering(to(end), 200, { 'Content-Type': 'text/html' }, page);

      const failed = await mirror(end, pair.url(end));

      expectFailed(pair, failed, {
        what,
        where: pair.url(end),
        remedy: /Check the URL/,
      });
    });

    test('the files of a repository, without a Git service (dumb HTTP)', async () => {
      pair[end].git(['update-server-info']);
      pair.server.behaviour.intercept = (request, response, seen) => {
        if (!to(end)(seen)) return false;
        const file = pair.scratch.join(seen.path.split('?')[0] ?? '');
        const isThere = request.method === 'GET' && existsSync(file);
        if (isThere) response.writeHead(200, { 'Content-Type': 'text/plain' }).end(readFileSync(file));
        else response.writeHead(404).end();
        return true;
      };

      const failed = await mirror(end, pair.url(end));

      const what = /only files \(Git's dumb HTTP protocol\)/;
      expectFailed(pair, failed, { what, where: pair.url(end), remedy: /smart HTTP.*or SSH/ });
    });

    test('an empty repository without a Git service (dumb HTTP)', async () => {
      pair.server.behaviour.intercept = answering(to(end), 200, { 'Content-Type': 'text/plain' });

      const failed = await mirror(end, pair.url(end));

      const what = /only files \(Git's dumb HTTP protocol\)/;
      expectFailed(pair, failed, { what, where: pair.url(end), remedy: /smart HTTP.*or SSH/ });
    });

    test('a redirect within the same server is followed, and everything after it goes to the new place', async () => {
      const moved = pair.server.url(`${end}-of-old.git`);
      pair.server.behaviour.intercept = (_request, response, seen) => {
        if (!seen.path.startsWith(`/${end}-of-old.git/`)) return false;
        response.writeHead(301, { Location: seen.path.replace('-of-old', '') }).end();
        return true;
      };

      expectMirrored(pair, await mirror(end, moved, tokens(end)));

      const followed = pair.server.requests.filter(to(end));
      expect(followed.some(({ method }) => method === 'POST')).toBe(true);
      expect(followed.every(({ headers }) => headers.authorization !== undefined)).toBe(true);
      const last = pair.server.asked.findLastIndex((line) => line.includes('-of-old'));
      expect(pair.server.asked.findIndex((line) => line === `GET /${end}.git/info/refs`)).toBeGreaterThan(last);
    });

    test('a redirect to another server is not followed, and that server sees nothing', async () => {
      const elsewhere = await another();
      const forward = (_request: http.IncomingMessage, response: http.ServerResponse, seen: SeenRequest): boolean => {
        if (!to(end)(seen)) return false;
        response.writeHead(302, { Location: `http://127.0.0.1:${elsewhere.port}${seen.path}` }).end();
        return true;
      };
      pair.server.behaviour.intercept = forward;

      const failed = await mirror(end, pair.url(end), tokens(end));

      const what = new RegExp(
        `redirected to another server, http://127.0.0.1:${elsewhere.port}/${end}.git \\(not followed`,
      );
      expectFailed(pair, failed, { what, where: pair.url(end), remedy: /If the new URL is right, use it instead/ });
      expect(elsewhere.requests).toEqual([]);
    });

    test('a redirect to something that is no Git repository is not followed', async () => {
      pair.server.behaviour.intercept = answering(to(end), 302, { Location: '/sign-in' });

      const failed = await mirror(end, pair.url(end), tokens(end));

      expectFailed(pair, failed, { what: /redirected to .*\/sign-in/, where: pair.url(end), remedy: /Check the URL/ });
      expect(pair.server.asked.filter((line) => line.includes('/sign-in'))).toEqual([]);
    });

    test('redirects without end', async () => {
      pair.server.behaviour.intercept = (_request, response, seen) => {
        if (!to(end)(seen)) return false;
        response.writeHead(302, { Location: seen.path }).end();
        return true;
      };

      const failed = await mirror(end, pair.url(end));

      expectFailed(pair, failed, {
        what: /redirected more than 5 times/,
        where: pair.url(end),
        remedy: /Check the URL/,
      });
      const gets = pair.server.requests.filter(to(end)).filter(({ method }) => method === 'GET');
      expect(gets).toHaveLength(6);
    });

    test('a redirect of what comes after the advertisement is not followed', async () => {
      const elsewhere = await another();
      const posts = end === 'source' ? questions : pushes;
      const there = `http://127.0.0.1:${elsewhere.port}/${end}.git/elsewhere`;
      pair.server.behaviour.intercept = answering(posts, 307, { Location: there });

      const failed = await mirror(end, pair.url(end), tokens(end));

      const what = new RegExp(`redirects to ${there} \\(HTTP 307\\)`);
      expectFailed(pair, failed, { what, where: pair.url(end), remedy: /Use the URL to which the server redirects/ });
      expect(elsewhere.requests).toEqual([]);
      expect(pair.server.asked.filter((line) => line.includes('elsewhere'))).toEqual([]);
    });

    test.each([503, 429])('%i with a time to wait is waited for, and asked again', async (status) => {
      const asked =
        end === 'source'
          ? first(
              answering(firstOf(1, advertisement(end)), status, { 'Retry-After': '1' }),
              answering(firstOf(1, questions), status, { 'Retry-After': '1' }),
            )
          : answering(firstOf(1, advertisement(end)), status, { 'Retry-After': '1' });
      pair.server.behaviour.intercept = asked;

      const done = await mirror(end, pair.url(end), { clock: systemClock });

      expectMirrored(pair, done);
      expect(done.lines.filter((line) => line.includes(`HTTP status ${status}`))).not.toEqual([]);
      const [refused, answered] = pair.server.requests.filter(advertisement(end));
      expect(refused?.status).toBe(status);
      expect((answered?.startedAt ?? 0) - (refused?.startedAt ?? 0)).toBeGreaterThanOrEqual(990);
    });
  });

  test('one end that fails does not make the command wait for the other', async () => {
    pair.server.behaviour.intercept = first(
      answering(to('source'), 404),
      answering(to('target'), 503, { 'Retry-After': '20' }),
    );
    const startedAt = Date.now();

    const { code, report } = await pair.command([pair.url('source'), pair.url('target')]);

    expect(code).toBe(1);
    expect(report.last_error).toMatch(/HTTP 404/);
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    expect(pair.server.requests.filter(to('target'))).toHaveLength(1);
  });

  test('a copy of the source at the place of the other server would be served there', async () => {
    // Without this the tests above that expect no request there would pass for the wrong reason.
    const elsewhere = await another();
    cpSync(pair.source.path, pair.scratch.join('copy.git'), { recursive: true });

    const { report } = await run(elsewhere.url('copy.git'), pair.url('target'));

    expect(report.update_status).toBe('finished');
    expect(elsewhere.requests.length).toBeGreaterThan(0);
  });
});
