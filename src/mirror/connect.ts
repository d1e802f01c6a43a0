import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RemoteError } from '../protocol/errors.js';
import { shallowError } from '../protocol/wire/fetch.js';
import { gitFolder } from '../protocol/programs/git-folder.js';
import type { Location } from '../protocol/location.js';
import { childEnvironment } from '../protocol/programs/child-environment.js';
import type { ProgramSettings } from '../protocol/programs/program.js';
import { readCertificates } from '../protocol/http/certificates.js';
import { Openings } from '../protocol/programs/openings.js';
import type { Network } from '../protocol/http/route.js';
import type { Transport } from '../protocol/wire/transport.js';
import { HOST_KEYS, hostOf, mainName } from '../hosts/hosts.js';
import { signInFor, type Endpoint } from '../options/endpoint.js';
import { LargeObjects } from '../lfs/large-objects.js';
import { mirror, type MirrorPorts } from './mirror.js';
import type { Options } from '../options/options.js';
import type { MirrorResult } from './outcome.js';
import { SourceRepository } from '../repositories/source.js';
import type { StagingSettings } from '../repositories/stage-git.js';
import { TargetRepository } from '../repositories/target.js';

/** What a run gets from the door it came through. */
export interface RunPorts extends Pick<MirrorPorts, 'log' | 'signal' | 'clock'> {
  /** The environment of this process; child processes see a small part of it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The name and version by which servers know this program. */
  readonly agent: string;
  /** The proxy for a URL, if there is to be one. */
  readonly proxyFor: Network['proxyFor'];
  /** Is told of secrets that a server gives: they must not be shown either. */
  readonly onSecret: (secret: string) => void;
  /** What several mirrors share, so that together they do not make too many SSH connections at once. */
  readonly sshOpenings?: Openings;
}

/** What the ways to both ends have in common. */
interface Shared extends ProgramSettings {
  readonly environment: Record<string, string>;
  readonly network: Network;
  readonly sshOpenings: Openings;
}

/** Both ends, once they are open. */
interface Ends {
  readonly source: SourceRepository;
  readonly transports: { readonly source: Transport; readonly target: Transport };
  readonly staging: StagingSettings;
}

const CONNECT_MS = 30_000;
const MOST_SSH_OPENINGS = 6;

/** For {@link RunPorts.sshOpenings}. */
export function newSshOpenings(): Openings {
  return new Openings(MOST_SSH_OPENINGS);
}

/**
 * Connects both ends, mirrors, and closes everything again, whatever happens.
 *
 * @param origin the source, where several mirrors share what was read from it
 * @returns what became of every ref; a failure of a remote is in it too
 */
export async function connectAndMirror(
  options: Options,
  given: RunPorts,
  origin?: SourceRepository,
): Promise<MirrorResult> {
  const ports = withOwnSignal(given);
  const { log, signal, clock, agent } = ports;
  const shared = sharedBy(options, ports);
  const open = (endpoint: Endpoint): Promise<Transport> => openTransport(endpoint, shared, ports);
  const transports = { source: await open(options.source), target: await open(options.target) };
  const staging = { ...shared, onStage: (line: string): void => log.info(line) };
  const source = origin?.fork(transports.source) ?? new SourceRepository(transports.source, agent, staging);
  const target = new TargetRepository(transports.target, agent);
  const largeObjects = largeObjectsOf(options, { source, transports, staging }, shared, ports);
  try {
    return await mirror(options, {
      source,
      target,
      log,
      signal,
      clock,
      refsPerPush: options.target.host.refsPerPush,
      largeObjects,
      protectedBranches: questionOf(options, shared, agent),
      refuse: reasonToRefuse(options),
    });
  } finally {
    await Promise.all([largeObjects?.close(), source.close(), target.close()]);
  }
}

