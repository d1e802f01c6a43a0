import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Host } from '../hosts/host.js';
import { HOST_KEYS } from '../hosts/hosts.js';
import { signInFor, type Endpoint } from '../options/endpoint.js';
import type { Log } from '../options/log.js';
import type { Options } from '../options/options.js';
import type { Clock } from '../protocol/clock.js';
import { WaitingTime } from '../protocol/waiting-time.js';
import type { Network } from '../protocol/http/route.js';
import type { Hint } from '../protocol/http/status-error.js';
import { Openings } from '../protocol/programs/openings.js';
import { GroupGuard } from '../protocol/programs/group-guard.js';
import { placesIn, TemporaryPlaces } from '../protocol/programs/temporary-places.js';
import { childEnvironment } from '../protocol/programs/environment.js';
import type { ProgramSettings } from '../protocol/programs/program-transport.js';
import type { Transport } from '../protocol/wire/transport.js';
import { SourceRepository } from './source.js';
import type { StagingSettings } from './stage-git.js';

/** Values that a run gets from the door it came through. */
export interface RunPorts {
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The environment of this process; child processes see a small part of it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The name and version by which servers know this program. */
  readonly agent: string;
  /** Finds the proxy for a URL, if there is to be one. */
  readonly proxyFor: Network['proxyFor'];
  /** Is told of secrets that a server gives: they must not be shown either. */
  readonly onSecret: (secret: string) => void;
  /** Shared by several mirrors, so that together they do not make too many SSH connections at once. */
  readonly sshOpenings?: Openings;
}

/** Settings that the ways to both ends have in common. */
export interface Connections extends ProgramSettings {
  readonly clock: Clock;
  readonly environment: Record<string, string>;
  readonly network: Network;
  readonly sshOpenings: Openings;
  readonly temporary: TemporaryPlaces;
  /** Folders with more objects of a source in a folder, as git's users name them by a variable. */
  readonly alternates?: string | undefined;
}

const CONNECT_MS = 30_000;
const MOST_SSH_OPENINGS = 6;

/** For {@link RunPorts.sshOpenings}. */
export function newSshOpenings(): Openings {
  return new Openings(MOST_SSH_OPENINGS);
}

/**
 * Gives a run a signal of its own, since many listeners on a signal that serves many runs would look like a leak, and its
 * own time to wait for servers.
 */
export function portsOfRun(ports: RunPorts, { timeoutMs }: Pick<Options, 'timeoutMs'>): RunPorts {
  const signal = AbortSignal.any([ports.signal]);
  setMaxListeners(0, signal);
  const waiting = new WaitingTime(timeoutMs, (sentence) => ports.log.warn(sentence));
  const { now, sleep } = ports.clock;
  return { ...ports, signal, clock: { now, sleep, waiting } };
}

/** Derives the settings of all connections of a run. */
export function connectionsFor(options: Options, ports: RunPorts): Connections {
  const { log, signal, clock, environment, proxyFor, sshOpenings = newSshOpenings() } = ports;
  return {
    clock,
    sshOpenings,
    guard: new GroupGuard(),
    temporary: new TemporaryPlaces({ places: placesIn(environment), warn: (sentence) => log.warn(sentence) }),
    limits: { connect: Math.min(CONNECT_MS, options.timeoutMs), silence: options.timeoutMs },
    signal,
    environment: childEnvironment(environment),
    alternates: environment.GIT_ALTERNATE_OBJECT_DIRECTORIES,
    network: { proxyFor, certificates: trustedCertificates(options.certificates, environment) },
  };
}

/** Node.js 20 leaves out `NODE_EXTRA_CA_CERTS` where others are added to what it trusts. */
function trustedCertificates(certificates: readonly string[], environment: RunPorts['environment']): readonly string[] {
  const { NODE_EXTRA_CA_CERTS: extra = '' } = environment;
  if (certificates.length === 0 || extra === '') return certificates;
  try {
    return [...certificates, readFileSync(extra, 'utf8')];
  } catch {
    // Node.js has warned of it when it started.
    return certificates;
  }
}

/** Opens the source for several mirrors: see {@link SourceRepository.fork}. Nothing is asked before a mirror asks. */
export async function openSource(options: Options, given: RunPorts): Promise<SourceRepository> {
  const ports = portsOfRun(given, options);
  const connections = connectionsFor(options, ports);
  const transport = await openTransport(options.source, connections, ports);
  return new SourceRepository(transport, ports.agent, stagingFor(connections, ports));
}

export function stagingFor(connections: Connections, { log }: RunPorts): StagingSettings {
  return { ...connections, onStage: (line) => log.info(line), onRetry: (line) => log.warn(line) };
}

/** Opens the way to one end: loads what its kind of location needs. No connection is made before something is asked. */
export async function openTransport(endpoint: Endpoint, connections: Connections, ports: RunPorts): Promise<Transport> {
  const { location, host } = endpoint;
  switch (location.kind) {
    case 'http': {
      const { HttpTransport } = await import('../protocol/http/transport.js');
      return new HttpTransport({
        url: location.url,
        credentials: signInFor(endpoint, { now: ports.clock.now, onSecret: ports.onSecret }),
        hints:
          endpoint.signing === undefined
            ? { token: endpoint.signInHint, byStatus: withDoubt(host.hints, endpoint.doubt) }
            : { token: 'the AWS credentials', bearer: 'the user or role of AWS', byStatus: host.hints },
        network: connections.network,
        userAgent: ports.agent,
        limits: connections.limits,
        signal: connections.signal,
        clock: connections.clock,
        temporary: connections.temporary,
        onRetry: (line) => ports.log.warn(line),
      });
    }
    case 'ssh': {
      const { SshTransport } = await import('../protocol/programs/ssh.js');
      return new SshTransport({
        ...connections,
        ...location,
        openings: connections.sshOpenings,
        location: location.display,
        privateKey: endpoint.sshPrivateKey,
        knownHosts: endpoint.sshKnownHosts,
        publishedKeys: HOST_KEYS,
        fingerprints: host.fingerprintsOf?.(location.host) ?? [],
      });
    }
    case 'local': {
      const { LocalTransport } = await import('../protocol/programs/local.js');
      return new LocalTransport({ ...connections, path: location.path });
    }
  }
}

/** Statuses with which servers answer a sign-in that they do not take. */
const DENIED = [401, 403, 404];

/** Puts what makes a sign-in look wrong before what a host wants. */
function withDoubt(hints: Host['hints'], doubt: string | undefined): Host['hints'] {
  if (doubt === undefined) return hints;
  const withHint = (hint: Hint | undefined): Hint => {
    if (typeof hint !== 'object') return [doubt, ...(hint === undefined ? [] : [hint])].join(' ');
    return { read: `${doubt} ${hint.read}`, write: `${doubt} ${hint.write}` };
  };
  return { ...hints, ...Object.fromEntries(DENIED.map((status) => [status, withHint(hints[status])])) };
}
