import { expect, test } from '@jest/globals';
import { HOSTS } from '../../src/hosts/hosts.js';
import { systemClock } from '../../src/protocol/clock.js';
import { targetStore, type StoreSettings } from '../../src/lfs/relay/stores.js';
import type { Endpoint } from '../../src/options/endpoint.js';
import { LocalTransport } from '../../src/protocol/programs/local.js';
import { parseLocation } from '../../src/protocol/location.js';

test('a host that no URL can name: that is told where its objects are asked for, and not before', async () => {
  const limits = { connect: 1000, silence: 1000 };
  const { signal } = new AbortController();
  // Any way that is not by SSH, where the host itself would be asked first.
  const transport = new LocalTransport({ path: '/x.git', environment: {}, limits, signal });
  const settings: StoreSettings = {
    network: { proxyFor: () => undefined, certificates: [] },
    allowInsecureHttp: false,
    userAgent: 'push-mirror/test',
    limits,
    signal,
    clock: systemClock,
    onRetry: () => undefined,
    onSecret: () => undefined,
    traffic: transport.traffic,
  };
  const endpoint: Endpoint = {
    location: parseLocation('git@prod.1:me/x.git', '/'),
    host: HOSTS[0]!,
    display: 'git@prod.1:me/x.git',
    credentials: undefined,
    signing: undefined,
    sshPrivateKey: undefined,
    sshKnownHosts: undefined,
    signInHint: 'the token',
  };

  const store = targetStore({ endpoint, transport, elsewhere: undefined }, settings);
  const { unknown } = await store.lacking([{ oid: 'a'.repeat(64), size: 5 }], undefined);

  expect([...unknown.values()]).toEqual([
    '/x.git: the https URL of the Git LFS server cannot be derived from this address. ' +
      'Name another Git LFS server for the target with `lfs-url`.',
  ]);
  store.close();
});
