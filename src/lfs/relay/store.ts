import { createHash } from 'node:crypto';
import { RemoteError } from '../../protocol/errors.js';
import type { Pointer } from '../wire/pointer.js';

/** What a store lacks. */
export interface Lack {
  readonly objects: readonly Pointer[];
  /** Why it is not known of some, by oid. */
  readonly unknown: ReadonlyMap<string, string>;
}

/** Where Git LFS objects are: a server, or a folder. */
export interface LfsStore {
  /** As it may be shown. */
  readonly location: string;
  /**
   * Which of the objects it lacks. For those it does not lack nothing needs to be done.
   *
   * @param ref for which the objects are: a server may allow more for one ref than for another
   */
  lacking(objects: readonly Pointer[], ref: string | undefined): Promise<Lack>;
  /**
   * Gets ready to give objects.
   *
   * @param ref as for {@link lacking}
   * @returns why some cannot be had, by oid
   */
  locate(objects: readonly Pointer[], ref: string | undefined): Promise<ReadonlyMap<string, string>>;
  /**
   * The content of an object. Its size and digest are not checked here: see {@link checked}.
   *
   * @throws {RemoteError}
   */
  read(object: Pointer): AsyncGenerator<Buffer, void, undefined>;
  /**
   * Stores an object. A content that throws leaves nothing behind.
   *
   * @throws {RemoteError}, or what the content throws
   */
  write(object: Pointer, content: AsyncIterable<Buffer>): Promise<void>;
  /** Forgets what it knows of objects that are done with. */
  forget(objects: readonly Pointer[]): void;
  /** Closes every connection. Never throws. */
  close(): void;
}

/** A server refuses a request that it wanted itself: what signed that in may have expired before its time. */
export class RefusedTransfer extends RemoteError {
  /** @param refusal the error for the answer */
  constructor({ kind, location, detail, remedy, cause }: RemoteError) {
    super({ kind, location, detail, cause, ...(remedy === undefined ? {} : { remedy }) });
  }
}

/** An object is not what its pointer says. */
export class WrongContent extends Error {}

/**
 * The content as it comes, but its last part only once all of it is known to be what the pointer says: a server that
 * gets it can never take a wrong object for whole.
 *
 * @throws {WrongContent}
 */
export async function* checked(
  content: AsyncIterable<Buffer>,
  { oid, size }: Pointer,
): AsyncGenerator<Buffer, void, undefined> {
  const digest = createHash('sha256');
  let length = 0;
  let held: Buffer | undefined;
  for await (const chunk of content) {
    if (chunk.length === 0) continue;
    length += chunk.length;
    if (length > size) throw new WrongContent(`it is longer than the ${size} bytes that its pointer says`);
    digest.update(chunk);
    if (held !== undefined) yield held;
    held = chunk;
  }
  if (length < size) throw new WrongContent(`it has ${length} bytes instead of the ${size} that its pointer says`);
  if (digest.digest('hex') !== oid)
    throw new WrongContent('its content is not the one that its pointer says (SHA-256)');
  if (held !== undefined) yield held;
}
