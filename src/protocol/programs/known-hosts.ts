const LINE =
  /^(?:@(?:cert-authority|revoked)\s+)?[^\s@]\S*\s+((?:ssh-|ecdsa-|sk-)[\w.@-]+)\s+([A-Za-z0-9+/]+={0,2})(?:\s.*)?$/;

/**
 * Makes lines of a known_hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT") from text that users paste: with CRLF, CR
 * alone, or `\n` as text.
 *
 * @returns the lines, and the first one that has another form
 */
export function normalizeKnownHosts(text: string): { lines: string; wrong: string | undefined } {
  const lines = text
    .replace(/\\r/g, '')
    .split(/\\n|\r\n?|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return { lines: lines.join('\n'), wrong: lines.find((line) => !isLine(line)) };
}

function isLine(line: string): boolean {
  const [, type = '', key = ''] = LINE.exec(line) ?? [];
  return type !== '' && isWhole(type, Buffer.from(key, 'base64'));
}

/**
 * True for a key that says its type first and of which no part is cut off (RFC 4253, 6.6). ssh passes over others
 * silently.
 */
function isWhole(type: string, key: Buffer): boolean {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(type.length);
  if (key.indexOf(Buffer.concat([head, Buffer.from(type)])) !== 0) return false;
  // A certificate has other parts, too; no host key is one.
  if (type.includes('-cert-')) return true;
  let at = 0;
  while (at + 4 <= key.length) at += 4 + key.readUInt32BE(at);
  return at === key.length;
}
