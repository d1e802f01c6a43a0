const LINE =
  /^(?:@(?:cert-authority|revoked)\s+)?[^\s@]\S*\s+(?:ssh-|ecdsa-|sk-)[\w.@-]+\s+[A-Za-z0-9+/]+={0,2}(?:\s.*)?$/;

/**
 * Lines of a known_hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"), from what users paste: with CRLF, or `\n` as text.
 *
 * @returns the lines, and the first one that is none, if there is one
 */
export function normalizeKnownHosts(text: string): { lines: string; wrong: string | undefined } {
  const lines = text
    .replace(/\\r|\r/g, '')
    .split(/\\n|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return { lines: lines.join('\n'), wrong: lines.find((line) => !LINE.test(line)) };
}
