import { isIPv6 } from 'node:net';
import type { Location } from '../protocol/location.js';
import type { ObjectId } from '../protocol/wire/object-format.js';
import { projectPath, serverOf } from './forge.js';
import type { Host, WebAddress } from './host.js';
import { mainName } from './hosts.js';

const ID = /^[0-9a-f]{40,64}$/;
const NAME = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i;

/**
 * The page on which a host shows a commit, by https; `undefined` for an unknown host, for a folder, and for a server that
 * speaks only plain http.
 *
 * @param host the host of the location, as far as it is known
 */
export function commitPage(location: Location, host: Host, id: ObjectId): string | undefined {
  if (!ID.test(id)) return undefined;
  const repository = webAddress(location);
  const page = repository && host.commitPage?.(repository, id);
  return page?.path.every(isSegment) === true ? urlOf(page) : undefined;
}

function webAddress(location: Location): WebAddress | undefined {
  if (location.kind === 'local') return undefined;
  const server = webServer(location);
  if (server === undefined) return undefined;
  return { server, path: projectPath(location, server).split('/') };
}

function webServer(location: Exclude<Location, { kind: 'local' }>): string | undefined {
  if (location.kind === 'http') return location.url.protocol === 'https:' ? serverOf(location) : undefined;
  if (!NAME.test(location.host) && !isIPv6(location.host)) return undefined;
  return serverOf({ ...location, host: mainName(location.host) });
}

// What a browser takes for a way through folders names no repository.
function isSegment(text: string): boolean {
  return text !== '' && text !== '.' && text !== '..';
}

function urlOf({ server, path, query = {} }: WebAddress): string {
  const url = new URL(server);
  url.pathname = path.map((segment) => encodeURIComponent(segment.toWellFormed())).join('/');
  url.search = new URLSearchParams(query).toString();
  return url.href;
}
