import { hasForge } from '../hosts/forge.js';
import { choiceByHand } from '../hosts/hosts.js';
import { openLfs } from '../lfs/open.js';
import type { Options } from '../options/options.js';
import type { Head } from '../protocol/wire/head.js';
import type { RepositoryFolder } from '../protocol/wire/transport.js';
import { connectionsFor, openTransport, portsOfRun, stagingFor, type Connections } from '../repositories/open.js';
import type { RunPorts } from '../repositories/open.js';
import { SourceRepository } from '../repositories/source.js';
import { TargetRepository } from '../repositories/target.js';
import { mirror } from './mirror.js';
import type { MirrorResult } from './outcome.js';
import type { HeadPort, MirrorPorts } from './ports.js';
import { reasonToRefuse } from './refusal.js';

/**
 * Connects both ends, mirrors, and closes everything again, whatever happens.
 *
 * @param origin the source, where several mirrors share what was read from it
 * @returns the outcome of every ref; a failure of a remote is in it too
 */
export async function connectAndMirror(
  options: Options,
  given: RunPorts,
  origin?: SourceRepository,
): Promise<MirrorResult> {
  const ports = portsOfRun(given, options);
  const { log, signal, clock, agent } = ports;
  const connections = connectionsFor(options, ports);
  const transports = {
    source: await openTransport(options.source, connections, ports),
    target: await openTransport(options.target, { ...connections, alternates: undefined }, ports),
  };
  const staging = stagingFor(connections, ports);
  const source = origin?.fork(transports.source) ?? new SourceRepository(transports.source, agent, staging);
  const target = new TargetRepository(transports.target, agent, connections.limits.silence, staging);
  const lfsObjects = openLfs(options, { source, transports, staging }, connections, ports);
  try {
    return await mirror(options, {
      source,
      target,
      log,
      signal,
      clock,
      refsPerPush: options.target.host.refsPerPush,
      lfsObjects,
      protectedBranches: protectedBranchesOf(options, connections, agent),
      head: headOf(options, { target, folder: transports.target.folder }, connections, agent),
      refuse: reasonToRefuse(options),
    });
  } finally {
    await Promise.all([lfsObjects?.close(), source.close(), target.close()]);
  }
}

function headOf(
  options: Options,
  { target, folder }: { readonly target: TargetRepository; readonly folder: RepositoryFolder | undefined },
  connections: Connections,
  userAgent: string,
): HeadPort | undefined {
  if (options.defaultBranch === 'never' || options.dryRun || options.check) return undefined;
  const byHand = (branch: string): string => choiceByHand(options.target.host, branch);
  if (folder !== undefined) {
    return { isAtHand: true, byHand, read: () => folder.readHead(), write: (branch) => folder.writeHead(branch) };
  }
  const { location, host, credentials, signInHint, doubt } = options.target;
  const read = (): Promise<Head> => target.head();
  if (location.kind === 'local' || credentials === undefined || !hasForge(location, host)) {
    return { isAtHand: false, byHand, read };
  }
  const request = { location, host, credentials, jobForge: options.job?.forge, tokenName: signInHint, doubt };
  const write = async (branch: string): Promise<void> => {
    // Few runs need it.
    const { setDefaultBranch } = await import('../hosts/default-branch.js');
    await setDefaultBranch(request, branch, { ...connections, userAgent });
  };
  return { isAtHand: false, byHand, read, write };
}

function protectedBranchesOf(
  options: Options,
  connections: Connections,
  userAgent: string,
): MirrorPorts['protectedBranches'] {
  const { location, host, credentials, signInHint, doubt } = options.source;
  if (!options.onlyProtectedBranches || location.kind === 'local') return undefined;
  const request = { location, host, credentials, jobForge: options.job?.forge, tokenName: signInHint, doubt };
  return async () => {
    // Half of what is loaded at the start would be for this, which few ask.
    const { protectedBranches } = await import('../hosts/protected-branches.js');
    return protectedBranches({ ...request, branchesName: options.branchesName }, { ...connections, userAgent });
  };
}
