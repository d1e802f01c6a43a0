const OF_WINDOWS = /^(?:[A-Za-z]:|\\\\)/;

/**
 * Writes a path as git compares it with the setting `safe.directory`: with slashes, and a share of Windows with a beginning
 * that says that it is none below git's own folder (git-config, "safe.directory" and "Values", pathname).
 */
export function safeDirectory(path: string): string {
  const slashed = OF_WINDOWS.test(path) ? path.replaceAll('\\', '/') : path;
  return slashed.startsWith('//') ? `%(prefix)/${slashed}` : slashed;
}
