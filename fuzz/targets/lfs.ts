import { RemoteError } from '../../src/protocol/errors.js';
import { refusalWords } from '../../src/protocol/http/server-words.js';
import { accessOverSsh, configuredAccess, knownAccess } from '../../src/lfs/wire/access.js';
import { isExposed, secretsIn } from '../../src/lfs/wire/action-secrets.js';
import { readBatch, type Action } from '../../src/lfs/wire/batch.js';
import { configuredUrl } from '../../src/lfs/wire/configuration.js';
import { lfsStatusError } from '../../src/lfs/wire/errors.js';
import { parsePointer } from '../../src/lfs/wire/pointer.js';
import { namesLfs } from '../../src/lfs/search/attributes.js';
import { holds, type Target } from '../target.js';
import { checkError } from './http.js';
import { isShowable } from './showable.js';
import { LOCATION } from './stream.js';

const OIDS = ['a', 'b'].map((digit) => digit.repeat(64));
const ASKED = OIDS.map((oid, index) => ({ oid, size: 10 + index }));
const ENDPOINT = new URL('https://host.example/x.git/info/lfs');
const NOW = 1.7e12;

const ACTION = {
  href: 'https://storage.example/o?X-Amz-Signature=S3cretS3cret',
  header: { Authorization: 'Basic bWU6UzNjcmV0UzNjcmV0', Accept: 'application/vnd.git-lfs' },
  expires_at: '2026-11-10T15:29:07Z',
  expires_in: 3600,
};

const BATCHES = [
  {
    transfer: 'basic',
    objects: [
      { oid: OIDS[0], size: 10, authenticated: true, actions: { download: ACTION } },
      { oid: OIDS[1], size: 11, error: { code: 404, message: 'Object does not exist' } },
    ],
  },
  {
    objects: [
      { oid: OIDS[0], size: 10, actions: { upload: ACTION, verify: { href: '/verify' } } },
      { oid: OIDS[1], size: 11 },
    ],
    hash_algo: 'sha256',
  },
  { objects: [{ oid: OIDS[0], _links: { download: { href: 'o' } }, actions: [] }] },
].map((batch) => JSON.stringify(batch));

function checkAction(action: Action): unknown {
  const { href, header, expiresAt } = action;
  holds(/^https?:$/.test(href.protocol), 'an action is of another protocol');
  for (const [name, value] of Object.entries(header)) {
    holds(/^[\x21-\x7e]+$/.test(name) && !/[\r\n\0]/.test(value), 'a header is not valid');
    holds(
      !/^(?:host|content-length|transfer-encoding|connection)$/i.test(name),
      'a header is for the connection itself',
    );
  }
  holds(expiresAt === undefined || Number.isSafeInteger(Math.floor(expiresAt)), 'a time is none');
  return {
    secrets: secretsIn(href, header).length,
    exposed: isExposed(href, header),
    names: Object.keys(header).length,
  };
}

function readAnswer(input: Buffer): unknown {
  const objects = readBatch(input.toString('utf8'), ASKED, ENDPOINT, NOW);
  holds(
    objects.every(({ oid, size }) => ASKED.some((one) => one.oid === oid && one.size === size)),
    'an object was not asked for',
  );
  return objects.map(({ download, upload, verify, error, authenticated }) => {
    holds(error === undefined || (Number.isSafeInteger(error.code) && isShowable(error.message)), 'an error is none');
    return [authenticated, error, ...[download, upload, verify].map((action) => action && checkAction(action))];
  });
}

async function readAccess(input: Buffer): Promise<unknown> {
  const secrets: string[] = [];
  const question = {
    location: LOCATION,
    authenticate: async () => ({ output: input.toString('utf8') }),
    allowInsecureHttp: false,
    onSecret: (secret: string) => secrets.push(secret),
    now: () => NOW,
  };
  const { endpoint, headers, expiresAt } = await accessOverSsh(question, knownAccess(ENDPOINT, undefined))('download');
  const header = headers();
  holds(endpoint.username === '' && endpoint.password === '' && endpoint.search === '', 'an endpoint has credentials');
  holds(!isExposed(endpoint, header), 'credentials go over plain http');
  return { told: checkAction({ href: endpoint, header, expiresAt }), secrets: secrets.length };
}

