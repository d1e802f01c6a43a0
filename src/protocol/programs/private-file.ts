import { closeSync, fstatSync, openSync, rmSync, statSync, writeFileSync, type Stats } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { execPath, pid } from 'node:process';
import { noPlace, UnfitPlace, type TemporaryRequest } from '../temporary.js';
import { startGuard } from './guard.js';
import { sshPath } from './ssh-path.js';
import { TemporaryFolder } from './temporary-folder.js';
import { undoUmask, type TemporaryPlaces } from './temporary-places.js';

/** A file that another program of this user can read by its path while this process lives, and no longer. */
export interface PrivateFile {
  readonly path: string;
  /** Takes the file away. Where that fails it is told. Never throws. */
  close(): Promise<void>;
}

/**
 * Kind of a private file. One without a name in any folder is gone with this process, however that ends; it has a path in
 * `/proc`, which Linux alone has, and there not everywhere. One with a name has a folder of its own and a guard process,
 * which takes that away as soon as this process is gone.
 */
export type PrivateFileKind = 'nameless' | 'named';

/** The kinds that this system has, the safest first. */
export const PRIVATE_FILE_KINDS: readonly PrivateFileKind[] =
  platform() === 'linux' ? ['nameless', 'named'] : ['named'];

/** Settings of private files. */
export interface PrivateFileSettings {
  readonly temporary: TemporaryPlaces;
  /** The repository for whose sake they are written, for messages. */
  readonly location: string;
  /** Noun phrase for what is in it, for messages. */
  readonly holds: string;
  /** Leaves a folder to this user alone, where modes of files do not; throws {@link UnfitPlace}. */
  readonly protect?: ((folder: string) => Promise<void>) | undefined;
  /** Looks at the path of a file with a name; throws {@link UnfitPlace} where the file is of no use there. */
  readonly check?: ((path: string) => Promise<void>) | undefined;
}

/**
 * Writes a file for `ssh` to read, with mode 0600.
 *
 * @throws {RemoteError} that names every place where it could not be written; nothing is left there
 */
export async function writePrivateFile(
  content: string,
  kind: PrivateFileKind,
  settings: PrivateFileSettings,
): Promise<PrivateFile> {
  const { location, holds } = settings;
  const request = { prefix: 'push-mirror-', location, holds, isSmall: true };
  return kind === 'nameless' ? namelessFile(content, request, settings) : namedFile(content, request, settings);
}

async function namelessFile(
  content: string,
  request: TemporaryRequest,
  { temporary }: PrivateFileSettings,
): Promise<PrivateFile> {
  const descriptor = await temporary.make(request, (folder) => {
    const opened = openSync(fileIn(folder), 'wx+', 0o600);
    try {
      undoUmask(fileIn(folder), 0o600);
      rmSync(folder, { recursive: true });
      refuseReadable(fstatSync(opened));
      writeFileSync(opened, content);
      return opened;
    } catch (error) {
      closeSync(opened);
      throw error;
    }
  });
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  return { path: `/proc/${pid}/fd/${descriptor}`, close };
}

/** Removes the folders whose paths it was told, one a line. Another program may still read there. */
const REMOVE_FOLDERS = `
  for (const line of input.split('\\n').filter(Boolean))
    require('node:fs').rmSync(JSON.parse(line), { recursive: true, force: true, maxRetries: 3 });`;

async function namedFile(
  content: string,
  request: TemporaryRequest,
  { temporary, protect, check }: PrivateFileSettings,
): Promise<PrivateFile> {
  // Before there is a folder: its start takes milliseconds in which this process may be killed.
  const guard = guardFor(request);
  const making = TemporaryFolder.make(temporary, request, async (path) => {
    guard?.write(`${JSON.stringify(path)}\n`);
    const file = fileIn(path);
    // A path that ssh cannot be given is of no use.
    sshPath(file, platform());
    await protect?.(path);
    writeFileSync(file, content, { mode: 0o600 });
    undoUmask(file, 0o600);
    if (protect === undefined) refuseReadable(statSync(file));
    await check?.(file);
  });
  const folder = await making.catch((error: unknown) => {
    guard?.end();
    throw error;
  });
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await folder.remove();
    guard?.end();
  };
  return { path: fileIn(folder.path), close };
}

function guardFor(request: TemporaryRequest): ReturnType<typeof startGuard> {
  try {
    return startGuard(REMOVE_FOLDERS);
  } catch (error) {
    throw noPlace({ ...request, failed: [{ place: execPath, error: error as Error }], platform: platform() });
  }
}

function fileIn(folder: string): string {
  return join(folder, 'file');
}

/** A file system without rights, such as vfat, gives every file the same mode. */
function refuseReadable({ mode }: Stats): void {
  if ((mode & 0o077) === 0) return;
  throw new UnfitPlace('does not keep its files from other users, and ssh refuses a key that others can read');
}
