import { createHash } from 'node:crypto';
import { RemoteError } from '../../protocol/errors.js';
import type { ObjectId } from '../../protocol/wire/object-format.js';
import type { Pointer } from '../wire/pointer.js';

/** Objects that a store lacks. */
export interface Lack {
  readonly objects: readonly Pointer[];
  /** Reasons for which nothing is known of some objects, by oid. */
  readonly unknown: ReadonlyMap<string, string>;
}

/** A place for Git LFS objects: a server, or a folder. */
export interface LfsStore {
  /** The store, as it may be shown. */
  readonly location: string;
  /**
   * Tells which of the objects it lacks. The others need not be written.
   *
   * @param ref that needs the objects: a server may allow more for one ref than for another
   */
  lacking(objects: readonly Pointer[], ref: string | undefined): Promise<Lack>;
  /**
   * Gets ready to give objects.
   *
   * @param ref as for {@link lacking}
   * @param tips of the refs that need them
   * @returns the reasons for which objects cannot be had, by oid
   */
  locate(
    objects: readonly Pointer[],
    ref: string | undefined,
    tips: readonly ObjectId[],
  ): Promise<ReadonlyMap<string, string>>;
  /**
   * Reads the content of an object. Its size and digest are not checked here: see {@link checkContent}.
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

/** Refusal of a request that the server wanted itself: it may have expired, or not be there yet. */
export class RefusedTransfer extends RemoteError {}

/** An object that was sent, but of which the server does not say that it has it, however often it was asked. */
export class Unverified extends RemoteError {}

/** An object differs from what its pointer says. */
export class WrongContent extends Error {}

/**
 * Gives the content on as it comes, but its last part only once the whole is known to be the pointer's object: a server
 * that gets it can never take a wrong object for whole.
 *
 * @throws {WrongContent}
 */
export async function* checkContent(
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
  if (digest.digest('hex') !== oid) throw new WrongContent('its content does not match the SHA-256 of its pointer');
  if (held !== undefined) yield held;
}
