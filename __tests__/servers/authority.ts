import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';

/** What an HTTPS server presents, and what its clients have to trust. */
export interface Certified {
  readonly key: Buffer;
  readonly cert: Buffer;
  /** The paths of these two. */
  readonly files: { readonly key: string; readonly cert: string };
  /** The path of the authority's certificate, as for `NODE_EXTRA_CA_CERTS` and `GIT_SSL_CAINFO`. */
  readonly authority: string;
}

const KEY_KIND = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const DAYS = ['-days', '2'];

/**
 * A certificate for hosts of the real world, signed by an authority that exists for this test only.
 *
 * @param folder is made for the keys and certificates
 * @param names of hosts, `*.` in front of them allowed, and addresses
 * @param days how long it is good; a negative number makes one that has expired
 */
export function certified(folder: string, names: readonly string[], days = 2): Certified {
  mkdirSync(folder, { recursive: true });
  const at = (name: string): string => join(folder, name);
  // Some clients take only what says that it is an authority, and only servers that say that they are none.
  const authority = ['-subj', '/CN=push-mirror test authority', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
  openssl(['req', '-x509', ...KEY_KIND, ...DAYS, ...authority, '-keyout', at('ca.key'), '-out', at('ca.crt')]);
  openssl([
    'req',
    '-new',
    ...KEY_KIND,
    '-subj',
    '/CN=push-mirror test',
    '-keyout',
    at('leaf.key'),
    '-out',
    at('leaf.csr'),
  ]);
  writeFileSync(at('leaf.ext'), extensions(names));
  const signedBy = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('leaf.ext')];
  openssl(['x509', '-req', '-days', String(days), ...signedBy, '-in', at('leaf.csr'), '-out', at('leaf.crt')]);
  const files = { key: at('leaf.key'), cert: at('leaf.crt') };
  return { key: readFileSync(files.key), cert: readFileSync(files.cert), files, authority: at('ca.crt') };
}

function extensions(names: readonly string[]): string {
  const alternatives = names.map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`);
  return [
    'basicConstraints=critical,CA:FALSE',
    'extendedKeyUsage=serverAuth',
    `subjectAltName=${alternatives.join(',')}`,
    '',
  ].join('\n');
}

function openssl(args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' });
}
