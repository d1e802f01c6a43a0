import { accessSync, constants, statSync } from 'node:fs';
import { platform } from 'node:os';
import { win32 } from 'node:path';

/** The folders in which programs are looked for. */
export interface SearchPath {
  /** Absolute folders, in the order of PATH. */
  readonly folders: readonly string[];
  /** Entries that begin at the current folder, which is often the work tree of a stranger: any file there would do. */
  readonly leftOut: readonly string[];
}

/** A system's way to write paths, lists of paths, and names of programs. */
interface PathForm {
  readonly isAbsolute: RegExp;
  readonly separator: string;
  readonly delimiter: string;
  /** Endings of the names of programs. */
  readonly endings: readonly string[];
  /** Taken where PATH is not set (confstr(3), `_CS_PATH`). */
  readonly usual: string;
}

const POSIX: PathForm = { isAbsolute: /^\//, separator: '/', delimiter: ':', endings: [''], usual: '/usr/bin:/bin' };

/**
 * `C:name` and `\name` depend on the current folder or its drive. Scripts (`.cmd`, `.bat`) are left out: a command
 * interpreter would read their arguments anew.
 */
const WINDOWS: PathForm = {
  isAbsolute: /^(?:[a-z]:[\\/]|[\\/]{2}[^\\/])/i,
  separator: '\\',
  delimiter: ';',
  endings: ['.com', '.exe'],
  usual: '',
};

function formOf(os: NodeJS.Platform): PathForm {
  return os === 'win32' ? WINDOWS : POSIX;
}

/** Takes PATH apart. On Windows an entry may stand in double quotes, and then hold a semicolon. */
export function searchPath(PATH: string | undefined, os: NodeJS.Platform): SearchPath {
  const { isAbsolute, delimiter, usual } = formOf(os);
  const text = PATH ?? usual;
  const entries = os === 'win32' ? unquoted(text) : text.split(delimiter);
  return {
    folders: entries.filter((entry) => isAbsolute.test(entry)),
    leftOut: entries.filter((entry) => !isAbsolute.test(entry)),
  };
}

/** Windows itself passes over empty entries, which many a PATH ends with. */
function unquoted(text: string): string[] {
  const entries = text.match(/(?:"[^"]*(?:"|$)|[^;"])+/g) ?? [];
  return entries.map((entry) => entry.replaceAll('"', '')).filter((entry) => entry !== '');
}

/** Puts folders together as PATH holds them. */
function joined(folders: readonly string[], os: NodeJS.Platform): string {
  const { delimiter } = formOf(os);
  return folders.map((folder) => (folder.includes(delimiter) ? `"${folder}"` : folder)).join(delimiter);
}

/** Finds a program by its name. */
export function programIn(
  name: string,
  folders: readonly string[],
  os: NodeJS.Platform,
  isRunnable: (path: string) => boolean,
): string | undefined {
  const { separator, endings } = formOf(os);
  for (const folder of folders) {
    const start = folder.endsWith(separator) ? folder : folder + separator;
    const path = endings.map((ending) => start + name + ending).find(isRunnable);
    if (path !== undefined) return path;
  }
  return undefined;
}

/** True for a file that this process may run; of Windows' files the name decides. */
export function isRunnable(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A program as it is started. */
export interface LocatedProgram {
  /** Its absolute path; `undefined` where no folder of PATH has it. */
  readonly path: string | undefined;
  /** The environment that was given, with the absolute entries of PATH alone: programs start others by their names, too. */
  readonly environment: Readonly<Record<string, string>>;
  readonly leftOut: readonly string[];
}

/**
 * Finds a program where the environment says that programs are. None is started by its bare name: Windows looks for that
 * in the current folder first, as other systems do for an empty entry of PATH.
 *
 * @param program its name, or an absolute path
 */
export function locateProgram(
  program: string,
  environment: Readonly<Record<string, string>>,
  os = platform(),
): LocatedProgram {
  const { PATH, ...others } = environment;
  const { folders, leftOut } = searchPath(PATH, os);
  const path = formOf(os).isAbsolute.test(program) ? program : programIn(program, folders, os, isRunnable);
  // An empty PATH would be the current folder.
  const seen = folders.length === 0 ? others : { ...others, PATH: joined(folders, os) };
  return { path, leftOut, environment: seen };
}

/** The path of a program that belongs to Windows itself, such as `icacls.exe`: PATH need not lead to it. */
export function systemProgram(
  name: string,
  { SystemRoot, windir }: Readonly<Record<string, string | undefined>>,
): string {
  const root = [SystemRoot, windir].find((one) => one !== undefined && /^[a-z]:[\\/]/i.test(one)) ?? 'C:\\Windows';
  return win32.join(root, 'System32', name);
}
