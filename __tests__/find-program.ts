import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

// Where services are installed; not every user has it on the PATH.
const SERVICES = ['/usr/sbin', '/usr/local/sbin'];

/** The path of a program of this machine, or `undefined` where it is not installed. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SERVICES];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
