import { UnfitPlace } from '../temporary.js';

/**
 * Writes a path as ssh takes it for `IdentityFile` and `UserKnownHostsFile` (ssh_config(5), "TOKENS" and "ENVIRONMENT
 * VARIABLES"): in double quotes, in which a backslash stands for itself but before a quote or another one.
 *
 * @param path an absolute path of the platform
 * @throws {UnfitPlace} for a path that cannot be written so
 */
export function sshPath(path: string, platform: NodeJS.Platform): string {
  if (/[\n\r\0]/.test(path)) throw new UnfitPlace('has a line break in its path, which ssh does not take');
  if (path.includes('${')) throw new UnfitPlace('has "${" in its path, which stands for a variable to ssh');
  // Windows has the same file by either, and its ssh reads no backslash in the same way in all versions.
  const plain = platform === 'win32' ? path.replaceAll('\\', '/') : path;
  return `"${plain.replaceAll('%', '%%').replace(/\\(?=["'\\])|"/g, '\\$&')}"`;
}
