import type { KeyObject } from 'node:crypto';
import { crypto } from '../built-ins.js';
import { Problem } from '../problem.js';

const LABEL = /-----BEGIN ((?:[A-Z0-9]+ )?PRIVATE KEY)-----/;
const OPENSSH_MAGIC = 'openssh-key-v1\0';
const LINE = 70;

const ENCRYPTED =
  'is protected by a passphrase, which nobody can enter during a run: create a new key without a passphrase (ssh-keygen -t ed25519 -N "")';
const UNKNOWN = 'is a private key of a type that ssh does not know: create a new key (ssh-keygen -t ed25519 -N "")';
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];
const DAMAGED = 'is an incomplete or damaged private key: copy the whole file again';

/**
 * Makes a private key as `ssh` wants it from text that users paste: with CRLF, `\n` as text, indented, in one line, in
 * base64, in quotes, or without its last newline.
 *
 * @throws {Problem} for any other text, and for a key that needs a passphrase
 */
export function normalizePrivateKey(text: string): string {
  const pasted = unwrap(text);
  const [, label] = LABEL.exec(pasted) ?? [];
  if (label === undefined) throw new Problem(whatItIs(pasted));
  const body = new RegExp(`-----BEGIN ${label}-----(.*?)-----END ${label}-----`, 's').exec(pasted)?.[1];
  if (body === undefined) throw new Problem(DAMAGED);
  if (label === 'ENCRYPTED PRIVATE KEY' || /Proc-Type:\s*4,ENCRYPTED/.test(body)) throw new Problem(ENCRYPTED);
  const base64 = body.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw new Problem(DAMAGED);
  const key = armor(label, base64);
  if (label !== 'OPENSSH PRIVATE KEY') return usable(key);
  checkOpenSsh(Buffer.from(base64, 'base64'));
  return key;
}

function armor(label: string, base64: string): string {
  const lines = base64.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

function unwrap(text: string): string {
  const plain = text
    .replace(/^\uFEFF/, '')
    .replace(/\\r/g, '')
    .replace(/\\n/g, '\n')
    .replace(/\r\n?/g, '\n')
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2');
  const decoded = /^[A-Za-z0-9+/=\s]+$/.test(plain) ? Buffer.from(plain, 'base64').toString('latin1') : '';
  return decoded.includes('-----BEGIN ') ? decoded : plain;
}

/** The sentence for a text that is no private key. */
function whatItIs(text: string): string {
  if (/^\S+-cert-v\d+@openssh\.com\s/.test(text)) {
    return 'is a certificate: give the private key, the file without -cert.pub in its name';
  }
  if (
    /^(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-|sk-(?:ssh|ecdsa)-)/.test(text) ||
    /BEGIN (?:SSH2 |RSA )?PUBLIC KEY/.test(text)
  ) {
    return 'is a public key: give the private key, the file without .pub in its name';
  }
  if (text.startsWith('PuTTY-User-Key-File-')) {
    return 'is a key in the format of PuTTY: convert it with puttygen KEY.ppk -O private-openssh -o KEY';
  }
  if (text.includes('BEGIN CERTIFICATE'))
    return 'is a certificate: give the private key, in the form that ssh-keygen writes';
  if (/^[~./][^\s]*$/.test(text)) return 'looks like a path: give the content of the key file';
  if (/-----END [A-Z ]*PRIVATE KEY-----/.test(text)) return DAMAGED;
  return 'is not a private key: a private key begins with -----BEGIN OPENSSH PRIVATE KEY-----, as ssh-keygen writes it';
}

/** Checks the parts of OpenSSH's own form (PROTOCOL.key of OpenSSH's source): a name for the cipher comes first. */
function checkOpenSsh(content: Buffer): void {
  if (!content.toString('latin1').startsWith(OPENSSH_MAGIC)) throw new Problem(DAMAGED);
  let at = OPENSSH_MAGIC.length;
  const part = (): Buffer => {
    if (at + 4 > content.length) throw new Problem(DAMAGED);
    const end = at + 4 + content.readUInt32BE(at);
    if (end > content.length) throw new Problem(DAMAGED);
    const bytes = content.subarray(at + 4, end);
    at = end;
    return bytes;
  };
  const cipher = part().toString('latin1');
  part();
  part();
  at += 4;
  part();
  const secret = part();
  if (cipher !== 'none') throw new Problem(ENCRYPTED);
  // The same random number stands there twice, so that a wrong key is noticed.
  if (secret.length < 8 || secret.readUInt32BE(0) !== secret.readUInt32BE(4)) throw new Problem(DAMAGED);
}

/** Makes a key in PEM usable for every ssh: only OpenSSH 9.6 and later reads Ed25519 in that form. */
function usable(key: string): string {
  const parsed = parsedPem(key);
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = parsed;
  if (type === 'ed25519') return armor('OPENSSH PRIVATE KEY', openSshForm(parsed).toString('base64'));
  if (type === 'rsa' || (type === 'ec' && CURVES.includes(details?.namedCurve ?? ''))) return key;
  throw new Problem(UNKNOWN);
}

function parsedPem(key: string): KeyObject {
  try {
    return crypto().createPrivateKey(key);
  } catch {
    throw new Problem(DAMAGED);
  }
}

/**
 * Writes an Ed25519 key in OpenSSH's own form, without a passphrase and a comment (PROTOCOL.key of OpenSSH's source).
 */
function openSshForm(key: KeyObject): Buffer {
  const { x = '', d = '' } = key.export({ format: 'jwk' });
  const [type, open, secret] = [Buffer.from('ssh-ed25519'), Buffer.from(x, 'base64url'), Buffer.from(d, 'base64url')];
  // The number that stands there twice, and the whole a multiple of 8 bytes long, filled up with 1, 2, 3, …
  const inner = Buffer.concat([
    Buffer.alloc(8),
    ...[type, open, Buffer.concat([secret, open]), Buffer.alloc(0)].map(sshString),
  ]);
  const filling = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (inner.length % 8)) % 8));
  const none = Buffer.from('none');
  return Buffer.concat([
    Buffer.from(OPENSSH_MAGIC),
    ...[none, none, Buffer.alloc(0)].map(sshString),
    Buffer.from([0, 0, 0, 1]),
    ...[Buffer.concat([type, open].map(sshString)), Buffer.concat([inner, filling])].map(sshString),
  ]);
}

/** Bytes after their length. */
function sshString(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