async function readConfiguration(input: Buffer): Promise<unknown> {
  const url = configuredUrl(input);
  if (url === undefined) return undefined;
  const own = { location: LOCATION, origin: ENDPOINT.origin, credentials: () => ({ username: 'u', password: 'p' }) };
  const find = configuredAccess(async () => url, knownAccess(ENDPOINT, undefined), own);
  const { endpoint, headers, isForeign = false } = await find('download');
  holds(endpoint.origin === own.origin || Object.keys(headers()).length === 0, 'another server gets the credentials');
  holds(endpoint.protocol === 'https:', 'the repository names a server without encryption');
  return { url, isForeign };
}

export const LFS: readonly Target[] = [
  { name: 'lfs-batch', form: 'json', seeds: BATCHES, errors: [RemoteError], run: readAnswer },
  {
    name: 'lfs-authenticate',
    form: 'json',
    seeds: [
      JSON.stringify(ACTION),
      JSON.stringify({ header: {}, href: 'http://u:S3cretS3cret@127.0.0.1/x' }),
      '{"href":"/x"}',
    ],
    errors: [RemoteError],
    run: readAccess,
  },
  {
    name: 'lfs-errors',
    form: 'json',
    seeds: [
      '{"message":"Bad credentials","documentation_url":"https://x","request_id":"1"}',
      '{"message":"Rate limit"}',
      '<?xml version="1.0"?><Error><Code>SignatureDoesNotMatch</Code><Message>a &lt;b&#62; &amp;</Message><StringToSign>AWS4</StringToSign></Error>',
      'plain',
    ],
    errors: [],
    run: (input) => {
      const said = refusalWords({ type: 'text/plain', body: input.toString('utf8') });
      const statuses = [302, 401, 403, 404, 413, 422, 429, 500, 501, 507, 509, 100 + (input.length % 500)];
      const answer = { location: LOCATION, said, isRead: false, tokenName: '`token`' } as const;
      const asked = [
        { act: 'batch', answerer: 'server', signer: 'user' },
        { act: 'upload', answerer: 'storage', signer: 'server', elsewhere: 'storage.example' },
        { act: 'verify', answerer: 'verification', signer: 'ssh' },
      ] as const;
      return statuses.flatMap((status) =>
        asked.map((one) => checkError(lfsStatusError({ ...answer, ...one, status }))),
      );
    },
  },
  {
    name: 'lfs-configuration',
    form: 'text',
    seeds: [
      '[lfs]\n\turl = https://lfs.example/x\n',
      '; c\n[remote "origin"]\n  lfsurl = "https://host.example/a b" # c\n[lfs]\n  url = https://host.example/\\\nnext\n',
      '[lfs "https://x"]\n access = basic\n[a.b "c\\"d"]\n e\n',
    ],
    errors: [RemoteError],
    run: readConfiguration,
  },
  {
    name: 'lfs-attributes',
    form: 'text',
    seeds: ['*.bin filter=lfs diff=lfs merge=lfs -text\n', '# filter=lfs\n[attr]big filter=lfs\n', '*.a filter=lfsx\n'],
    errors: [],
    run: (input) => namesLfs(input),
  },
  {
    name: 'lfs-pointer',
    form: 'text',
    seeds: [
      `version https://git-lfs.github.com/spec/v1\noid sha256:${OIDS[0] ?? ''}\nsize 10\n`,
      `version https://hawser.github.com/spec/v1\next-0-x sha256:${OIDS[1] ?? ''}\noid sha256:${OIDS[0] ?? ''}\r\nsize +9007199254740991\n\n`,
    ],
    errors: [],
    run: (input) => {
      const pointer = parsePointer(input);
      holds(
        pointer === undefined ||
          (/^[0-9a-f]{64}$/.test(pointer.oid) && Number.isSafeInteger(pointer.size) && pointer.size >= 0),
        'a pointer is none',
      );
      return pointer;
    },
  },
];
