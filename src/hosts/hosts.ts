import { printable } from '../protocol/printable.js';
import { BRANCHES } from '../protocol/wire/ref-name.js';
import { AZURE } from './azure.js';
import { BITBUCKET } from './bitbucket.js';
import { CODECOMMIT } from './codecommit.js';
import { GITEA } from './gitea.js';
import { GITHUB } from './github.js';
import { GITLAB } from './gitlab.js';
import type { Host } from './host.js';

/** The hosts that differ from a plain Git server. */
export const HOSTS: readonly Host[] = [GITHUB, GITLAB, GITEA, CODECOMMIT, BITBUCKET, AZURE];

/**
 * Any Git server. Hosts that look at the token alone take any user name; `oauth2` is right for GitLab with every token.
 */
const ANY: Host & { readonly username: string } = {
  title: 'this Git server',
  hostname: /^/,
  username: 'oauth2',
  hints: {},
  rejections: [],
};

/** The host behind the name of a server. */
export function hostOf(hostname: string): Host {
  return HOSTS.find((host) => host.hostname.test(hostname.toLowerCase())) ?? ANY;
}

/** Reports whether a server is one of a host that differs from a plain Git server. */
export function isKnownHost(hostname: string): boolean {
  return hostOf(hostname) !== ANY;
}

// The servers that hosts have for SSH alone: ssh.github.com, altssh.gitlab.com, ssh.dev.azure.com.
const OF_SSH = /^(?:alt)?ssh\./;

/**
 * The name under which a host has its repositories, in lower case, for any name of its servers, such as one for SSH
 * alone.
 */
export function mainName(hostname: string): string {
  const given = hostname.toLowerCase();
  const name = given.replace(OF_SSH, '');
  return HOSTS.some((host) => host.hostname.test(name)) ? name : given;
}

/**
 * The way to choose a default branch by hand: "do this".
 *
 * @param branch its full name
 */
export function choiceByHand({ title, defaultBranchPage }: Host, branch: string): string {
  if (defaultBranchPage === undefined) return `run \`git symbolic-ref HEAD ${quoted(branch)}\` in the repository`;
  return `choose ${printable(branch.slice(BRANCHES.length), 300)} on ${title} (${defaultBranchPage})`;
}

/** A name as a shell takes it for a single word: whoever may push to the source may name a branch `$(…)`. */
function quoted(name: string): string {
  const shown = printable(name, 300);
  return /^[\w./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}

/** The user name to send beside a token where the user gives none. */
export function defaultUsername({ username, otherUsername }: Host, token: string): string {
  if (otherUsername?.tokens.test(token) === true) return otherUsername.username;
  return username ?? ANY.username;
}

/** Every user name that may be sent although the user gave none. */
export const DEFAULT_USERNAMES: readonly string[] = [
  ...new Set(
    [...HOSTS, ANY].flatMap((host) => [host.username ?? ANY.username, host.otherUsername?.username ?? []].flat()),
  ),
];

/** Every published key of an SSH server, as lines of a known_hosts file. */
export const HOST_KEYS: readonly string[] = HOSTS.flatMap(({ hostKeys = [] }) => hostKeys);
