/** What stands in a repository for a file that Git LFS keeps elsewhere. */
export interface Pointer {
  /** The SHA-256 of the file, in hexadecimal. */
  readonly oid: string;
  /** Of the file, in bytes. */
  readonly size: number;
}

/** A blob that is larger is no pointer (Git LFS, docs/spec.md: "The Pointer"). */
export const LARGEST_POINTER = 1023;

// The second is of the time when the project had another name; such pointers are still in histories.
const VERSIONS = ['https://git-lfs.github.com/spec/v1', 'https://hawser.github.com/spec/v1'];
const OID = /^sha256:([0-9a-f]{64})$/;
const SIZE = /^(?:0|[1-9]\d{0,15})$/;
const EXTENSION = /^ext-\d+-[\w-]+$/;

/**
 * Reads a pointer as strictly as the specification has it: `version` first, then the other keys in their order, one
 * space, one line feed.
 *
 * @returns `undefined` for anything else, which is then a file like any other
 */
export function parsePointer(content: Buffer): Pointer | undefined {
  if (content.length > LARGEST_POINTER || !content.subarray(0, 8).equals(Buffer.from('version '))) return undefined;
  const lines = content.toString('latin1').split('\n');
  if (lines.pop() !== '') return undefined;
  const fields = lines.map((line) => /^([a-z0-9.-][\w.-]*) (.+)$/.exec(line)?.slice(1) ?? []);
  const [version, ...others] = fields.map(([key = '']) => key);
  if (version !== 'version' || !VERSIONS.includes(fields[0]?.[1] ?? '') || !isInOrder(others)) return undefined;
  const value = (name: string): string => fields.find(([key]) => key === name)?.[1] ?? '';
  const extensions = fields.filter(([key = '']) => key !== 'version' && key !== 'oid' && key !== 'size');
  if (!extensions.every(([key = '', digest = '']) => EXTENSION.test(key) && OID.test(digest))) return undefined;
  const oid = OID.exec(value('oid'))?.[1];
  if (oid === undefined || !SIZE.test(value('size'))) return undefined;
  return { oid, size: Number(value('size')) };
}

function isInOrder(keys: readonly string[]): boolean {
  return keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') < key);
}