/** Opens the source for several mirrors: see {@link SourceRepository.fork}. Nothing is asked before one of them asks. */
export async function openSource(options: Options, given: RunPorts): Promise<SourceRepository> {
  const ports = withOwnSignal(given);
  const shared = sharedBy(options, ports);
  const staging = { ...shared, onStage: (line: string): void => ports.log.info(line) };
  return new SourceRepository(await openTransport(options.source, shared, ports), ports.agent, staging);
}

/** Every connection listens, and some runs have many: on a signal that serves many runs that would look like a leak. */
function withOwnSignal(ports: RunPorts): RunPorts {
  const signal = AbortSignal.any([ports.signal]);
  setMaxListeners(0, signal);
  return { ...ports, signal };
}

function sharedBy(options: Options, ports: RunPorts): Shared {
  const { signal, environment, proxyFor, sshOpenings = newSshOpenings() } = ports;
  return {
    sshOpenings,
    limits: { connect: Math.min(CONNECT_MS, options.timeoutMs), silence: options.timeoutMs },
    signal,
    environment: childEnvironment(environment),
    network: { proxyFor, certificates: trusted(options.certificates, environment) },
  };
}

/** A list of one's own takes the place of Node's, so what that one had from its environment is put back. */
function trusted(certificates: readonly string[], environment: RunPorts['environment']): readonly string[] {
  const { NODE_EXTRA_CA_CERTS: extra } = environment;
  if (certificates.length === 0 || extra === undefined || !existsSync(extra)) return certificates;
  try {
    return [...certificates, ...readCertificates(extra, '/')];
  } catch {
    return certificates;
  }
}

function questionOf(options: Options, shared: Shared, agent: string): MirrorPorts['protectedBranches'] {
  const { location, host, credentials, signInHint } = options.source;
  if (!options.onlyProtectedBranches || location.kind === 'local') return undefined;
  const request = { location, host, credentials, jobForge: options.job?.forge, tokenName: signInHint };
  return async () => {
    // Half of what is loaded at the start would be for this, which few ask.
    const { protectedBranches } = await import('../hosts/protected-branches.js');
    return protectedBranches({ ...request, branchesName: options.branchesName }, { ...shared, userAgent: agent });
  };
}

function largeObjectsOf(options: Options, ends: Ends, shared: Shared, ports: RunPorts): LargeObjects | undefined {
  const { lfs, dryRun, check, allowInsecureHttp } = options;
  if (lfs === 'never') return undefined;
  const { log, signal, clock, agent: userAgent, onSecret } = ports;
  const { network, limits } = shared;
  const { source, transports, staging } = ends;
  const onRetry = (line: string): void => log.warn(line);
  const { traffic } = transports.target;
  const settings = { network, limits, signal, clock, userAgent, onRetry, onSecret, traffic, allowInsecureHttp };
  return new LargeObjects({
    looksAlways: lfs === 'always',
    open: async () => {
      const [{ PointerSearch }, { sourceStore, targetStore }] = await Promise.all([
        import('../lfs/search/search.js'),
        import('../lfs/relay/stores.js'),
      ]);
      return {
        search: new PointerSearch({ source, when: lfs, staging }),
        from: sourceStore(options.source, transports.source, source, settings),
        to: targetStore(options.target, transports.target, options.lfsUrl, settings),
      };
    },
    dryRun: dryRun || check,
    log,
    signal,
    clock,
  });
}

function reasonToRefuse({ source, target, job }: Options): RemoteError | undefined {
  const location = withoutPassword(target.location);
  // The mirror gets the workflow too, and its jobs are told what keeps them from running there.
  if (job !== undefined && isSameRepository(job.repository, target.location, true)) return ownRepository(location);
  if (isSameRepository(source.location, target.location)) return sameRepository(location);
  // Where nothing is to be fetched nothing else would tell, and what a checkout left out would be pruned.
  return source.location.kind === 'local' && existsSync(join(gitFolder(source.location.path), 'shallow'))
    ? shallowError(source.location.path)
    : undefined;
}

