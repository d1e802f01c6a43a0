/** The version of this program, that of package.json. */
export const VERSION = '1.0.0';

/** The name by which servers know this program; without spaces, as Git's protocol wants it. */
export function agent(): string {
  return `push-mirror/${VERSION}`;
}
