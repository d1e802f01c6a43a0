import { crypto } from '../built-ins.js';

/** The hash a repository names its objects by (gitprotocol-capabilities, `object-format`). */
export type ObjectFormat = 'sha1' | 'sha256';

/** An object id in lower-case hexadecimal: 40 digits for sha1, 64 for sha256. */
export type ObjectId = string;

const HEX_DIGITS = { sha1: 40, sha256: 64 } as const;
const HEX = /^[0-9a-f]+$/;

/** The format that a capability's value names; `undefined` for one that this program does not know. */
export function objectFormat(value: string): ObjectFormat | undefined {
  return value === 'sha1' || value === 'sha256' ? value : undefined;
}

/** True for a full object id of that format. */
export function isObjectId(text: string, format: ObjectFormat): boolean {
  return text.length === HEX_DIGITS[format] && HEX.test(text);
}

/** True for the id that stands for "no object", with which git lists a broken ref. */
export function isZeroId(id: ObjectId): boolean {
  return /^0+$/.test(id);
}

/** The id that stands for "no object" in a ref update command (gitprotocol-pack). */
export function zeroId(format: ObjectFormat): ObjectId {
  return '0'.repeat(HEX_DIGITS[format]);
}

/** The number of bytes of an id as it stands in a pack. */
export function idBytes(format: ObjectFormat): number {
  return HEX_DIGITS[format] / 2;
}

/** The id of an object, computed from its type and content (gitformat-pack, "object name"). */
export function hashObject(type: string, content: Uint8Array, format: ObjectFormat): ObjectId {
  return crypto().createHash(format).update(`${type} ${content.length}\0`).update(content).digest('hex');
}

/**
 * A pack without any object. A push that creates refs to objects which the target already holds carries it: some
 * servers refuse a create without a pack (gitprotocol-pack, "Reference Update Request").
 */
export function emptyPack(format: ObjectFormat): Buffer {
  const header = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  return Buffer.concat([header, crypto().createHash(format).update(header).digest()]);
}
