import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isError, RemoteError } from '../errors.js';
import { printable } from '../printable.js';

/** The folder in which temporary files are made. */
export function temporaryFolder(): string {
  return tmpdir();
}

/** A stream that is kept in a file, to know its length before it is sent. */
export interface Kept {
  readonly length: number;
  /** The bytes, once: then the file is closed. */
  readonly bytes: AsyncGenerator<Buffer, void, undefined>;
  /** Takes the file away. Never throws. */
  readonly close: () => Promise<void>;
}

const CHUNK_BYTES = 256 * 1024;

/**
 * Writes a stream to a temporary file that nobody else can read. Where the system allows it the file has no name in
 * any folder, so that it is gone with this process, however that ends.
 *
 * @param location that the stream is for, for messages
 * @param parent the folder in which it is made
 * @throws {RemoteError} where the file cannot be written; the errors of the stream
 */
export async function keepInFile(
  stream: AsyncIterable<Buffer>,
  location: string,
  parent = temporaryFolder(),
): Promise<Kept> {
  const onDisk = <T>(doing: Promise<T>): Promise<T> => doing.catch((error: unknown) => fail(error, location, parent));
  const folder = await onDisk(mkdtemp(join(parent, 'push-mirror-push-')));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true }).catch(() => undefined);
  let file: FileHandle | undefined;
  try {
    file = await onDisk(open(join(folder, 'pack'), 'wx+', 0o600));
    await remove();
    const opened = file;
    let length = 0;
    for await (const chunk of stream) {
      await onDisk(opened.writeFile(chunk));
      length += chunk.length;
    }
    const close = async (): Promise<void> => {
      await opened.close().catch(() => undefined);
      await remove();
    };
    return { length, bytes: read(opened, close), close };
  } catch (error) {
    await file?.close().catch(() => undefined);
    await remove();
    throw error;
  }
}

function fail(error: unknown, location: string, parent: string): never {
  const { code = '' }: NodeJS.ErrnoException = isError(error) ? error : new Error();
  throw new RemoteError({
    kind: 'program',
    location,
    detail: `the server wants to know the length of a push, but no temporary file could be written for it in ${printable(parent, 300)} (${printable(code, 50)}).`,
    remedy: 'Make room there, or name another folder in TMPDIR; or push over SSH.',
    cause: error,
  });
}

async function* read(file: FileHandle, close: () => Promise<void>): AsyncGenerator<Buffer, void, undefined> {
  try {
    for (let at = 0; ;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await close();
  }
}
