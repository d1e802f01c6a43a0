import { networkInterfaces } from 'node:os';
import { spaceOf, spaceOfName, type AddressSpace } from './address-space.js';
import { addressesOf } from './dial.js';

/** A place in the network. */
interface Place {
  readonly address: string;
  readonly space: AddressSpace;
}

/**
 * A server that the user named. A server may name addresses for further requests, which must not be used to reach what
 * only this machine can reach: they are public, or where the server itself is.
 */
export class NamedServer {
  /** The origin of its own URLs, if it can have any. */
  readonly origin: string | undefined;
  readonly #host: string;
  readonly #port: number | undefined;
  #place: Place | undefined;

  /**
   * @param origin see {@link NamedServer.origin}
   * @param port at which it was named; `undefined` where that is not one for requests
   */
  constructor(host: string, origin: string | undefined, port?: number) {
    this.#host = host.replace(/^\[|\]$/g, '');
    this.origin = origin;
    this.#port = port;
  }

  static at(url: URL): NamedServer {
    return new NamedServer(url.hostname, url.origin, portOf(url));
  }

  /** Notes an address at which it has answered. The first one stays, whatever its name means later. */
  noteAddress(address: string): void {
    this.#place ??= { address, space: ownSpaceOf(address) };
  }

  /** Notes that a proxy reaches it, which knows its address. */
  noteProxy(): void {
    this.#place ??= { address: this.#host, space: spaceOfName(this.#host) };
  }

  /** Finds out where it is, if it has not been reached yet. */
  async locate(): Promise<void> {
    if (this.#place !== undefined) return;
    const found = await addressesOf(this.#host).catch(() => []);
    const places = found.map((address) => ({ address, space: ownSpaceOf(address) }));
    // A name that only ssh knows has no address here.
    const ofName = { address: this.#host, space: spaceOfName(this.#host) };
    this.#place ??= places.find(({ space }) => space === 'public') ?? places[0] ?? ofName;
  }

  /** Tells whether it may name an address, once it is known where it is. */
  mayName(address: string, port: number): boolean {
    return this.#mayLeadTo({ address, space: ownSpaceOf(address) }, port);
  }

  /** Tells whether it may name a host that a proxy looks up. */
  mayNameBehindProxy(host: string, port: number): boolean {
    return this.#mayLeadTo({ address: host, space: spaceOfName(host) }, port);
  }

  /**
   * Tells whether what is said at a place to which it led may be shown: in public anybody hears it, and what it is itself
   * it says itself. Anything else may be what only this machine can hear.
   *
   * @param address at which the place answered; `undefined` behind a proxy, where only its name tells
   */
  mayBeQuoted(address: string | undefined, url: URL): boolean {
    if (address === undefined) return spaceOfName(url.hostname.replace(/^\[|\]$/g, '')) === 'public';
    if (ownSpaceOf(address) === 'public') return true;
    return address === this.#place?.address && (this.#port === undefined || this.#port === portOf(url));
  }

  #mayLeadTo({ address, space }: Place, port: number): boolean {
    if (space === 'public') return true;
    if (space !== this.#place?.space) return false;
    // Each port of this machine is a service by itself; a link-local address may be that of anything.
    if (space === 'this-machine') return this.#port === undefined || port === this.#port;
    return space === 'private' || address === this.#place.address;
  }
}

/** An address of this machine itself is never public: others may be kept from its ports. */
function ownSpaceOf(address: string): AddressSpace {
  const space = spaceOf(address);
  if (space !== 'public') return space;
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return own.some((one) => one.address === address) ? 'private' : 'public';
}

/** The port to which requests for a URL go. */
export function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}
