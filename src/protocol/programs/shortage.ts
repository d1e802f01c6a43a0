import { existsSync } from 'node:fs';
import { printable } from '../printable.js';
import { shownUrl } from '../userinfo.js';
import type { RepositoryFolder, Shortage } from '../wire/transport.js';

/**
 * Finds out why a folder may lack objects that its refs need: other folders or servers have them.
 *
 * @param whyNoFetch why git may not get them from a server
 */
export async function shortageOf(
  folder: Pick<RepositoryFolder, 'alternates' | 'configuration'>,
  whyNoFetch?: string,
): Promise<Shortage | undefined> {
  const gone = folder.alternates().find((path) => !existsSync(path));
  if (gone !== undefined) {
    return {
      detail: `this repository borrows objects from ${printable(gone, 1000)} (objects/info/alternates), where nothing is.`,
      remedy: 'Bring that folder back, or name its new place there.',
      isOnServer: false,
    };
  }
  const settings = await folder.configuration('^(extensions\\.partialclone|remote\\..*\\.(promisor|url))$');
  const remote = settings.get('extensions.partialclone') ?? promisorIn(settings);
  if (remote === undefined) return undefined;
  const url = settings.get(`remote.${remote}.url`);
  const place = url === undefined ? '' : ` (${printable(shownUrl(url), 500)})`;
  const at = `"${printable(remote, 100)}"${place}`;
  if (whyNoFetch !== undefined) {
    return {
      detail: `this is a partial clone: what it lacks is at its remote ${at}, and git was not let fetch it: ${printable(whyNoFetch, 500)}.`,
      remedy: 'Mirror from that remote itself, or set `GIT_NO_LAZY_FETCH=0` if you trust the folder to run programs.',
      isOnServer: true,
      isLeftThere: true,
    };
  }
  return {
    detail: `this is a partial clone: what it lacks is at its remote ${at}, and git could not get it from there.`,
    remedy: 'Mirror from that remote itself, or check that `git fetch` works in the folder without a question.',
    isOnServer: true,
  };
}

/** The remote that promises to have what the clone lacks (gitrepository-layout, partial clones). */
function promisorIn(settings: ReadonlyMap<string, string>): string | undefined {
  for (const [name, value] of settings) {
    const remote = /^remote\.(.*)\.promisor$/s.exec(name)?.[1];
    if (remote !== undefined && !/^(?:false|no|off|0)$/i.test(value)) return remote;
  }
  return undefined;
}
