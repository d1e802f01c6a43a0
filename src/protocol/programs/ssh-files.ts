import { platform } from 'node:os';
import { RemoteError } from '../errors.js';
import { printable } from '../printable.js';
import { PRIVATE_FILE_KINDS, writePrivateFile } from './private-file.js';
import type { PrivateFile, PrivateFileKind, PrivateFileSettings } from './private-file.js';
import type { OpenSsh } from './openssh.js';
import { sshPath } from './ssh-path.js';

/** What ssh is to read from files. */
export interface SshFileContents {
  readonly privateKey?: string | undefined;
  /** Lines of a known_hosts file. */
  readonly knownHosts: string;
}

/** Paths of the files, as values of ssh's options. */
export interface SshFilePaths {
  readonly privateKey?: string | undefined;
  readonly knownHosts: string;
}

/** The ssh that was found, and how the files are named to it. */
export interface ReadableFiles {
  readonly path: string;
  readonly files: SshFilePaths;
}

/** Finds ssh, which is to read these options before it tells its version: see {@link findOpenSsh}. */
export type FindSsh = (options: readonly string[]) => Promise<OpenSsh>;

interface Written {
  readonly holds: string;
  readonly file: PrivateFile;
}

/**
 * Files for the `ssh` of this machine. It may be unable to open those of the safest kind: without `/proc`, where Node.js
 * has capabilities, and where `ssh` is a wrapper for one in a container or of another user. A connection would then fail
 * with words about the host's key.
 */
export class SshFiles {
  readonly #settings: Omit<PrivateFileSettings, 'holds'>;
  readonly #all: PrivateFile[] = [];

  constructor(settings: Omit<PrivateFileSettings, 'holds'>) {
    this.#settings = settings;
  }

  /**
   * Writes them so that ssh can open them.
   *
   * @throws {RemoteError} where that cannot be, and what `find` throws
   */
  async write(contents: SshFileContents, find: FindSsh): Promise<ReadableFiles> {
    for (const kind of PRIVATE_FILE_KINDS) {
      const written = await this.#writeAll(contents, kind);
      const { path, errors } = await find(written.flatMap(({ file }) => ['-i', file.path]));
      const unseen = written.find(({ file }) => errors.includes(`Identity file ${file.path} not accessible`));
      if (unseen === undefined) return { path, files: pathsOf(written, contents) };
      if (kind === PRIVATE_FILE_KINDS.at(-1)) throw notSeen(unseen, this.#settings.location);
      for (const { file } of written) await file.close();
    }
    throw new Error('there is a kind of private files for every system');
  }

  /** Takes the files away. Never throws. */
  async close(): Promise<void> {
    for (const file of this.#all) await file.close();
  }

  async #writeAll({ privateKey, knownHosts }: SshFileContents, kind: PrivateFileKind): Promise<readonly Written[]> {
    const all = [
      { holds: 'the private SSH key', content: privateKey },
      { holds: 'the known host keys', content: knownHosts },
    ];
    const written: Written[] = [];
    for (const { holds, content } of all) {
      if (content === undefined) continue;
      const file = await writePrivateFile(content, kind, { ...this.#settings, holds });
      this.#all.push(file);
      written.push({ holds, file });
    }
    return written;
  }
}

function pathsOf(written: readonly Written[], { privateKey }: SshFileContents): SshFilePaths {
  const paths = written.map(({ file }) => sshPath(file.path, platform()));
  return { privateKey: privateKey === undefined ? undefined : paths[0], knownHosts: paths.at(-1) ?? '' };
}

function notSeen({ holds, file }: Written, location: string): RemoteError {
  return new RemoteError({
    kind: 'program',
    location,
    detail: `the program \`ssh\` does not see the file with ${holds} (${printable(file.path, 500)}), so no connection was made.`,
    remedy:
      'If it runs in a container, as a snap or flatpak, or as another user, set `TMPDIR` to a folder that it sees under the same path; or install the OpenSSH client of this system.',
  });
}
