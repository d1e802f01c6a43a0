import { accessOverSsh, configuredAccess, knownAccess, type FindAccess } from '../wire/access.js';
import { CONFIGURATION, configuredUrl } from '../wire/configuration.js';
import { lfsEndpoint } from '../wire/endpoint.js';
import { FolderStore } from './folder.js';
import { ServerStore } from './server.js';
import type { LfsStore } from './store.js';
import type { Clock } from '../../protocol/clock.js';
import { RemoteError } from '../../protocol/errors.js';
import { NamedServer } from '../../protocol/http/named-server.js';
import type { Network } from '../../protocol/http/route.js';
import type { HttpTransport } from '../../protocol/http/transport.js';
import type { SshAnswer, SshTransport } from '../../protocol/programs/ssh.js';
import type { TimeLimits, Traffic, Transport } from '../../protocol/wire/transport.js';
import { signInFor, type Endpoint, type Signing } from '../../options/endpoint.js';
import type { LfsUrl } from '../../options/lfs-url.js';
import { Secrets } from '../../redaction/secrets.js';
import type { SourceRepository } from '../../repositories/source.js';
import { TipFiles } from '../search/tip-files.js';

/** Settings that the stores of both ends have in common. */
export interface StoreSettings {
  readonly network: Network;
  /** True where the user accepts that credentials can be read on the way. */
  readonly allowInsecureHttp: boolean;
  readonly userAgent: string;
  readonly limits: TimeLimits;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly onRetry: (message: string) => void;
  /** Hears of secrets that a server gives. */
  readonly onSecret: (secret: string) => void;
  /** Counted up. */
  readonly traffic: Traffic;
}

/** Makes the store of the source's Git LFS objects. Only the source's own `.lfsconfig` can name another server. */
export function sourceStore(
  endpoint: Endpoint,
  transport: Transport,
  source: SourceRepository,
  settings: StoreSettings,
): LfsStore {
  const { location } = endpoint;
  if (location.kind === 'local') return folderStore(transport);
  const own = ownAccess(
    endpoint,
    transport,
    settings,
    "Name the server that has its objects in the source's `.lfsconfig`",
  );
  // An address without such a URL has no origin of its own.
  const { origin, href } = lfsEndpoint(location) ?? { origin: '', href: transport.location };
  const credentials = signInFor(endpoint, signingFor(settings));
  const configuration = new SourceConfiguration(source);
  const access = configuredAccess(() => configuration.url(), own, { location: href, origin, credentials });
  const named = namedServer(location, transport);
  return withDoubt(serverStore(endpoint.signInHint, href, { access, named }, settings), configuration);
}

/**
 * Makes the store for the target's Git LFS objects. Nothing in a repository can name another one: only the user.
 *
 * @param elsewhere the server that the user names instead of the target itself
 */
export function targetStore(
  endpoint: Endpoint,
  transport: Transport,
  elsewhere: LfsUrl | undefined,
  settings: StoreSettings,
): LfsStore {
  const { location } = endpoint;
  if (elsewhere !== undefined) {
    const { url, credentials } = elsewhere;
    const isSame = location.kind !== 'local' && lfsEndpoint(location)?.origin === url.origin;
    const own = isSame ? signInFor(endpoint, signingFor(settings)) : undefined;
    const access = knownAccess(url, credentials === undefined ? own : () => credentials);
    const isTokenUsed = credentials === undefined && isSame;
    const way = { access, named: NamedServer.at(url) };
    return serverStore(isTokenUsed ? endpoint.signInHint : 'the sign-in in `lfs-url`', url.href, way, settings);
  }
  if (location.kind === 'local') return folderStore(transport);
  const access = ownAccess(endpoint, transport, settings, 'Name another Git LFS server for the target with `lfs-url`');
  const href = lfsEndpoint(location)?.href ?? transport.location;
  const named = namedServer(location, transport);
  return serverStore(endpoint.signInHint, href, { access, named }, settings);
}

/** The server of a repository, which knows where it was reached if that was by requests. */
function namedServer(location: Exclude<Endpoint['location'], { kind: 'local' }>, transport: Transport): NamedServer {
  if (location.kind === 'ssh') return new NamedServer(location.host, lfsEndpoint(location)?.origin);
  return 'server' in transport ? (transport as HttpTransport).server : NamedServer.at(location.url);
}

