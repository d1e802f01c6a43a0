import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { RemoteError } from '../protocol/errors.js';
import { HttpTransport } from '../protocol/http.js';
import { LocalTransport } from '../protocol/local.js';
import type { Location } from '../protocol/location.js';
import { childEnvironment, type ProgramSettings } from '../protocol/program.js';
import { SshTransport } from '../protocol/ssh.js';
import type { Transport } from '../protocol/transport.js';
import type { Endpoint, Options } from './options.js';
import { mirror, type MirrorPorts } from './mirror.js';
import type { MirrorResult } from './outcome.js';
import { SourceRepository } from './source.js';
import { TargetRepository } from './target.js';

/** What a run gets from the door it came through. */
export interface RunPorts extends Pick<MirrorPorts, 'log' | 'signal' | 'now'> {
  /** The environment of this process; child processes see a small part of it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The name and version by which servers know this program. */
  readonly agent: string;
}

const CONNECT_MS = 30_000;

/**
 * Connects both ends, mirrors, and closes everything again, whatever happens.
 *
 * @returns what became of every ref; a failure of a remote is in it too
 */
export async function connectAndMirror(options: Options, ports: RunPorts): Promise<MirrorResult> {
  const { log, signal, now, agent } = ports;
  const programs: ProgramSettings & { environment: Record<string, string> } = {
    limits: { connect: Math.min(CONNECT_MS, options.timeoutMs), silence: options.timeoutMs },
    signal,
    environment: childEnvironment(ports.environment),
  };
  const open = (endpoint: Endpoint): Transport => openTransport(endpoint, programs, ports);
  const source = new SourceRepository(open(options.source), agent, { ...programs, onStage: (line) => log.info(line) });
  const target = new TargetRepository(open(options.target), agent);
  try {
    const same = isSameRepository(options.source.location, options.target.location);
    return await mirror(options, {
      source,
      target,
      log,
      signal,
      now,
      refuse: same ? sameRepository(target.location) : undefined,
    });
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
}

/** Whether two locations are sure to be one repository; a mirror of itself would prune itself. */
export function isSameRepository(one: Location, other: Location): boolean {
  if (one.kind === 'local' || other.kind === 'local') {
    return one.kind === 'local' && other.kind === 'local' && gitFolder(one.path) === gitFolder(other.path);
  }
  return hostAndPath(one) === hostAndPath(other);
}

function openTransport(
  endpoint: Endpoint,
  programs: ProgramSettings & { environment: Record<string, string> },
  ports: RunPorts,
): Transport {
  const { location } = endpoint;
  switch (location.kind) {
    case 'http':
      return new HttpTransport({
        url: location.url,
        credentials: endpoint.credentials,
        signInHint: endpoint.signInHint,
        userAgent: ports.agent,
        limits: programs.limits,
        signal: programs.signal,
        onRetry: (line) => ports.log.warn(line),
      });
    case 'ssh':
      return new SshTransport({
        ...programs,
        ...location,
        location: location.display,
        privateKey: endpoint.sshPrivateKey,
        knownHosts: endpoint.sshKnownHosts,
      });
    case 'local':
      return new LocalTransport({ ...programs, path: location.path });
  }
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
  const [host, port, path] =
    location.kind === 'http'
      ? [location.url.hostname, location.url.port, location.url.pathname]
      : [
          location.host,
          location.port === undefined || location.port === 22 ? '' : String(location.port),
          location.path,
        ];
  return `${host.toLowerCase()}:${port}/${decoded(path).replace(/^\/+|(?:\.git)?\/*$/g, '')}`;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function gitFolder(path: string): string {
  const folder = [join(path, '.git'), path, `${path}.git`].find((candidate) => existsSync(candidate));
  return folder === undefined ? path : realpathSync(folder);
}
