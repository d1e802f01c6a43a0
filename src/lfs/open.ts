import type { Options } from '../options/options.js';
import type { Connections, RunPorts } from '../repositories/open.js';
import type { SourceRepository } from '../repositories/source.js';
import type { StagingSettings } from '../repositories/stage-git.js';
import type { Transport } from '../protocol/wire/transport.js';
import { LfsObjects } from './lfs-objects.js';

/** Both ends of a mirror, once they are open. */
export interface OpenEnds {
  readonly source: SourceRepository;
  readonly transports: { readonly source: Transport; readonly target: Transport };
  readonly staging: StagingSettings;
}

/** Opens Git LFS at both ends, where its objects are to be brought over. Nothing is asked before they are looked for. */
export function openLfs(
  options: Options,
  ends: OpenEnds,
  connections: Connections,
  ports: RunPorts,
): LfsObjects | undefined {
  const { lfs, dryRun, check, allowInsecureHttp } = options;
  if (lfs === 'never') return undefined;
  const { log, signal, clock, agent: userAgent, onSecret } = ports;
  const { network, limits } = connections;
  const { source, transports, staging } = ends;
  const onRetry = (line: string): void => log.warn(line);
  const { traffic } = transports.target;
  const settings = { network, limits, signal, clock, userAgent, onRetry, onSecret, traffic, allowInsecureHttp };
  return new LfsObjects({
    looksAlways: lfs === 'always',
    open: async () => {
      const [{ PointerSearch }, { sourceStore, targetStore }] = await Promise.all([
        import('./search/search.js'),
        import('./relay/stores.js'),
      ]);
      return {
        search: new PointerSearch({ source, when: lfs, staging }),
        from: sourceStore(
          { endpoint: options.source, transport: transports.source, elsewhere: options.sourceLfsUrl },
          source,
          settings,
        ),
        to: targetStore(
          { endpoint: options.target, transport: transports.target, elsewhere: options.lfsUrl },
          settings,
        ),
      };
    },
    dryRun: dryRun || check,
    log,
    signal,
    clock,
  });
}
