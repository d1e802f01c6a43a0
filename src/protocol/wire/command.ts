import type { Capabilities } from './capabilities.js';
import type { ObjectFormat } from './object-format.js';
import { DELIMITER_BYTES, packet } from './pkt-line.js';

/** Terms on which a client speaks to a server of protocol v2. */
export interface Terms {
  readonly agent: string;
  /** The hash of the repository's object ids. */
  readonly format: ObjectFormat;
  /** Capabilities that the server advertised. Servers give up on a request that names another one. */
  readonly capabilities: Capabilities;
}

/**
 * Begins a request of protocol v2 (gitprotocol-v2, "Command Request") as far as its arguments: git 2.18 to 2.27, for
 * example, knows the protocol without `object-format`.
 */
export function beginCommand(command: 'ls-refs' | 'fetch', { agent, format, capabilities }: Terms): Buffer {
  return Buffer.concat([
    packet(`command=${command}\n`),
    ...(capabilities.has('agent') ? [packet(`agent=${agent}`)] : []),
    ...(capabilities.has('object-format') ? [packet(`object-format=${format}`)] : []),
    DELIMITER_BYTES,
  ]);
}
