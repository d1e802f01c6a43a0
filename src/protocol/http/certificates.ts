import { readFileSync } from 'node:fs';
import { absolutePath } from '../absolute-path.js';
import { crypto } from '../built-ins.js';
import { textOfFile } from '../file-text.js';
import { Problem } from '../problem.js';

const BLOCK = /-----BEGIN ((?:TRUSTED )?CERTIFICATE)-----([^-]*)-----END \1-----/g;

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
  const blocks = Array.from(pem.matchAll(BLOCK), ([, label = '', base64 = '']) => inLines(label, base64));
  if (blocks.length === 0 && pem.includes('-----BEGIN PKCS7-----'))
    throw new Problem(
      'contains certificates in the form PKCS #7: give them in PEM form (openssl pkcs7 -print_certs -in FILE -out FILE.pem)',
    );
  if (blocks.length === 0) throw new Problem('contains no certificate in PEM form (-----BEGIN CERTIFICATE-----)');
  if (!blocks.every(isCertificate))
    throw new Problem('contains a damaged certificate: copy the whole certificate again');
  return blocks;
}

/** Writes a certificate as OpenSSL reads it: indentation and a shell put spaces into it, and in place of its line breaks. */
function inLines(label: string, base64: string): string {
  const lines = base64.replace(/\s+/g, '').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----`;
}

function readFile(path: string): string {
  const bytes = bytesOf(path);
  if (isDer(bytes))
    throw new Problem(
      'is a certificate in binary form (DER): give it in PEM form (openssl x509 -inform der -in FILE -out FILE.pem)',
    );
  return textOfFile(bytes);
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = 'unreadable' }: NodeJS.ErrnoException = error as Error;
    throw new Problem(`is neither a certificate in PEM form nor a file that can be read (${code})`);
  }
}

/** First byte of a certificate in DER (X.690: a sequence), and never of PEM. */
const SEQUENCE = 0x30;

function isDer(bytes: Buffer): boolean {
  return bytes[0] === SEQUENCE && isCertificate(bytes);
}

function isCertificate(one: string | Buffer): boolean {
  try {
    const { X509Certificate } = crypto();
    new X509Certificate(one);
    return true;
  } catch {
    return false;
  }
}
