import { DEFAULT_USERNAMES } from '../hosts/hosts.js';
import { secretsInText, secretsInUrl, type UrlSecrets } from '../protocol/userinfo.js';
import { END_OPTIONS, isShared, OPTION_NAMES, specOf, type RawOptions } from './raw.js';
import { Secrets } from '../redaction/secrets.js';

/** Every secret that a user gave, also in a URL. */
export function secretsOf(raw: RawOptions): Secrets {
  const ends = Object.values(END_OPTIONS);
  const { aws, proxies } = raw.surroundings;
  const urls = [
    ...ends.map(({ url }) => raw[url]),
    raw['lfs-url'],
    raw['source-lfs-url'],
    ...proxies.map(({ url }) => url),
  ];
  const isSecret = OPTION_NAMES.filter(isShared).filter((option) => specOf(option).kind === 'secret');
  return secretsWith(
    urls.flatMap((url) => secretsInUrl(url, DEFAULT_USERNAMES)),
    [...isSecret.map((option) => String(raw[option])), aws.secretAccessKey, aws.sessionToken],
    [...ends.map(({ username }) => raw[username]), aws.accessKeyId],
  );
}

/** Secrets in a text of which nothing else is known, such as a list that cannot be read. */
export function secretsOfText(text: string): Secrets {
  return secretsWith(secretsInText(text, DEFAULT_USERNAMES));
}

function secretsWith(
  inUrls: readonly UrlSecrets[],
  given: readonly string[] = [],
  usernames: readonly string[] = [],
): Secrets {
  return new Secrets(
    [...given, ...inUrls.flatMap(({ secrets }) => secrets)],
    [...usernames, ...inUrls.map(({ username }) => username), ...DEFAULT_USERNAMES],
  );
}
