import { withoutGit } from '../protocol/location.js';
import { trimEndOf, trimStartOf } from '../protocol/trim.js';
import { isIPv6 } from 'node:net';
import type { Location } from '../protocol/location.js';
import { decodePercent } from '../protocol/percent.js';
import { GITEA } from './gitea.js';
import { GITHUB } from './github.js';
import { GITLAB } from './gitlab.js';
import type { Host } from './host.js';
import { HOSTS } from './hosts.js';

/** The forges whose API tells which branches are protected; Forgejo's is Gitea's. */
export type ForgeKind = 'github' | 'gitlab' | 'gitea';

/** A forge, and its API. */
export interface Forge {
  readonly kind: ForgeKind;
  /** URL below which its repositories are, without a slash at the end. */
  readonly serverUrl: string;
  /** URL of its API, without a slash at the end. */
  readonly apiUrl: string;
}

const FORGES: Readonly<
  Record<ForgeKind, { readonly host: Host; readonly titles: string[]; readonly apiPath: string }>
> = {
  github: { host: GITHUB, titles: ['GitHub'], apiPath: '/api/v3' },
  gitlab: { host: GITLAB, titles: ['GitLab'], apiPath: '/api/v4' },
  gitea: { host: GITEA, titles: ['Gitea', 'Forgejo'], apiPath: '/api/v1' },
};

/** The host that a forge is. */
export function hostOfForge({ kind }: Forge): Host {
  return FORGES[kind].host;
}

function kindOf(host: Host): ForgeKind | undefined {
  return (Object.keys(FORGES) as ForgeKind[]).find((kind) => FORGES[kind].host === host);
}

/** True for a repository on this very forge. */
export function isOnForge(location: Exclude<Location, { kind: 'local' }>, { serverUrl }: Forge): boolean {
  const server = new URL(serverUrl);
  return location.kind === 'http' ? location.url.origin === server.origin : location.host === server.hostname;
}

/** True for a location that may be on a forge: neither on a host that is known to be none, nor in a folder. */
export function hasForge(location: Location, host: Host): boolean {
  return location.kind !== 'local' && (kindOf(host) !== undefined || !HOSTS.includes(host));
}

/** The forges, for a sentence. */
export function forgeTitles(): string {
  const titles = Object.values(FORGES).flatMap((forge) => forge.titles);
  return `${titles.slice(0, -1).join(', ')} and ${titles.at(-1) ?? ''}`;
}

/** The forge that the name of a server tells. */
export function forgeByName(serverUrl: string, host: Host): Forge | undefined {
  const kind = kindOf(host);
  if (kind === undefined) return undefined;
  const { hostname } = new URL(serverUrl);
  // The clouds have only one API, whichever of their names is given: `www.`, `ssh.`, `altssh.`.
  if (/(?:^|\.)github\.com$/.test(hostname)) {
    return { kind, serverUrl: 'https://github.com', apiUrl: 'https://api.github.com' };
  }
  if (hostname.endsWith('.ghe.com')) return { kind, serverUrl, apiUrl: `https://api.${hostname}` };
  if (/(?:^|\.)gitlab\.com$/.test(hostname)) return forgeAt('https://gitlab.com', kind);
  return forgeAt(serverUrl, kind);
}

/** A forge with its API at the usual place. */
export function forgeAt(serverUrl: string, kind: ForgeKind): Forge {
  return { kind, serverUrl, apiUrl: serverUrl + FORGES[kind].apiPath };
}

/** The server of a repository, as in the addresses of a forge's pages; over SSH the https server of that name. */
export function serverOf(location: Exclude<Location, { kind: 'local' }>): string {
  if (location.kind === 'http') return location.url.origin;
  return `https://${isIPv6(location.host) ? `[${location.host}]` : location.host}`;
}

/** The path of a repository on its forge: `owner/name`, in GitLab also `group/subgroup/name`. */
export function projectPath(location: Exclude<Location, { kind: 'local' }>, serverUrl: string): string {
  const path = location.kind === 'http' ? decodePercent(location.url.pathname) : location.path;
  // A forge may itself stand below a path of its server.
  const below = location.kind === 'http' ? trimEndOf(new URL(serverUrl).pathname, '/') : '';
  const own = below !== '' && path.startsWith(`${below}/`) ? path.slice(below.length) : path;
  return trimStartOf(withoutGit(own), '/');
}
