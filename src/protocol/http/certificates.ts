import { readFileSync } from 'node:fs';
import { absolutePath } from '../absolute-path.js';
import { crypto } from '../built-ins.js';
import { Problem } from '../problem.js';

const BLOCK = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]*-----END (?:TRUSTED )?CERTIFICATE-----/g;

/**
 * The certificates in a PEM text, or in the file that the text names.
 *
 * @param folder what a relative path starts from
 * @throws {Problem}
 */
export function readCertificates(textOrPath: string, folder: string): readonly string[] {
  const isPem = textOrPath.includes('-----BEGIN');
  const pem = (isPem ? textOrPath : readFile(absolutePath(folder, textOrPath))).replaceAll('\\n', '\n');
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    throw new Problem('contains a private key, which must stay on the server: give only the certificate');
  }
  const blocks = pem.match(BLOCK) ?? [];
  if (blocks.length === 0) throw new Problem('contains no certificate in PEM form (-----BEGIN CERTIFICATE-----)');
  for (const block of blocks) check(block);
  return blocks;
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unreadable' }: NodeJS.ErrnoException = error as Error;
    throw new Problem(`is neither a certificate in PEM form nor a file that can be read (${code})`);
  }
}

function check(block: string): void {
  try {
    const { X509Certificate } = crypto();
    new X509Certificate(block);
  } catch {
    throw new Problem('contains a damaged certificate: copy the whole certificate again');
  }
}
