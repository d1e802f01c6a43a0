/** The hash a repository names its objects by (gitprotocol-capabilities, `object-format`). */
export type ObjectFormat = 'sha1' | 'sha256';
/** An object id in lower-case hexadecimal: 40 digits for sha1, 64 for sha256. */
export type ObjectId = string;
/** The formats this program knows, for a capability's value; anything else is `undefined`. */
export declare function objectFormat(value: string): ObjectFormat | undefined;
/** Whether the text is a full object id of that format. */
export declare function isObjectId(text: string, format: ObjectFormat): boolean;
/** The id that stands for "no object" in a ref update command (gitprotocol-pack). */
export declare function zeroId(format: ObjectFormat): ObjectId;
/** Whether the id is the one of "no object". */
export declare function isZeroId(id: ObjectId): boolean;
/** The number of bytes of an id as it stands in a pack. */
export declare function idBytes(format: ObjectFormat): number;
/** The id of an object, computed from its type and content (gitformat-pack, "object name"). */
export declare function hashObject(type: string, content: Uint8Array, format: ObjectFormat): ObjectId;
/**
 * A pack without any object. A push that creates refs to objects which the target already holds carries it: some
 * servers refuse a create without a pack (gitprotocol-pack, "Reference Update Request").
 */
export declare function emptyPack(format: ObjectFormat): Buffer;
