/** The stand-in in a repository for a file that Git LFS keeps elsewhere. */
export interface Pointer {
  /** The SHA-256 of the file, in hexadecimal. */
  readonly oid: string;
  /** Bytes of the file. */
  readonly size: number;
}

/** A blob that is larger is no pointer (Git LFS, docs/spec.md: "The Pointer"). */
export const LARGEST_POINTER = 1023;

// The second and third are of a time when the project had other names; histories still hold such pointers.
const VERSIONS = ['https://git-lfs.github.com/spec/v1', 'https://hawser.github.com/spec/v1', 'http://git-media.io/v/2'];
const KEYS = ['version', 'oid', 'size'];
const OID = /^sha256:([0-9a-f]{64})$/;
const SIZE = /^\+?\d+$/;
const EXTENSION = /^ext-\d-\w/;

/**
 * Reads a pointer as `git lfs` does, which takes more than the specification has: white space at both ends, empty lines
 * and carriage returns do not count, and lines of extensions may stand anywhere before the size.
 *
 * @returns `undefined` for any other file
 */
export function parsePointer(content: Buffer): Pointer | undefined {
  if (content.length > LARGEST_POINTER || !content.includes('version ')) return undefined;
  const fields = fieldsOf(content.toString('latin1'));
  const own = fields.filter(({ key }) => KEYS.includes(key));
  if (own.map(({ key }) => key).join() !== KEYS.join() || fields.at(-1)?.key !== 'size') return undefined;
  const extensions = fields.filter((field) => !own.includes(field));
  if (!extensions.every(({ key, value }) => EXTENSION.test(key) && OID.test(value))) return undefined;
  const [version = '', digest = '', length = ''] = own.map(({ value }) => value);
  const oid = OID.exec(digest)?.[1];
  return VERSIONS.includes(version) && oid !== undefined ? pointerOf(oid, length) : undefined;
}

function pointerOf(oid: string, length: string): Pointer | undefined {
  const size = SIZE.test(length) ? Number(length) : NaN;
  return Number.isSafeInteger(size) ? { oid, size } : undefined;
}

function fieldsOf(text: string): { readonly key: string; readonly value: string }[] {
  const lines = text.trim().split(/\r?\n/);
  return lines.flatMap((line) => {
    const [key = ''] = line.split(' ', 1);
    return line === '' ? [] : [{ key, value: line.slice(key.length + 1) }];
  });
}
