import { trimEndOf } from '../../protocol/trim.js';
import type { Location, SshLocation } from '../../protocol/location.js';
import { urlOf } from '../../protocol/url.js';

type RemoteLocation = Exclude<Location, { kind: 'local' }>;

/**
 * Makes the URL of a repository's LFS server by the rule of Git LFS (docs/api/server-discovery.md): the URL of the
 * remote, with `.git` where it is missing, and `/info/lfs`; for SSH the same on the host by https.
 *
 * @returns a URL without a slash at the end; `undefined` for a host that ssh may know, but no URL can name
 */
export function lfsEndpoint(location: RemoteLocation): URL | undefined {
  switch (location.kind) {
    case 'http':
      return below(location.url);
    case 'ssh': {
      const remote = httpsUrl(location);
      return remote === undefined ? undefined : below(remote);
    }
  }
}

/** Makes the URL with the same host and path by https; `undefined` as for {@link lfsEndpoint}. */
export function httpsUrl({ host, path }: SshLocation): URL | undefined {
  const name = host.includes(':') ? `[${host}]` : host;
  return urlOf(`https://${name}${path.replace(/^\/*/, '/').split('/').map(encodeURIComponent).join('/')}`);
}

function below(remote: URL): URL {
  const url = new URL(remote);
  const path = trimEndOf(url.pathname, '/');
  url.pathname = `${path.endsWith('.git') ? path : `${path}.git`}/info/lfs`;
  return url;
}
