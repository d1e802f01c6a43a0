/** The name of the files that hand other files to Git LFS. */
export const ATTRIBUTES = '.gitattributes';

/**
 * True for a `.gitattributes` file that hands files to Git LFS: by `filter=lfs`, in a macro too (gitattributes,
 * "filter"). Only what git takes for blank is blank: behind any other character, `#` begins no comment.
 */
export function namesLfs(content: Buffer): boolean {
  const lines = content.toString('latin1').split('\n');
  return lines.some((line) => !/^[ \t\r]*#/.test(line) && /[ \t\r]filter=lfs(?:[ \t\r]|$)/.test(line));
}
