import { Problem } from './problem.js';

/** Marks at the beginning of a text in UTF-16, of either order of bytes (Unicode, section 23.8). */
const MARKS = [Buffer.of(0xff, 0xfe), Buffer.of(0xfe, 0xff)];
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
  return MARKS.some((mark) => bytes.subarray(0, mark.length).equals(mark)) || [0, 1].some((at) => isHalfNul(bytes, at));
}

/** True where every second byte is a NUL, as in UTF-16 of Latin letters without a mark. */
function isHalfNul(bytes: Buffer, at: number): boolean {
  const half = bytes.subarray(0, MOST_LOOKED_AT).filter((_byte, index) => index % 2 === at);
  return half.length > 1 && half.every((byte) => byte === 0);
}
