/**
 * A value without the spaces and line ends around it, as editors, files and variables leave them. Other spaces are valid
 * in ref names, and stay.
 */
export function trimmed(value: string): string {
  return value.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
}
