import type { Credentials } from '../protocol/credentials.js';
import { bareUrl, isLoopback } from '../protocol/location.js';
import { credentialsIn, shownUrl } from '../protocol/userinfo.js';
import type { Tell } from './attempt.js';
import type { EndpointSettings } from './endpoint.js';
import { urlOf } from '../protocol/url.js';

/** A Git LFS server that a user named. */
export interface LfsUrl {
  /** Without credentials and a slash at the end. */
  readonly url: URL;
  /** Credentials that stood in the URL. */
  readonly credentials: Credentials | undefined;
}

/** Reads where the Git LFS objects of the target go, or where those of the source are, if a user named a server. */
export function readLfsUrl(
  option: 'lfs-url' | 'source-lfs-url',
  { raw, names, allowInsecureHttp }: EndpointSettings,
  tell: Tell,
): LfsUrl | undefined {
  const text = raw[option];
  if (text === '') return undefined;
  const subject = `${names(option)} "${shownUrl(text)}"`;
  const url = urlOf(text);
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    tell(`${subject} is not the URL of a Git LFS server: give https://HOST/PATH, without /objects/batch.`);
    return undefined;
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowInsecureHttp) {
    tell(
      `${subject} is not encrypted, so the credentials could be read by others on the network: use https, or set ${names('allow-insecure-http')} if you trust the network.`,
    );
  }
  return { url: bareUrl(url), credentials: credentialsIn(url) };
}
