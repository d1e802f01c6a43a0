import { describe, expect, test } from '@jest/globals';
import { spaceOf, spaceOfName, type AddressSpace } from '../../src/protocol/http/address-space.js';
import { NamedServer } from '../../src/protocol/http/named-server.js';

const SPACES: Readonly<Record<AddressSpace, readonly string[]>> = {
  'this-machine': [
    ...['0.0.0.0', '0.1.2.3', '127.0.0.1', '127.255.255.254', '::', '::1', '0:0:0:0:0:0:0:1'],
    ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::127.0.0.1', '::ffff:0:127.0.0.1', '64:ff9b::127.0.0.1'],
    ...['2002:7f00:1::', '2001:0:1:2:3:4:80ff:fffe', 'fe80::5efe:127.0.0.1', '2001:4860::200:5efe:7f00:1'],
  ],
  'link-local': [
    ...['169.254.169.254', '169.254.0.1', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::1'],
    ...['fe80::1', 'fe80::1%eth0', 'febf::1', 'ff02::1', '224.0.0.1', '255.255.255.255', '240.0.0.1'],
    ...['100.100.100.200', '192.0.0.192', '168.63.129.16', 'fd00:ec2::254'],
  ],
  private: [
    ...['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '198.18.0.1', '192.0.0.8'],
    ...['::ffff:10.0.0.1', 'fc00::1', 'fd12:3456::1', 'fec0::1', '2001:db8::1', '64:ff9b:1::1'],
  ],
  public: [
    ...['1.1.1.1', '172.32.0.1', '11.0.0.1', '100.128.0.1', '192.169.0.1', '169.253.1.1', '128.0.0.1'],
    ...['2606:4700::1111', '::ffff:1.1.1.1', '64:ff9b::1.1.1.1', '2002:101:101::', '2001:4860:4860::8888'],
  ],
};

test.each(Object.entries(SPACES).flatMap(([space, all]) => all.map((one) => [one, space])))(
  '%s is %s',
  (address, space) => {
    expect(spaceOf(address)).toBe(space);
    expect(spaceOfName(address)).toBe(space);
  },
);

test.each([
  ['localhost', 'this-machine'],
  ['LOCALHOST.', 'this-machine'],
  ['a.localhost', 'this-machine'],
  ['metadata.google.internal', 'link-local'],
  ['metadata', 'link-local'],
  ['instance-data.ec2.internal', 'link-local'],
  ['git.corp.internal', 'private'],
  ['gitlab', 'private'],
  ['nas.local', 'private'],
  ['git.example', 'public'],
  ['localhost.example', 'public'],
])('the name %s is %s', (name, space) => {
  expect(spaceOfName(name)).toBe(space);
});

// All that URLs take for one address.
test.each(['2130706433', '0x7f.1', '0177.0.0.1', '127.1', '[::ffff:7f00:1]', '127.0.0.1.', '１２７.0.0.1'])(
  'a URL at %s leads to this machine',
  (host) => {
    const { hostname } = new URL(`http://${host}/`);
    expect(spaceOfName(hostname.replace(/^\[|\]$/g, ''))).toBe('this-machine');
  },
);

describe('where a server may lead', () => {
  const at = (url: string, address: string): NamedServer => {
    const server = NamedServer.at(new URL(url));
    server.noteAddress(address);
    return server;
  };

  test.each<[from: string, to: string, port: number, may: boolean]>([
    ['1.1.1.1', '8.8.8.8', 8443, true],
    ['1.1.1.1', '10.0.0.1', 443, false],
    ['1.1.1.1', '127.0.0.1', 443, false],
    ['1.1.1.1', '169.254.169.254', 80, false],
    ['10.0.0.1', '8.8.8.8', 443, true],
    ['10.0.0.1', '192.168.7.7', 9000, true],
    ['10.0.0.1', '127.0.0.1', 443, false],
    ['10.0.0.1', '169.254.169.254', 443, false],
    ['127.0.0.1', '127.0.0.1', 443, true],
    ['127.0.0.1', '::1', 443, true],
    ['127.0.0.1', '127.0.0.1', 2375, false],
    ['127.0.0.1', '10.0.0.1', 443, false],
    ['169.254.7.7', '169.254.7.7', 8080, true],
    ['169.254.7.7', '169.254.169.254', 443, false],
  ])('from %s to %s, port %i: %s', (from, to, port, may) => {
    expect(at('https://git.example/', from).mayName(to, port)).toBe(may);
  });

  test('its first address stays, whatever its name means later', () => {
    const server = at('http://git.example/', '1.1.1.1');
    server.noteAddress('10.0.0.1');

    expect(server.mayName('10.0.0.1', 80)).toBe(false);
  });

  test('one that is named for ssh has no port of its own', async () => {
    const server = new NamedServer('127.0.0.1', 'https://127.0.0.1');
    await server.locate();

    expect([server.mayName('127.0.0.1', 3000), server.mayName('10.0.0.1', 3000)]).toEqual([true, false]);
  });

  test('behind a proxy names tell', () => {
    const server = NamedServer.at(new URL('https://git.example/'));
    server.noteProxy();
    const names = ['storage.example', 'localhost', 'metadata.google.internal', '169.254.169.254', 'vault.internal'];

    expect(names.filter((name) => server.mayNameBehindProxy(name, 443))).toEqual(['storage.example']);
  });
});