function signingFor({ clock, onSecret }: StoreSettings): Signing {
  return { now: clock.now, onSecret };
}

function folderStore({ location, folder }: Transport): LfsStore {
  if (folder === undefined) throw new TypeError('this is not the way to a folder');
  return new FolderStore(location, folder);
}

function serverStore(
  tokenName: string,
  location: string,
  { access: findAccess, named }: { readonly access: FindAccess; readonly named: NamedServer },
  { traffic, ...settings }: StoreSettings,
): LfsStore {
  const hiding = (secrets: readonly string[]): ((text: string) => string) => {
    const hidden = new Secrets(secrets);
    return (text) => hidden.redact(text);
  };
  return new ServerStore({ ...settings, location, findAccess, named, tokenName, hiding }, traffic);
}

/**
 * Makes the way to the Git LFS server that belongs to a repository by the rules.
 *
 * @param otherwise the way out for a user of a host without Git LFS
 */
function ownAccess(endpoint: Endpoint, transport: Transport, settings: StoreSettings, otherwise: string): FindAccess {
  const { location, host } = endpoint;
  if (location.kind === 'local') throw new TypeError('a folder is not reached by requests');
  if (host.hasNoLfs === true) return withoutLfs(host.title, transport.location, otherwise);
  const url = lfsEndpoint(location);
  const byHttps =
    url === undefined
      ? withoutUrl(transport.location, otherwise)
      : knownAccess(url, signInFor(endpoint, signingFor(settings)));
  if (!canAsk(transport)) return byHttps;
  const authenticate = async (operation: string): Promise<SshAnswer> =>
    transport.ask('git-lfs-authenticate', operation);
  const { clock, onSecret, allowInsecureHttp } = settings;
  const question = { location: transport.location, authenticate, allowInsecureHttp, onSecret, now: clock.now };
  return accessOverSsh(question, byHttps);
}

/** Not by its class: that would load all that SSH needs. */
function canAsk(transport: Transport): transport is SshTransport {
  return 'ask' in transport;
}

function withoutUrl(location: string, otherwise: string): FindAccess {
  return async () => {
    throw new RemoteError({
      kind: 'lfs',
      location,
      detail: 'the https URL of the Git LFS server cannot be derived from this address.',
      remedy: `${otherwise}.`,
    });
  };
}

function withoutLfs(title: string, location: string, otherwise: string): FindAccess {
  return async () => {
    throw new RemoteError({
      kind: 'lfs',
      location,
      detail: `${title} has no Git LFS.`,
      remedy: `${otherwise}.`,
    });
  };
}

/** The `.lfsconfig` of the source, where the source gives it. */
class SourceConfiguration {
  /** True where the source did not give the file, if there is one. */
  isUnread = false;
  readonly #source: SourceRepository;

  constructor(source: SourceRepository) {
    this.#source = source;
  }

  /** Reads the URL of the server that it names. */
  async url(): Promise<string | undefined> {
    const { defaultTip } = this.#source;
    if (defaultTip === undefined) return undefined;
    let url = '';
    const read = (content: Buffer): boolean => (url = configuredUrl(content) ?? '') !== '';
    this.isUnread = (await new TipFiles(this.#source, CONFIGURATION, read).inRoots([defaultTip])) === undefined;
    return url === '' ? undefined : url;
  }
}

const UNREAD =
  'Another server may have it: the `.lfsconfig` of the source could not be read, because its Git server cannot send a single file. ' +
  'Set `uploadpack.allowFilter` there, or mirror from a clone that has the objects.';

/** Lets a store that may be the wrong one say so where it cannot give an object. */
function withDoubt(store: LfsStore, configuration: SourceConfiguration): LfsStore {
  const locate: LfsStore['locate'] = async (objects, ref) => {
    const missing = await store.locate(objects, ref);
    if (!configuration.isUnread) return missing;
    return new Map(Array.from(missing, ([oid, why]) => [oid, `${why.replace(/\.$/, '')}. ${UNREAD}`]));
  };
  return {
    get location() {
      return store.location;
    },
    locate,
    lacking: (objects, ref) => store.lacking(objects, ref),
    read: (object) => store.read(object),
    write: (object, content) => store.write(object, content),
    forget: (objects) => {
      store.forget(objects);
    },
    close: () => {
      store.close();
    },
  };
}
