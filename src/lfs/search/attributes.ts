/** The name of the files that say which files go to Git LFS. */
export const ATTRIBUTES = '.gitattributes';

/** Whether a `.gitattributes` file hands files to Git LFS: by `filter=lfs`, in a macro too (gitattributes, "filter"). */
export function namesLfs(content: Buffer): boolean {
  const lines = content.toString('latin1').split('\n');
  return lines.some((line) => !/^\s*#/.test(line) && /\sfilter=lfs\s*(?:\s|$)/.test(line));
}
