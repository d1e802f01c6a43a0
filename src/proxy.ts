import { getProxyUrl } from '@actions/http-client/lib/proxy';

/** The proxy that the environment names for a URL (HTTPS_PROXY, HTTP_PROXY, NO_PROXY, also in lower case). */
export function proxyFor(url: URL): URL | undefined {
  const proxy = getProxyUrl(url);
  // As it stands in the environment: what comes from there gives its credentials decoded, which must be done but once.
  // What has no scheme can look as if its host were one: `proxy.example:3128`.
  return proxy === undefined
    ? undefined
    : new URL(/^https?:$/.test(proxy.protocol) ? proxy.href : `http://${proxy.href}`);
}