/**
 * Whether two locations are sure to be one repository; a mirror of itself would prune itself.
 *
 * @param ignoresCase whether the server is known to take a path in capitals, too
 */
export function isSameRepository(one: Location, other: Location, ignoresCase = false): boolean {
  if (one.kind === 'local' || other.kind === 'local') {
    return one.kind === 'local' && other.kind === 'local' && gitFolder(one.path) === gitFolder(other.path);
  }
  const [first, second] = [hostAndPath(one), hostAndPath(other)];
  if (first === second) return true;
  return (ignoresCase || hostOf(hostnameOf(one)).ignoresCase === true) && first.toLowerCase() === second.toLowerCase();
}

/** Opens the way to one end. Loads what its kind of location needs, and nothing for the others. */
async function openTransport(endpoint: Endpoint, shared: Shared, ports: RunPorts): Promise<Transport> {
  const { location, host } = endpoint;
  switch (location.kind) {
    case 'http': {
      const { HttpTransport } = await import('../protocol/http/transport.js');
      return new HttpTransport({
        url: location.url,
        credentials: signInFor(endpoint, ports.clock.now),
        hints:
          endpoint.signing === undefined
            ? { token: endpoint.signInHint, byStatus: host.hints }
            : { token: 'the AWS credentials', bearer: 'the user or role of AWS', byStatus: host.hints },
        network: shared.network,
        userAgent: ports.agent,
        limits: shared.limits,
        signal: shared.signal,
        onRetry: (line) => ports.log.warn(line),
      });
    }
    case 'ssh': {
      const { SshTransport } = await import('../protocol/programs/ssh.js');
      return new SshTransport({
        ...shared,
        ...location,
        openings: shared.sshOpenings,
        location: location.display,
        privateKey: endpoint.sshPrivateKey,
        knownHosts: endpoint.sshKnownHosts,
        publishedKeys: HOST_KEYS,
        fingerprints: host.fingerprintsOf?.(location.host) ?? [],
      });
    }
    case 'local': {
      const { LocalTransport } = await import('../protocol/programs/local.js');
      return new LocalTransport({ ...shared, path: location.path });
    }
  }
}

function withoutPassword(location: Location): string {
  switch (location.kind) {
    case 'http':
      return location.url.href;
    case 'ssh':
      return location.display;
    case 'local':
      return location.path;
  }
}

/** A mirror holds the workflow that made it; run there, it would mirror the mirror onto itself. */
function ownRepository(location: string): RemoteError {
  return new RemoteError({
    kind: 'same-repository',
    location,
    detail: 'the target is the repository that this job runs in.',
    remedy: "Run it in the source's repository alone, such as with `if: github.repository == 'OWNER/SOURCE'`.",
  });
}

function sameRepository(location: string): RemoteError {
  return new RemoteError({
    kind: 'same-repository',
    location,
    detail: 'source and target are the same repository.',
    remedy: 'Give another repository as the target.',
  });
}

// A host serves a repository under one path over every scheme; ports tell hosts apart unless they are the usual ones.
function hostAndPath(location: Exclude<Location, { kind: 'local' }>): string {
  const name = mainName(hostnameOf(location));
  // A server for SSH alone may have a port of its own: ssh.github.com:443.
  const port = name === hostnameOf(location).toLowerCase() ? portOf(location) : '';
  const path = location.kind === 'http' ? location.url.pathname : location.path;
  return `${name}:${port}/${decoded(path).replace(/^\/+|(?:\.git)?\/*$/g, '')}`;
}

function portOf(location: Exclude<Location, { kind: 'local' }>): string {
  if (location.kind === 'http') return location.url.port;
  return location.port === undefined || location.port === 22 ? '' : String(location.port);
}

function hostnameOf(location: Exclude<Location, { kind: 'local' }>): string {
  return location.kind === 'http' ? location.url.hostname : location.host;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
