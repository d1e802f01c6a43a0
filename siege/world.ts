import { mkdirSync } from 'node:fs';
import { selfSigned } from '../__tests__/servers/certificate.js';
import { findProgram } from '../__tests__/find-program.js';
import type { LfsServer } from '../__tests__/servers/lfs-server.js';
import { SshServer } from '../__tests__/servers/ssh-server.js';
import { startLfsServers } from '../bench/lfs-servers.js';
import type { Workplace } from '../bench/workplace.js';
import type { Way } from './choices.js';
import { canMount } from './disk.js';
import { makeFixture, makeLfsFixture, type Fixture } from './fixtures.js';

/** Everything that all runs share: repositories to copy, and servers that are made once. */
export interface World {
  readonly workplace: Workplace;
  /** The program's path. */
  readonly program: string;
  readonly plain: Fixture;
  readonly withLfs: Fixture;
  /** The certificate of the HTTPS servers, and its path. */
  readonly certificate: { readonly key: Buffer; readonly cert: Buffer; readonly path: string };
  readonly ssh: SshServer | undefined;
  readonly lfs: LfsServer | undefined;
  /** Reports whether a disk of a few hundred kilobytes can be made. */
  readonly hasDisks: boolean;
  /** Ways that cannot be gone on this machine, with the reason. */
  readonly closed: ReadonlyMap<Way, string>;
}

/** Makes what the runs need for these ways. */
export async function makeWorld(workplace: Workplace, program: string, ways: ReadonlySet<Way>): Promise<World> {
  for (const name of ['plain', 'lfs', 'tls']) mkdirSync(workplace.join(name));
  const closed = new Map<Way, string>();
  const sshd = findProgram('sshd');
  if (sshd === undefined) closed.set('ssh', 'sshd is not installed');
  const settings = { acceptsProtocol: true, lines: ['MaxStartups 100'] };
  const ssh =
    sshd === undefined || !ways.has('ssh')
      ? undefined
      : await workplace.keep(SshServer.start(workplace.join('sshd'), { sshd, ...settings }));
  const lfs = ways.has('lfs') ? await startLfsServers(workplace) : undefined;
  if (typeof lfs === 'string') closed.set('lfs', lfs);
  if (process.env.CI === 'true' && closed.size > 0) throw new Error([...closed.values()].join('; '));
  return {
    workplace,
    program,
    plain: makeFixture(workplace.join('plain')),
    withLfs: makeLfsFixture(workplace.join('lfs')),
    certificate: { ...selfSigned(workplace.join('tls')), path: workplace.join('tls', 'server.crt') },
    ssh,
    lfs: typeof lfs === 'string' ? undefined : lfs?.source,
    hasDisks: canMount(workplace.path),
    closed,
  };
}
