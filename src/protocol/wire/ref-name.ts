import { WIRE_LIMITS } from '../limits/wire.js';

/**
 * Decoder of ref names, which are bytes. They are held here as text: UTF-8 where it is UTF-8, and each byte that is not
 * as a lone surrogate U+DC80..U+DCFF, so that every name can be read, compared and written back unchanged.
 */
const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// git-check-ref-format(1), rules 3 to 10.
const FORBIDDEN = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|(?:^|\/)\.|\.lock(?:\/|$)|[./]$|^\/|^@$/;

/** Decodes a name as it came over the wire. */
export function decodeRefName(bytes: Uint8Array): string {
  try {
    return STRICT_UTF8.decode(bytes);
  } catch {
    return decodeByteByByte(bytes);
  }
}

/** Encodes a name, the reverse of {@link decodeRefName}. */
export function encodeRefName(name: string): Buffer {
  if (name.isWellFormed()) return Buffer.from(name, 'utf8');
  const bytes = Buffer.alloc(3 * name.length);
  let length = 0;
  for (const character of name) {
    const code = character.codePointAt(0) ?? 0;
    if (isLoneByte(code)) length = bytes.writeUInt8(code - 0xdc00, length);
    else length += bytes.write(character, length);
  }
  return bytes.subarray(0, length);
}

/** True for a name that Git allows for a ref (git-check-ref-format). */
export function isValidRefName(name: string): boolean {
  return name.length > 0 && name.length <= WIRE_LIMITS.refName.value && !FORBIDDEN.test(name);
}

/** The namespaces of branches and tags (gitglossary, "ref"). */
export const BRANCHES = 'refs/heads/';
export const TAGS = 'refs/tags/';
/** The namespace of the branches that a clone remembers of its origin (gitglossary, "remote-tracking branch"). */
export const REMOTE_TRACKING = 'refs/remotes/';

export function isBranch(ref: string): boolean {
  return ref.startsWith(BRANCHES) && ref.length > BRANCHES.length;
}

export function isTag(ref: string): boolean {
  return ref.startsWith(TAGS) && ref.length > TAGS.length;
}

/** The name of a branch or tag as users know it: `main` for `refs/heads/main`. */
export function shortName(ref: string): string {
  return ref.replace(/^refs\/(?:heads|tags)\//, '');
}

/** True for a name in more folders than any ref that is of use. */
export function isTooDeep(name: string): boolean {
  let folders = 0;
  for (let slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) folders += 1;
  return folders > WIRE_LIMITS.refFolders.value;
}

/** Orders ref names by their bytes, as `git for-each-ref` does. */
export function compareRefNames(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) {
    const [here, there] = [one.charCodeAt(at), other.charCodeAt(at)];
    if (here === there) continue;
    // Without surrogates, the order of letters is that of their bytes.
    return isSurrogate(here) || isSurrogate(there)
      ? Buffer.compare(encodeRefName(one), encodeRefName(other))
      : here - there;
  }
  return one.length - other.length;
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

function isLoneByte(code: number): boolean {
  return code >= 0xdc80 && code <= 0xdcff;
}

function decodeByteByByte(bytes: Uint8Array): string {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length;) {
    const length = wellFormedLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    parts.push(STRICT_UTF8.decode(bytes.subarray(from, at)), String.fromCharCode(0xdc00 + (bytes[at] ?? 0)));
    at += 1;
    from = at;
  }
  return parts.join('') + STRICT_UTF8.decode(bytes.subarray(from));
}

/** The second bytes that may follow a first one, where they are fewer than 80 to BF (Unicode, table 3-7). */
const SECOND: ReadonlyMap<number, readonly [least: number, most: number]> = new Map([
  [0xe0, [0xa0, 0xbf]],
  [0xed, [0x80, 0x9f]],
  [0xf0, [0x90, 0xbf]],
  [0xf4, [0x80, 0x8f]],
]);

/** Bytes of the character that begins at a place; 0 where none does. */
function wellFormedLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const length = lengthBehind(first);
  const [least, most] = SECOND.get(first) ?? [0x80, 0xbf];
  for (let place = 1; place < length; place += 1) {
    const byte = bytes[at + place] ?? 0;
    if (place === 1 ? byte < least || byte > most : byte < 0x80 || byte > 0xbf) return 0;
  }
  return length;
}

function lengthBehind(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
