import { isIP } from 'node:net';
import { spaceOf, spaceOfName, type AddressSpace } from '../../src/protocol/http/address-space.js';
import { NamedServer, portOf } from '../../src/protocol/http/named-server.js';
import { anyOf, below, type Random } from '../bytes.js';
import { holds, type Target } from '../target.js';

const SPACES: readonly AddressSpace[] = ['this-machine', 'link-local', 'private', 'public'];
const PUBLIC = '198.41.0.4';

/** Forms of IPv6 addresses that lead to an IPv4 address. */
const EMBEDDINGS: readonly ((high: string, low: string) => string)[] = [
  (high, low) => `::ffff:${high}:${low}`,
  (high, low) => `::ffff:0:${high}:${low}`,
  (high, low) => `64:ff9b::${high}:${low}`,
  (high, low) => `2002:${high}:${low}::1`,
  (high, low) => `2a00::5efe:${high}:${low}`,
];

/** Other ways to write an address. */
function writtenOtherwise(address: string): string[] {
  const [whole = '', zone] = address.split('%');
  const canonical = new URL(`http://[${whole}]`).hostname.slice(1, -1);
  const [left = '', right] = canonical.split('::');
  const groups = (part = ''): string[] => (part === '' ? [] : part.split(':'));
  const zeros = 8 - groups(left).length - groups(right).length;
  const all = [
    ...groups(left),
    ...Array.from({ length: right === undefined ? 0 : zeros }, () => '0'),
    ...groups(right),
  ];
  const padded = all.map((group) => group.padStart(4, '0'));
  const bytes = padded.slice(6).flatMap((group) => [group.slice(0, 2), group.slice(2)].map((hex) => parseInt(hex, 16)));
  const forms = [canonical, padded.join(':').toUpperCase(), `${all.slice(0, 6).join(':')}:${bytes.join('.')}`];
  return [...forms, `${canonical}%${zone ?? 'eth0'}`];
}

function checkAddress(address: string): AddressSpace {
  const space = spaceOf(address);
  if (isIP(address) === 6) {
    for (const form of writtenOtherwise(address)) holds(spaceOf(form) === space, 'how an address is written matters');
    return space;
  }
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  const [high, low] = [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
  for (const embed of EMBEDDINGS) {
    const outer = spaceOf(embed(high, low));
    holds(SPACES.indexOf(outer) <= SPACES.indexOf(space), 'an IPv6 address hides where it leads');
  }
  return space;
}

/** Looks at the server that an address of a redirect or a Git LFS action names. */
function check(input: Buffer): unknown {
  const text = input.toString('utf8');
  // Not `canParse`: Node.js 20 is wrong about some texts.
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return 'no URL';
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const space = isIP(host) === 0 ? spaceOfName(host) : checkAddress(host);
  holds(spaceOfName(host) === space, 'an address as a name is elsewhere');
  holds(spaceOfName(host.toUpperCase()) === space, 'the case of a name matters');
  const named = NamedServer.at(new URL('https://host.example/x.git'));
  named.noteAddress(PUBLIC);
  const port = portOf(url);
  holds(!Number.isNaN(port) && port >= 0 && port <= 65_535, 'a port is none');
  if (isIP(host) !== 0) holds(!named.mayName(host, port) || space === 'public', 'a server names an inner address');
  holds(!named.mayNameBehindProxy(host, port) || space === 'public', 'a server names an inner name');
  return [isIP(host), space];
}

/** Hosts near the edges of blocks, in the forms that URLs may have. */
function madeHost(random: Random): Buffer {
  const first = anyOf(random, [0, 10, 100, 127, 169, 172, 192, 198, 203, 224, 255, below(random, 256)]);
  const second = anyOf(random, [0, 15, 16, 31, 32, 63, 64, 127, 128, 168, 254, 255, below(random, 256)]);
  const [third, last] = [below(random, 256), below(random, 256)];
  const bytes = [first, second, third, last];
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const hex = (size: number): string => below(random, 2 ** size).toString(16);
  const group = (): string => anyOf(random, ['0', '0', 'ffff', '5efe', '1', hex(16)]);
  const [high, low] = [(first * 256 + second).toString(16), (third * 256 + last).toString(16)];
  const tail = anyOf(random, [`${high}:${low}`, bytes.join('.')]);
  const beginning = anyOf(random, ['64:ff9b', '2002', '2001:0', 'fd00:ec2', 'fe80', 'fec0', '100', '::', hex(16)]);
  const host = anyOf(random, [
    bytes.join('.'),
    String(number),
    `0x${number.toString(16)}`,
    bytes.map((byte) => `0${byte.toString(8)}`).join('.'),
    `${first}.${second}`,
    `${bytes.join('\u3002')}.`,
    `[::${group()}:${tail}]`,
    `[${beginning}::${tail}]`,
    `[${Array.from({ length: 6 }, group).join(':')}:${tail}]`,
    `[${high}:${low}::${group()}]`,
  ]);
  return Buffer.from(`${anyOf(random, ['http', 'https'])}://${host}${anyOf(random, ['', ':80', ':0', ':65535'])}/x`);
}

export const ADDRESSES: readonly Target[] = [
  {
    name: 'addresses',
    form: 'text',
    seeds: [
      'https://storage.example/o',
      'http://169.254.169.254/latest/meta-data',
      'http://[::ffff:7f00:1]:8080/',
      'http://0x7f.1/',
      'http://metadata.google.internal./',
      'http://a.localhost/',
      'http://[64:ff9b::a00:1]/',
      'http://\uff11\uff12\uff17.1/',
    ],
    errors: [],
    generate: madeHost,
    run: check,
  },
];
