import type { PlatformPath } from 'node:path';
import { fileURLToPath } from 'node:url';
import { absolutePath } from './absolute-path.js';
import { Problem } from './problem.js';

/** The way in which a system writes paths: `posix` or `win32` of `node:path`. */
export type PathStyle = Pick<PlatformPath, 'sep' | 'parse' | 'resolve' | 'isAbsolute'>;

export function isOfWindows({ sep }: PathStyle): boolean {
  return sep === '\\';
}

const DRIVE = /^[A-Za-z]:/;
/** A drive and a separator, or two backslashes: a share, or a path that Windows takes as it is (`\\?\C:\x`). */
const WHOLE_OF_WINDOWS = /^(?:[A-Za-z]:[\\/]|\\\\)/;

/**
 * Reports whether a text can be nothing but a path of Windows. On other systems `c:x` names an SSH host, as with git(1),
 * and `c:/x` could: it is for {@link localPath} to ask.
 */
export function isPathOfWindows(text: string, style: PathStyle): boolean {
  return WHOLE_OF_WINDOWS.test(text) || (isOfWindows(style) && DRIVE.test(text));
}

/**
 * Makes a path absolute, as the system writes it.
 *
 * @param folder what a relative path starts from; empty where that is not known
 * @throws {Problem} for a path that no file of the system can have
 */
export function localPath(text: string, folder: string, style: PathStyle): string {
  if (isOfWindows(style)) return checkedParts(absolutePath(folder, withoutPrefix(text), style), style);
  if (WHOLE_OF_WINDOWS.test(text))
    throw new Problem(
      DRIVE.test(text)
        ? 'is a path of Windows, but this system is another (an SSH host of one letter: ssh://…; a folder of that name: ./…)'
        : 'is a path of Windows, but this system is another (a folder of that name: ./…)',
    );
  return absolutePath(folder, text, style);
}

/** Writes `\\?\C:\x` and `\\.\C:\x` as `C:\x`, and `\\?\UNC\server\share` as `\\server\share`: git knows no others. */
function withoutPrefix(path: string): string {
  const [prefix = '', share] = /^[\\/]{2}[?.][\\/](?:(UNC[\\/])|(?=[A-Za-z]:))/i.exec(path) ?? [];
  return (share === undefined ? '' : '\\\\') + path.slice(prefix.length);
}

/** Names that stand for devices, also with an extension; the digits may be raised (Windows, "Naming Files"). */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=[. ]|$)/i;

function checkedParts(path: string, style: PathStyle): string {
  const { root } = style.parse(path);
  for (const part of path.slice(root.length).split(style.sep)) {
    const [device] = DEVICE.exec(part) ?? [];
    if (device !== undefined) throw new Problem(`contains the name "${device}", which Windows keeps for a device`);
    const [sign] = /[<>:"|?*]|[. ]$/.exec(part) ?? [];
    if (sign === undefined) continue;
    throw new Problem(
      sign === '.' || sign === ' '
        ? 'contains a name that ends in a dot or a space, which Windows leaves out'
        : `contains the character ${sign}, which no name has on Windows`,
    );
  }
  return path;
}

/**
 * Gives the path of a file URL: also `file://server/share` and `file:////server/share` for a share of Windows.
 *
 * @throws {Problem} for a URL that names no file of this machine
 */
export function pathOfFileUrl(url: URL, style: PathStyle): string {
  if (url.search !== '' || url.hash !== '')
    throw new Problem('has a query or a fragment, which no file URL has: write ? as %3F and # as %23');
  const windows = isOfWindows(style);
  try {
    return fileURLToPath(windows && url.pathname.startsWith('//') ? `file:${url.pathname}` : url, { windows });
  } catch {
    throw new Problem('is not a file URL of this machine');
  }
}
