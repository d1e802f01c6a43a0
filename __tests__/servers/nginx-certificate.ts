import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a certificate that an authority of ours has signed. */
export interface IssuedCertificate {
  /** The authority's own certificate: what a client must trust. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const KIND = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const LEAF = [
  'subjectAltName=IP:127.0.0.1,DNS:localhost',
  'basicConstraints=CA:FALSE',
  'keyUsage=digitalSignature',
  'extendedKeyUsage=serverAuth',
  '',
].join('\n');

/** Makes an authority, and a certificate from it for 127.0.0.1 and localhost, as files in a folder that exists. */
export function issueCertificate(folder: string): IssuedCertificate {
  const at = (name: string): string => join(folder, name);
  const authority = ['-keyout', at('ca.key'), '-out', at('ca.crt'), '-subj', '/CN=Authority of a test', '-days', '2'];
  openssl(['req', '-x509', ...KIND, ...authority]);
  openssl(['req', ...KIND, '-keyout', at('leaf.key'), '-out', at('leaf.csr'), '-subj', '/CN=127.0.0.1']);
  writeFileSync(at('leaf.ext'), LEAF);
  const signing = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('leaf.ext')];
  openssl(['x509', '-req', '-in', at('leaf.csr'), '-out', at('leaf.crt'), '-days', '2', ...signing]);
  return { ca: at('ca.crt'), cert: at('leaf.crt'), key: at('leaf.key') };
}

function openssl(args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' });
}
