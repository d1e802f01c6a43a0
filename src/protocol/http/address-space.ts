import { BlockList, isIP } from 'node:net';
import { trimEndOf } from '../trim.js';

/** Part of the network that an address is in, from the innermost one outwards. */
export type AddressSpace = 'this-machine' | 'link-local' | 'private' | 'public';

/**
 * Blocks of addresses that are not public (IANA, "IPv4 Special-Purpose Address Registry", "IPv6 Special-Purpose Address
 * Registry"). Where clouds answer with what a machine may do, wherever the block of that address is, counts as link-local.
 */
const BLOCKS: readonly (readonly [space: Exclude<AddressSpace, 'public'>, blocks: readonly string[]])[] = [
  ['this-machine', ['0.0.0.0/8', '127.0.0.0/8', '::/127']],
  ['link-local', ['169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4', 'fe80::/10', 'ff00::/8']],
  // Alibaba, Oracle, Azure, AWS.
  ['link-local', ['100.100.100.200/32', '192.0.0.192/32', '168.63.129.16/32', 'fd00:ec2::/32']],
  ['private', ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.168.0.0/16']],
  ['private', ['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24']],
  ['private', ['64:ff9b:1::/48', '100::/64', '2001:db8::/32', '3fff::/20', '5f00::/16', 'fc00::/7', 'fec0::/10']],
];

/**
 * Tells the space of an address. An IPv6 address that stands for an IPv4 address is where that one is.
 *
 * @param address without brackets
 */
export function spaceOf(address: string): AddressSpace {
  const [bare = ''] = address.split('%', 1);
  const inner = isIP(bare) === 6 ? embeddedIn(bare) : undefined;
  return innermost(inner === undefined ? [bare] : [bare, inner], (one) =>
    BLOCKS.find(([, blocks]) => isIn(one, blocks)),
  );
}

function innermost(
  addresses: readonly string[],
  find: (address: string) => (typeof BLOCKS)[number] | undefined,
): AddressSpace {
  const found = addresses.map(find).filter((block) => block !== undefined);
  return found.sort((one, other) => BLOCKS.indexOf(one) - BLOCKS.indexOf(other))[0]?.[0] ?? 'public';
}

function isIn(address: string, blocks: readonly string[]): boolean {
  const list = new BlockList();
  for (const [network = '', length] of blocks.map((block) => block.split('/')))
    list.addSubnet(network, Number(length), isIP(network) === 4 ? 'ipv4' : 'ipv6');
  return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

/** The IPv4 address to which an IPv6 address leads, where it is made of one. */
function embeddedIn(address: string): string | undefined {
  const groups = groupsOf(address);
  const text = groups.map((group) => group.toString(16)).join(':');
  const [low = 0, high = 0] = [...groups].reverse();
  if (ENDING.test(text)) return dotted(high, low);
  if (text.startsWith('2002:')) return dotted(groups[1] ?? 0, groups[2] ?? 0);
  return text.startsWith('2001:0:') ? dotted(high ^ 0xffff, low ^ 0xffff) : undefined;
}

/** Addresses that end with an IPv4 address: RFC 4291, sections 2.5.5.1 and 2.5.5.2; RFC 2765; RFC 6052; RFC 5214. */
const ENDING = /^(?:0:0:0:0:(?:0:0|0:ffff|ffff:0)|64:ff9b:0:0:0:0|(?:[0-9a-f]+:){4}(?:0|200):5efe):[^:]+:[^:]+$/;

function groupsOf(address: string): readonly number[] {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [left = [], right = []] = canonical.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/** Names under which clouds tell what a machine may do. */
const METADATA = /^(?:metadata(?:\.google\.internal|\.goog)?|instance-data(?:\.ec2\.internal)?)$/;
/** Names that public DNS does not have (RFC 6761, RFC 6762, RFC 8375, ICANN's `.internal`). */
const INNER_DOMAINS = /\.(?:corp|home|home\.arpa|internal|intranet|lan|local|private)$/;

/**
 * Tells the space of a server that a proxy looks up, as far as its name tells.
 *
 * @param host a name or an address, without brackets
 */
export function spaceOfName(host: string): AddressSpace {
  if (isIP(host) !== 0) return spaceOf(host);
  const name = trimEndOf(host.toLowerCase(), '.');
  if (/(?:^|\.)localhost$/.test(name)) return 'this-machine';
  if (METADATA.test(name)) return 'link-local';
  return !name.includes('.') || INNER_DOMAINS.test(name) ? 'private' : 'public';
}
