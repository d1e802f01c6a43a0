import type { SecureContext, SecureContextOptions } from 'node:tls';

/** The store of a secure context, of which its type tells nothing. `https` fills it by the same function. */
interface WithStore {
  readonly context: { readonly addCACert: (pem: string) => void };
}

/**
 * Makes a secure context that trusts what Node.js trusts by itself, and more: its own list of authorities, OpenSSL's or
 * the system's where it was started so (`--use-openssl-ca`, `--use-system-ca`), `NODE_EXTRA_CA_CERTS`, and what
 * `tls.setDefaultCACertificates` was given. The setting `ca` would take the place of them all, and `tls.getCACertificates`
 * does not list OpenSSL's. Node.js adds to a copy: other contexts stay as they are.
 *
 * @param certificates in PEM form, one or more in each text; what is no certificate there is passed over
 */
export async function contextTrusting(
  certificates: readonly string[],
  settings: SecureContextOptions,
): Promise<SecureContext> {
  const { createSecureContext } = await import('node:tls');
  const made = createSecureContext(settings);
  const { context } = made as unknown as WithStore;
  for (const pem of certificates) context.addCACert(pem);
  return made;
}
