import { Problem } from './problem.js';

/** Marks at the beginning of a text in UTF-16, of either order of bytes (Unicode, section 23.8). */
const MARKS = [0xfffe, 0xfeff];
const MOST_LOOKED_AT = 1024;

/**
 * Decodes a file that a person wrote: UTF-8, with or without a mark at its beginning.
 *
 * @throws {Problem} for UTF-16, which Windows PowerShell writes with `>` and `Out-File`
 */
export function textOfFile(bytes: Buffer): string {
  if (isUtf16(bytes))
    throw new Problem(
      'is a file in UTF-16, as Windows PowerShell writes them: save it as UTF-8 (`Out-File -Encoding utf8`)',
    );
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

function isUtf16(bytes: Buffer): boolean {
  if (bytes.length < 2) return false;
  return MARKS.includes(bytes.readUInt16BE()) || isHalfNul(bytes, 0) || isHalfNul(bytes, 1);
}

/** True where every second byte is a NUL, as in UTF-16 of Latin letters without a mark. */
function isHalfNul(bytes: Buffer, first: number): boolean {
  const looked = Math.min(bytes.length, MOST_LOOKED_AT);
  const pairs = Math.floor((looked - first + 1) / 2);
  return (
    pairs > 1 && Array.from({ length: pairs }, (_none, pair) => bytes[first + 2 * pair]).every((byte) => byte === 0)
  );
}
