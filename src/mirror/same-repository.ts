import { withoutGit } from '../protocol/location.js';
import { trimStartOf } from '../protocol/trim.js';
import { hostOf, isKnownHost, mainName } from '../hosts/hosts.js';
import type { Location } from '../protocol/location.js';
import { decodePercent } from '../protocol/percent.js';
import { isOneRepository } from '../protocol/programs/git-folder.js';

type RemoteLocation = Exclude<Location, { kind: 'local' }>;

/** Reports whether two locations are sure to be one repository; a mirror of itself would prune itself. */
export function isSameRepository(one: Location, other: Location): boolean {
  if (one.kind === 'local' || other.kind === 'local') {
    return one.kind === 'local' && other.kind === 'local' && isOneRepository(one.path, other.path);
  }
  if (mayBeInOtherHomes(one, other)) return false;
  const [first, second] = [hostAndPath(one), hostAndPath(other)];
  if (first === second) return true;
  return hostOf(hostnameOf(one)).ignoresCase === true && isSameInCapitals(first, second);
}

/** As {@link isSameRepository}, for a server that is known to take a path in capitals, too. */
export function isSameIgnoringCase(one: Location, other: Location): boolean {
  if (one.kind === 'local' || other.kind === 'local') return isSameRepository(one, other);
  return !mayBeInOtherHomes(one, other) && isSameInCapitals(hostAndPath(one), hostAndPath(other));
}

// A plain SSH server takes a relative path from the account's home folder; the known hosts have one tree for all.
function mayBeInOtherHomes(one: RemoteLocation, other: RemoteLocation): boolean {
  if (one.kind !== 'ssh' || other.kind !== 'ssh' || one.user === other.user) return false;
  return !isKnownHost(mainName(one.host)) && [one, other].some(({ path }) => isBelowHome(path));
}

/** True for a path below the home folder of whoever signs in; `~name/` is the home folder of one account for all. */
function isBelowHome(path: string): boolean {
  return !/^(?:\/|~[^/])/.test(path);
}

function isSameInCapitals(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

// A host serves a repository under one path over every scheme; ports tell hosts apart unless they are the usual ones.
function hostAndPath(location: RemoteLocation): string {
  const name = mainName(hostnameOf(location));
  // A server for SSH alone may have a port of its own: ssh.github.com:443.
  const port = name === hostnameOf(location).toLowerCase() ? portOf(location) : '';
  const path = location.kind === 'http' ? location.url.pathname : location.path;
  return `${name}:${port}/${trimStartOf(withoutGit(decodePercent(path)), '/')}`;
}

function portOf(location: RemoteLocation): string {
  if (location.kind === 'http') return location.url.port;
  return location.port === undefined || location.port === 22 ? '' : String(location.port);
}

function hostnameOf(location: RemoteLocation): string {
  return location.kind === 'http' ? location.url.hostname : location.host;
}
