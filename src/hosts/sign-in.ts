const USERNAMES: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\.)github\.com$/, 'x-access-token'],
  [/(?:^|\.)gitlab\.com$/, 'oauth2'],
  [/(?:^|\.)bitbucket\.org$/, 'x-token-auth'],
];

const ANY_USERNAME = 'oauth2';

/**
 * The user name that a host wants beside a token where the user gives none. Hosts that look at the token alone take
 * any name; the name `oauth2` is the one of them that GitLab, Gitea and Forgejo all take with an OAuth token too.
 */
export function defaultUsername(host: string): string {
  return USERNAMES.find(([pattern]) => pattern.test(host.toLowerCase()))?.[1] ?? ANY_USERNAME;
}

/** Every user name that may be sent without having been given. */
export const DEFAULT_USERNAMES: readonly string[] = [...USERNAMES.map(([, username]) => username), ANY_USERNAME];
