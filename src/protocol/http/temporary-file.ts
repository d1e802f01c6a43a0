import { open, rm, type FileHandle } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname, join } from 'node:path';
import { noPlace, type TemporaryFolders } from '../temporary.js';

/** A stream that is kept in a file, to know its length before it is sent. */
export interface Kept {
  readonly length: number;
  /** The bytes, once: then the file is closed. */
  readonly bytes: AsyncGenerator<Buffer, void, undefined>;
  /** Takes the file away. Never throws. */
  readonly close: () => Promise<void>;
}

const CHUNK_BYTES = 256 * 1024;
const HOLDS = 'a push whose length the server wants to know';

/**
 * Writes a stream to a temporary file that nobody else can read. Where the system allows it the file has no name in
 * any folder, so that it is gone with this process, however that ends.
 *
 * @param location that the stream is for, for messages
 * @throws {RemoteError} where the file cannot be written; the errors of the stream
 */
export async function keepInFile(
  stream: AsyncIterable<Buffer>,
  location: string,
  temporary: TemporaryFolders,
): Promise<Kept> {
  const request = { prefix: 'push-mirror-push-', location, holds: HOLDS };
  const { folder, file } = await temporary.make(request, async (made) => ({
    folder: made,
    file: await open(join(made, 'pack'), 'wx+', 0o600),
  }));
  // Windows may keep it until it is closed.
  const hasName = await rm(folder, { recursive: true }).then(
    () => false,
    () => true,
  );
  const close = async (): Promise<void> => {
    await file.close().catch(() => undefined);
    if (hasName) await temporary.remove(folder, request);
  };
  try {
    let length = 0;
    for await (const chunk of stream) {
      await file.writeFile(chunk).catch((error: unknown) => {
        throw noPlace({
          ...request,
          failed: [{ place: dirname(folder), error: error as Error }],
          platform: platform(),
        });
      });
      length += chunk.length;
    }
    return { length, bytes: read(file, close), close };
  } catch (error) {
    await close();
    throw error;
  }
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
