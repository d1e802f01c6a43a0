import { packet } from '../../src/protocol/wire/pkt-line.js';

/** Packets of their payloads; a number stands for a control packet. */
export function packets(...payloads: readonly (string | Buffer | number)[]): Buffer {
  return Buffer.concat(
    payloads.map((payload) => (typeof payload === 'number' ? Buffer.from(`000${payload}`) : packet(payload))),
  );
}

/** The payload of a packet of a side-band. */
export function band(number: number, content: string | Buffer): Buffer {
  return Buffer.concat([Buffer.from([number]), Buffer.from(content as string)]);
}
