import { win32 } from 'node:path';
import { commitPage } from '../../src/hosts/web.js';
import { codecommitUrl, isCodecommitForm } from '../../src/hosts/codecommit-url.js';
import { hostOf } from '../../src/hosts/hosts.js';
import { projectPath, serverOf } from '../../src/hosts/forge.js';
import { lfsEndpoint } from '../../src/lfs/wire/endpoint.js';
import { bareUrl, namesFolder, parseLocation, type Location } from '../../src/protocol/location.js';
import { Problem } from '../../src/protocol/problem.js';
import { namesPassword, secretsInText, secretsInUrl, shownUrl, shownWithoutUser } from '../../src/protocol/userinfo.js';
import { holds, type Target } from '../target.js';
import { isShowable } from './showable.js';

/** Stands for a password in the seeds. */
export const CANARY = 'S3cretS3cret';

const WINDOWS_SEEDS = ['\\\\?\\C:\\x\\y.git', '\\\\server\\share\\x', 'C:x', 'file://server/share/x', 'C:\\work\\aux'];

const URL_SEEDS = [
  'https://host.example/me/x.git',
  `https://me:${CANARY}@host.example:8443/me/x.git`,
  `https://${CANARY}@github.com/me/x`,
  `https://me:${CANARY}/a@b%40c@host.example/x`,
  'ssh://git@host.example:2222/~me/x.git',
  `ssh://git:${CANARY}@[::1]/x`,
  'git@host.example:me/x.git',
  '[::1]:x.git',
  'file:///srv/x%20y.git',
  '../x.git',
  'host.example/me/x.git',
  'codecommit::us-east-1://repo',
  'C:\\repos\\x',
];

/** Holds a URL's password against what is shown of it, if the password is where it is in the seeds and nowhere else. */
function checkHidden(text: string, shown: string): void {
  const isPassword = text.split(CANARY).length === 2 && URL.canParse(text) && new URL(text).password.includes(CANARY);
  holds(!isPassword || !shown.includes(CANARY), 'a password is shown');
  holds(isShowable(shown), 'a URL is not showable');
}

function useLocation(location: Location): unknown {
  if (location.kind === 'local') return location.kind;
  const shown = location.kind === 'http' ? location.url.href : location.display;
  if (location.kind === 'http')
    holds(location.url.username + location.url.password === '', 'a location has credentials in its URL');
  else
    holds(
      !location.host.startsWith('-') && !(location.user ?? '').startsWith('-'),
      'a host or user is an option of ssh',
    );
  const host = hostOf(location.kind === 'http' ? location.url.hostname : location.host);
  const page = commitPage(location, host, '1'.repeat(40));
  const endpoint = lfsEndpoint(location);
  holds(endpoint === undefined || endpoint.username + endpoint.password === '', 'an endpoint has credentials');
  return {
    kind: location.kind,
    path: projectPath(location, serverOf(location)),
    page: page !== undefined,
    shown,
    bare: endpoint && bareUrl(endpoint).href,
  };
}

export const URLS: readonly Target[] = [
  {
    name: 'locations',
    form: 'text',
    seeds: URL_SEEDS,
    errors: [Problem],
    run: (input) => {
      const location = parseLocation(input.toString('utf8'), '/srv');
      const shown = location.kind === 'http' ? location.url.href : location.kind === 'ssh' ? location.display : '';
      holds(!/[\0-\x1f\x7f]/.test(shown), 'a location has control characters');
      return useLocation(location);
    },
  },
  {
    name: 'paths-of-windows',
    form: 'text',
    seeds: [...URL_SEEDS, ...WINDOWS_SEEDS],
    errors: [Problem],
    run: (input) => {
      const text = input.toString('utf8');
      const isFolder = namesFolder(text, win32);
      const location = parseLocation(text, 'C:\\work', win32);
      holds(text === '' || isFolder === (location.kind === 'local'), 'a folder is no folder');
      if (location.kind !== 'local') return location.kind;
      holds(win32.isAbsolute(location.path), 'a path is not absolute');
      holds(!/^[\\/]{2}[?.][\\/][A-Za-z]:/.test(location.path), 'a path has a prefix that git does not know');
      return 'local';
    },
  },
  {
    name: 'userinfo',
    form: 'text',
    seeds: URL_SEEDS,
    errors: [],
    run: (input) => {
      const text = input.toString('utf8');
      checkHidden(text, shownUrl(text));
      checkHidden(text, shownWithoutUser(text));
      const readings = secretsInUrl(text, ['git']);
      const inText = secretsInText(text, ['git']);
      return {
        readings: readings.length,
        secrets: readings.flatMap(({ secrets }) => secrets).length,
        inText: inText.length,
        named: namesPassword(text),
      };
    },
  },
  {
    name: 'codecommit-urls',
    form: 'text',
    seeds: ['codecommit::us-east-1://repo', 'codecommit://profile@repo', 'codecommit::cn-north-1://a.b-c'],
    errors: [Problem],
    run: (input) => {
      const text = input.toString('utf8');
      const url = codecommitUrl(text, { region: 'eu-west-1', fips: false });
      holds(isCodecommitForm(text) && URL.canParse(url), 'a URL of CodeCommit is none');
      holds(/^git-codecommit\.[a-z0-9.-]+$/.test(new URL(url).hostname), 'a URL of CodeCommit is of another server');
      return url;
    },
  },
];
