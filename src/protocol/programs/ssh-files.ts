import { platform } from 'node:os';
import { UnfitPlace } from '../temporary.js';
import { PRIVATE_FILE_KINDS, writePrivateFile } from './private-file.js';
import type { PrivateFile, PrivateFileKind, PrivateFileSettings } from './private-file.js';
import type { OpenSsh } from './openssh.js';
import { sshPath } from './ssh-path.js';

/** Contents of the files that ssh is to read. */
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
    if (PRIVATE_FILE_KINDS.includes('nameless')) {
      const written = await this.#writeAll(contents, 'nameless');
      const paths = written.map(({ path }) => path);
      const { path, errors } = await find(paths.flatMap((file) => ['-i', file]));
      if (!paths.some((file) => isUnseen(file, errors))) return { path, files: pathsOf(written, contents) };
      for (const file of written) await file.close();
    }
    let found = '';
    const written = await this.#writeAll(contents, 'named', async (file) => {
      const { path, errors } = await find(['-i', file]);
      if (isUnseen(file, errors)) throw new UnfitPlace('has files that the program `ssh` does not see', LET_IT_SEE);
      found = path;
    });
    return { path: found, files: pathsOf(written, contents) };
  }

  /** Takes the files away. Never throws. */
  async close(): Promise<void> {
    for (const file of this.#all) await file.close();
  }

  async #writeAll(
    { privateKey, knownHosts }: SshFileContents,
    kind: PrivateFileKind,
    check?: (path: string) => Promise<void>,
  ): Promise<readonly PrivateFile[]> {
    const all = [
      { holds: 'the private SSH key', content: privateKey },
      { holds: 'the known host keys', content: knownHosts },
    ];
    const written: PrivateFile[] = [];
    for (const { holds, content } of all) {
      if (content === undefined) continue;
      const file = await writePrivateFile(content, kind, { ...this.#settings, holds, check });
      this.#all.push(file);
      written.push(file);
    }
    return written;
  }
}

const LET_IT_SEE =
  'Set `TMPDIR` (on Windows `TEMP`) to a folder that `ssh` sees under the same path (it may run in a container, as a snap or flatpak, or as another user), or install the OpenSSH client of this system.';

/** Tells whether ssh has said that it cannot open a file (`main` in OpenSSH's ssh.c). */
function isUnseen(path: string, errors: string): boolean {
  return errors.includes(`Identity file ${path} not accessible`);
}

function pathsOf(written: readonly PrivateFile[], { privateKey }: SshFileContents): SshFilePaths {
  const paths = written.map(({ path }) => sshPath(path, platform()));
  return { privateKey: privateKey === undefined ? undefined : paths[0], knownHosts: paths.at(-1) ?? '' };
}
