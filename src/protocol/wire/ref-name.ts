/**
 * Decoder of ref names, which are bytes. They are held here as text: UTF-8 where it is UTF-8, and each byte that is not
 * as a lone surrogate U+DC80..U+DCFF, so that every name can be read, compared and written back unchanged.
 */
const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// git-check-ref-format(1), rules 3 to 10. The length is the limit that hosts and file systems share by a wide margin.
const FORBIDDEN = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|(?:^|\/)\.|\.lock(?:\/|$)|[./]$|^\/|^@$/;
export const LONGEST_NAME = 4096;

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
  return Buffer.concat(
    Array.from(name, (character) => {
      const code = character.codePointAt(0) ?? 0;
      return code >= 0xdc80 && code <= 0xdcff ? Buffer.from([code - 0xdc00]) : Buffer.from(character, 'utf8');
    }),
  );
}

/** True for a name that Git allows for a ref (git-check-ref-format). */
export function isValidRefName(name: string): boolean {
  return name.length > 0 && name.length <= LONGEST_NAME && !FORBIDDEN.test(name);
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

/** Orders ref names by their bytes, as `git for-each-ref` does. */
export function compareRefNames(one: string, other: string): number {
  return one === other ? 0 : Buffer.compare(encodeRefName(one), encodeRefName(other));
}

function decodeByteByByte(bytes: Uint8Array): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const length = wellFormedLength(bytes, at);
    if (length === 0) {
      text += String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
      at += 1;
    } else {
      text += STRICT_UTF8.decode(bytes.subarray(at, at + length));
      at += length;
    }
  }
  return text;
}

function wellFormedLength(bytes: Uint8Array, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length += 1) {
    try {
      STRICT_UTF8.decode(bytes.subarray(at, at + length));
      return length;
    } catch {
      continue;
    }
  }
  return 0;
}
