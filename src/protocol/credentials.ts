/** User name and password for HTTP's basic authentication (RFC 7617). */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The value of the header that signs in. */
export function basicAuthorization({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
