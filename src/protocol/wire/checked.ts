import { ProtocolError, tooMuch } from '../errors.js';
import { WIRE_LIMITS } from '../limits/wire.js';
import { printable } from '../printable.js';
import { isObjectId, type ObjectFormat, type ObjectId } from './object-format.js';
import { decodeRefName, isValidRefName } from './ref-name.js';

/** Checks an object id that a server sent. */
export function checkedId(text: string, format: ObjectFormat, location: string): ObjectId {
  if (isObjectId(text, format)) return text;
  throw new ProtocolError(location, `"${printable(text, 100)}" is no ${format} object id`);
}

/** Checks a ref name that a server sent. */
export function checkedRefName(bytes: Buffer, location: string): string {
  const name = decodeRefName(bytes);
  if (isValidRefName(name)) return name;
  throw new ProtocolError(location, `"${printable(name, 300)}" is no valid ref name`);
}

/** Decodes a ref name that a server sent. It need not be one that Git allows, but may not be longer. */
export function readRefName(bytes: Buffer, location: string): string {
  if (bytes.length > WIRE_LIMITS.refName.value) throw tooMuch(location, WIRE_LIMITS.refName);
  return bytes.length === 0 ? checkedRefName(bytes, location) : decodeRefName(bytes);
}
