import { accessOverSsh, configuredAccess, knownAccess, type FindAccess } from '../wire/access.js';
import { httpsUrl, lfsEndpoint } from '../wire/endpoint.js';
import { FolderStore } from './folder.js';
import { ServerStore } from './server.js';
import { SourceConfiguration, SourceStores } from './source-stores.js';
import type { LfsStore } from './store.js';
import type { Clock } from '../../protocol/clock.js';
import { RemoteError } from '../../protocol/errors.js';
import { NamedServer } from '../../protocol/http/named-server.js';
import type { Network } from '../../protocol/http/route.js';
import type { SshLocation } from '../../protocol/location.js';
import type { HttpTransport } from '../../protocol/http/transport.js';
import type { SshAnswer, SshTransport } from '../../protocol/programs/ssh.js';
import type { TimeLimits, Traffic, Transport } from '../../protocol/wire/transport.js';
import { signInFor, type Endpoint, type Signing } from '../../options/endpoint.js';
import type { LfsUrl } from '../../options/lfs-url.js';
import { Secrets } from '../../redaction/secrets.js';
import type { SourceRepository } from '../../repositories/source.js';

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

/** One end of a mirror, and the Git LFS server that the user names instead of its own. */
export interface StoreEnd {
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  readonly elsewhere: LfsUrl | undefined;
}

/** Makes the store of the source's Git LFS objects. Only the user, or the source's own `.lfsconfig`, can name another server. */
export function sourceStore(end: StoreEnd, source: SourceRepository, settings: StoreSettings): LfsStore {
  const { endpoint, transport, elsewhere } = end;
  const { location } = endpoint;
  if (elsewhere !== undefined) return namedStore(endpoint, elsewhere, 'source-lfs-url', settings);
  if (location.kind === 'local') return folderStore(transport);
  const own = ownAccess(endpoint, transport, settings, NAME_SOURCE);
  // An address without such a URL has no origin of its own.
  const { origin, href } = lfsEndpoint(location) ?? { origin: '', href: transport.location };
  const credentials = signInFor(endpoint, signingFor(settings));
  const overSsh = (place: SshLocation): FindAccess | undefined => accessAt(place, endpoint, transport, settings);
  const configuration = new SourceConfiguration(source);
  const storeAt = (url: () => Promise<string | undefined>): LfsStore => {
    const access = configuredAccess(url, own, { location: href, origin, credentials, overSsh });
    return serverStore(endpoint.signInHint, href, { access, named: namedServer(location, transport) }, settings);
  };
  return new SourceStores(
    storeAt(() => configuration.url()),
    configuration,
    (url) => storeAt(async () => url),
  );
}

/** Makes the store for the target's Git LFS objects. Nothing in a repository can name another one: only the user. */
export function targetStore({ endpoint, transport, elsewhere }: StoreEnd, settings: StoreSettings): LfsStore {
  const { location } = endpoint;
  if (elsewhere !== undefined) return namedStore(endpoint, elsewhere, 'lfs-url', settings);
  if (location.kind === 'local') return folderStore(transport);
  const access = ownAccess(endpoint, transport, settings, 'Name another Git LFS server for the target with `lfs-url`');
  const href = lfsEndpoint(location)?.href ?? transport.location;
  const named = namedServer(location, transport);
  return serverStore(endpoint.signInHint, href, { access, named }, settings);
}

/** Makes the store at a server that the user names. The repository's own sign-in goes to its own origin alone. */
function namedStore(
  endpoint: Endpoint,
  { url, credentials }: LfsUrl,
  option: 'lfs-url' | 'source-lfs-url',
  settings: StoreSettings,
): LfsStore {
  const { location } = endpoint;
  const isSame = location.kind !== 'local' && lfsEndpoint(location)?.origin === url.origin;
  const own = isSame ? signInFor(endpoint, signingFor(settings)) : undefined;
  const access = knownAccess(url, credentials === undefined ? own : () => credentials);
  const isTokenUsed = credentials === undefined && isSame;
  const way = { access, named: NamedServer.at(url) };
  return serverStore(isTokenUsed ? endpoint.signInHint : `the sign-in in \`${option}\``, url.href, way, settings);
}

/** Makes the way to what an `.lfsconfig` names over SSH: only with the source's own key, where that is for anyway. */
function accessAt(
  place: SshLocation,
  { location, host, ...endpoint }: Endpoint,
  transport: Transport,
  settings: StoreSettings,
): FindAccess | undefined {
  if (!canAsk(transport) || location.kind !== 'ssh') return undefined;
  const isSame =
    place.host.toLowerCase() === location.host.toLowerCase() &&
    (place.port ?? SSH_PORT) === (location.port ?? SSH_PORT) &&
    (place.user ?? host.sshUsername) === location.user;
  if (!isSame) return undefined;
  // As git-lfs has it: what names a server names it whole, and nothing is put behind it.
  const url = httpsUrl(place);
  const signIn = signInFor({ location, host, ...endpoint }, signingFor(settings));
  const otherwise = url === undefined ? withoutUrl(transport.location, NAME_SOURCE) : knownAccess(url, signIn);
  return askingOverSsh(transport, settings, otherwise, place.path);
}

const SSH_PORT = 22;
const NAME_SOURCE = 'Name the server that has its objects with `source-lfs-url`';

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
  return canAsk(transport) ? askingOverSsh(transport, settings, byHttps) : byHttps;
}

/** @param path of another repository there */
function askingOverSsh(
  transport: SshTransport,
  { clock, onSecret, allowInsecureHttp }: StoreSettings,
  otherwise: FindAccess,
  path?: string,
): FindAccess {
  const { location } = transport;
  const authenticate = async (operation: string): Promise<SshAnswer> =>
    transport.ask('git-lfs-authenticate', operation, path);
  return accessOverSsh({ location, authenticate, allowInsecureHttp, onSecret, now: clock.now }, otherwise);
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
