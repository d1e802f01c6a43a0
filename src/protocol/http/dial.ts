import type { LookupAddress } from 'node:dns';
import { connect, isIP, type Socket } from 'node:net';
import { HTTP_LIMITS } from '../limits/http.js';

/** The far end of a connection. */
export interface FarEnd {
  /** A name or an address, which stands without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Limits of a {@link dial}. */
export interface DialLimits {
  /** Milliseconds within which a connection must be there. */
  readonly ms: number;
  /** Ends every attempt. */
  readonly closing: AbortSignal;
  /** Tells the addresses that may be tried: a name can mean any. */
  readonly mayTry?: ((address: string) => boolean) | undefined;
}

/** An address that gave no connection. */
export interface FailedAddress {
  readonly address: string;
  /** Name of the system's error; `ETIMEDOUT` for an address that said nothing. */
  readonly code: string;
}

/** No address of a host gave a connection. */
export class NoConnectionError extends Error {
  readonly failed: readonly FailedAddress[];
  /** The error that tells most. */
  readonly code: string;
  /** Milliseconds after which the time was over; `undefined` where every address had failed before. */
  readonly afterMs: number | undefined;

  constructor(failed: readonly FailedAddress[], afterMs?: number) {
    const code = afterMs === undefined ? mostTelling(failed) : SILENT;
    super(`no connection (${code})`);
    this.failed = failed;
    this.code = code;
    this.afterMs = afterMs;
  }
}

/** No address of a host may be tried. */
export class ForbiddenAddressError extends Error {
  readonly address: string;

  constructor(address: string) {
    super(`not connected (${address})`);
    this.address = address;
  }
}

const SILENT = 'ETIMEDOUT';
/** Errors of the way and not of the host: a runner without IPv6 gives them for half of the addresses. */
const OF_THE_WAY = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

function mostTelling(failed: readonly FailedAddress[]): string {
  const [first] = failed;
  return (failed.find(({ code }) => !OF_THE_WAY.has(code)) ?? first)?.code ?? 'ENOTFOUND';
}

/** Milliseconds after which the next address is tried beside those that have not answered (RFC 8305, section 5). */
const NEXT_AFTER_MS = 250;

/**
 * Connects to the address of a host that answers first. Node.js gives each address but the last a quarter of a second,
 * which a far host does not keep; here an attempt goes on while the next one begins, and all have the whole time.
 *
 * @throws {NoConnectionError}, {@link ForbiddenAddressError} or the error of the name's lookup
 */
export function dial(to: FarEnd, limits: DialLimits): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const dialing = new Dialing(to.port, (end) => {
      clearTimeout(timer);
      limits.closing.removeEventListener('abort', onClosing);
      if ('socket' in end) resolve(end.socket);
      else reject(end.error);
    });
    const timer = setTimeout(() => dialing.giveUp(limits.ms), limits.ms);
    const onClosing = (): void => dialing.end({ error: limits.closing.reason as Error });
    limits.closing.addEventListener('abort', onClosing);
    if (limits.closing.aborted) onClosing();
    else
      addressesOf(to.host).then(
        (addresses) => {
          const fit = addresses.filter((address) => limits.mayTry?.(address) ?? true);
          const [forbidden] = addresses;
          if (fit.length > 0 || forbidden === undefined) dialing.begin(fit);
          else dialing.end({ error: new ForbiddenAddressError(forbidden) });
        },
        (error: unknown) => dialing.end({ error }),
      );
  });
}

type DialEnd = { readonly socket: Socket } | { readonly error: unknown };

/** The attempts to reach one host. */
class Dialing {
  readonly #port: number;
  readonly #onEnd: (end: DialEnd) => void;
  readonly #left: string[] = [];
  readonly #open = new Map<Socket, string>();
  readonly #failed: FailedAddress[] = [];
  #next: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(port: number, onEnd: (end: DialEnd) => void) {
    this.#port = port;
    this.#onEnd = onEnd;
  }

  begin(addresses: readonly string[]): void {
    if (this.#isOver) return;
    this.#left.push(...addresses);
    this.#try();
  }

  giveUp(afterMs: number): void {
    const silent = Array.from(this.#open.values(), (address) => ({ address, code: SILENT }));
    this.end({ error: new NoConnectionError([...this.#failed, ...silent], afterMs) });
  }

  /** Ends all attempts but the one that is the result. */
  end(end: DialEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#next);
    for (const socket of this.#open.keys()) if (!('socket' in end) || socket !== end.socket) socket.destroy();
    this.#onEnd(end);
  }

  #try(): void {
    clearTimeout(this.#next);
    const address = this.#left.shift();
    if (address === undefined) {
      if (this.#open.size === 0) this.end({ error: new NoConnectionError(this.#failed) });
      return;
    }
    const socket = connect({ host: address, port: this.#port, noDelay: true, keepAlive: true });
    this.#open.set(socket, address);
    socket.once('connect', () => this.end({ socket }));
    // Stays: between here and the request that gets the socket nobody else would hear of an error.
    socket.on('error', (error: NodeJS.ErrnoException) => this.#fail(socket, error));
    if (this.#left.length > 0) this.#next = setTimeout(() => this.#try(), NEXT_AFTER_MS);
  }

  #fail(socket: Socket, { code, message }: NodeJS.ErrnoException): void {
    const address = this.#open.get(socket);
    if (this.#isOver || address === undefined) return;
    this.#open.delete(socket);
    this.#failed.push({ address, code: code ?? message });
    this.#try();
  }
}

/** Looks up a host: its addresses in the order in which they are tried. */
export async function addressesOf(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const { default: dns } = await import('node:dns');
  const found = await new Promise<readonly LookupAddress[]>((resolve, reject) => {
    // As Node.js asks: no addresses of a kind that this machine has none of itself.
    dns.lookup(host, { all: true, hints: dns.ADDRCONFIG }, (error, addresses) =>
      error === null ? resolve(addresses) : reject(error),
    );
  });
  return inTurns(found).slice(0, HTTP_LIMITS.addresses.value);
}

/** Puts addresses of both families in turns: where one family does not work, the other one must not wait for all of it. */
function inTurns(found: readonly LookupAddress[]): readonly string[] {
  const first = found.filter(({ family }) => family === found[0]?.family);
  const second = found.filter(({ family }) => family !== found[0]?.family);
  const longer = Math.max(first.length, second.length);
  const all = Array.from({ length: longer }, (_none, at) => [first[at], second[at]]).flat();
  return [...new Set(all.flatMap((one) => (one === undefined ? [] : [one.address])))];
}
