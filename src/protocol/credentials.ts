/** User name and password for HTTP's basic authentication (RFC 7617). */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The value of the header that signs in. */
export function basicAuthorization({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/**
 * A secret that stands in a header as it is: its bytes in UTF-8. No header holds a control character, so a secret with
 * one cannot be right, and is left to the server to refuse.
 */
export function inHeader(secret: string): string {
  return Buffer.from(secret.replace(/[\u0000-\u001f\u007f]/g, '?'), 'utf8').toString('latin1');
}
