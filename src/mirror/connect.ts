import { openLfs } from '../lfs/open.js';
import type { Options } from '../options/options.js';
import { connectionsFor, openTransport, stagingFor, withOwnSignal, type Connections } from '../repositories/open.js';
import type { RunPorts } from '../repositories/open.js';
import { SourceRepository } from '../repositories/source.js';
import { TargetRepository } from '../repositories/target.js';
import { mirror } from './mirror.js';
import type { MirrorResult } from './outcome.js';
import type { MirrorPorts } from './ports.js';
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
  const ports = withOwnSignal(given);
  const { log, signal, clock, agent } = ports;
  const connections = connectionsFor(options, ports);
  const transports = {
    source: await openTransport(options.source, connections, ports),
    target: await openTransport(options.target, { ...connections, alternates: undefined }, ports),
  };
  const staging = stagingFor(connections, ports);
  const source = origin?.fork(transports.source) ?? new SourceRepository(transports.source, agent, staging);
  const target = new TargetRepository(transports.target, agent, connections.limits.silence);
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
      refuse: reasonToRefuse(options),
    });
  } finally {
    await Promise.all([lfsObjects?.close(), source.close(), target.close()]);
  }
}

function protectedBranchesOf(
  options: Options,
  connections: Connections,
  userAgent: string,
): MirrorPorts['protectedBranches'] {
  const { location, host, credentials, signInHint } = options.source;
  if (!options.onlyProtectedBranches || location.kind === 'local') return undefined;
  const request = { location, host, credentials, jobForge: options.job?.forge, tokenName: signInHint };
  return async () => {
    // Half of what is loaded at the start would be for this, which few ask.
    const { protectedBranches } = await import('../hosts/protected-branches.js');
    return protectedBranches({ ...request, branchesName: options.branchesName }, { ...connections, userAgent });
  };
}
