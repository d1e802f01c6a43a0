import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';

/** The way of bytes through a proxy: to the server behind it, or from there. */
export type Direction = 'to' | 'from';

/** What a proxy does at a byte. */
export type Deed =
  | { readonly kind: 'cut'; readonly manner: 'close' | 'reset' | 'end'; readonly isForAll: boolean }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'repeat'; readonly count: number }
  | { readonly kind: 'flip'; readonly bit: number }
  | { readonly kind: 'withhold' }
  | { readonly kind: 'call'; readonly act: () => void };

/** A deed, and the byte before which it is done: counted in one direction over all connections. */
export interface Trap {
  readonly direction: Direction;
  readonly at: number;
  readonly deed: Deed;
}

/** One connection through the proxy. */
type Pair = Readonly<Record<Direction, Way>>;

/** One direction of a connection. */
interface Way {
  readonly input: Socket;
  readonly output: Socket;
  isWithheld: boolean;
}

/** Bytes that each later connection still passes on where all of them are cut. */
const LEFT_WHEN_CUT = 600;

/** A TCP proxy on loopback that counts bytes, and disturbs them at one place. */
export class Proxy {
  /** Bytes so far, over all connections. */
  readonly passed: Record<Direction, number> = { to: 0, from: 0 };
  /** Reports whether the trap has sprung. */
  hasSprung = false;
  #trap: Trap | undefined;
  #isCutting = false;
  readonly #server: net.Server;
  readonly #sockets = new Set<Socket>();

  private constructor(port: () => number) {
    this.#server = net.createServer({ allowHalfOpen: true }, (client) => {
      const server = net.connect({ port: port(), host: '127.0.0.1', allowHalfOpen: true });
      this.#join(client, server);
    });
  }

  /** @param port of the server behind it, asked for each connection */
  static async start(port: () => number): Promise<Proxy> {
    const proxy = new Proxy(port);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Lays a trap; undefined takes it away, and everything passes from now on. */
  lay(trap: Trap | undefined): void {
    this.#trap = trap;
    this.#isCutting = false;
    this.hasSprung = false;
    this.passed.to = 0;
    this.passed.from = 0;
  }

  /** Closes all connections; new ones can be made. */
  closeConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.closeConnections();
    await once(this.#server, 'close').catch(() => undefined);
  }

  #join(client: Socket, server: Socket): void {
    const pair: Pair = {
      to: { input: client, output: server, isWithheld: false },
      from: { input: server, output: client, isWithheld: false },
    };
    const left = { bytes: this.#isCutting ? LEFT_WHEN_CUT : Number.POSITIVE_INFINITY };
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      // Git and ssh close connections with bytes unread, too.
      socket.on('error', () => undefined);
      socket.once('close', () => this.#sockets.delete(socket));
    }
    for (const direction of ['to', 'from'] as const) {
      const way = pair[direction];
      way.input.on('data', (chunk: Buffer) => {
        left.bytes -= chunk.length;
        if (left.bytes < 0) closeBoth(pair);
        else this.#pass(chunk, direction, pair);
      });
      way.input.once('end', () => {
        if (!way.isWithheld) way.output.end();
      });
      way.input.once('close', () => {
        if (!way.isWithheld) way.output.destroySoon();
      });
    }
  }

  #pass(chunk: Buffer, direction: Direction, pair: Pair): void {
    const way = pair[direction];
    if (way.isWithheld) return;
    const before = this.passed[direction];
    this.passed[direction] += chunk.length;
    const trap = this.#trap;
    const isHere = trap?.direction === direction && before + chunk.length > trap.at;
    if (trap === undefined || !isHere || this.hasSprung) {
      write(way, chunk);
      return;
    }
    this.hasSprung = true;
    const split = Math.max(0, trap.at - before);
    if (split > 0) write(way, chunk.subarray(0, split));
    this.#spring(trap.deed, chunk.subarray(split), way, pair);
  }

  #spring(deed: Deed, rest: Buffer, way: Way, pair: Pair): void {
    switch (deed.kind) {
      case 'cut':
        this.#isCutting = deed.isForAll;
        cut(deed.manner, way, pair);
        break;
      case 'delay':
        way.input.pause();
        setTimeout(() => {
          write(way, rest);
          way.input.resume();
        }, deed.ms);
        break;
      case 'repeat':
        write(way, Buffer.concat([rest.subarray(0, deed.count), rest]));
        break;
      case 'flip': {
        const flipped = Buffer.from(rest);
        flipped.writeUInt8(flipped.readUInt8(0) ^ (1 << (deed.bit % 8)), 0);
        write(way, flipped);
        break;
      }
      case 'withhold':
        way.isWithheld = true;
        break;
      case 'call':
        deed.act();
        write(way, rest);
    }
  }
}

function cut(manner: 'close' | 'reset' | 'end', way: Way, pair: Pair): void {
  if (manner === 'close') closeBoth(pair);
  if (manner === 'reset') for (const { input } of [pair.to, pair.from]) input.resetAndDestroy();
  if (manner === 'end') {
    // The other direction stays open.
    way.isWithheld = true;
    way.output.end();
  }
}

function closeBoth({ to, from }: Pair): void {
  for (const { input } of [to, from]) input.destroy();
}

function write({ input, output }: Way, chunk: Buffer): void {
  if (chunk.length === 0 || output.destroyed || output.write(chunk)) return;
  input.pause();
  output.once('drain', () => input.resume());
}
