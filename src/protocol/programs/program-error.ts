import { RemoteError } from '../errors.js';
import { printable } from '../printable.js';
import { NotInstalled, type CouldNotRun } from './process.js';

/** Packages with the OpenSSH client, by system. */
export const OPENSSH_PACKAGES =
  '`apt-get install openssh-client`, `apk add openssh-client`, `dnf install openssh-clients`, `opkg install openssh-client`; on Windows, the optional feature OpenSSH Client, or Git for Windows';

/** Remedies for programs that are missing, by their names. */
const INSTALL: Readonly<Record<string, string>> = {
  git: 'Install git, or put it on the PATH (`apt-get install git`, `apk add git`, `dnf install git`; on Windows, Git for Windows).',
  ssh: `Install the OpenSSH client, or put it on the PATH (${OPENSSH_PACKAGES}).`,
};

/** Remedies where the system lacks what a process needs, or does not let it run. */
const REMEDIES: Readonly<Record<string, string>> = {
  EMFILE: 'Raise the limit of open files (`ulimit -n`).',
  ENFILE: 'This machine has too many open files: let fewer programs run at once.',
  EAGAIN: 'Raise the limit of processes (`ulimit -u`), or let fewer programs run at once.',
  ENOMEM: 'This machine has too little memory left: let fewer programs run at once.',
  ENOENT: 'Install it again: the interpreter or the loader that it names is missing.',
  EACCES: 'Check the rights of the file, and that its file system lets programs run (not `noexec`).',
};

const LONGEST_SHOWN = 500;

/** Makes the error for a repository behind a program that could not be run. */
export function programError(error: CouldNotRun, location: string): RemoteError {
  if (error instanceof NotInstalled) return notInstalled(error, location);
  const { program, path, cause } = error;
  const { code = 'no reason given' }: NodeJS.ErrnoException = cause as Error;
  return new RemoteError({
    kind: 'program',
    location,
    detail: `the program \`${printable(path, LONGEST_SHOWN)}\` could not be run (${code}).`,
    remedy: REMEDIES[code] ?? `Check \`${program}\`.`,
    cause,
  });
}

function notInstalled({ program, leftOut, cause }: NotInstalled, location: string): RemoteError {
  const entries = leftOut.map((entry) => `"${entry}"`).join(', ');
  const passedOver =
    leftOut.length === 0
      ? ''
      : ` Entries of PATH that begin at the current folder are not searched: ${printable(entries, LONGEST_SHOWN)}.`;
  return new RemoteError({
    kind: 'program',
    location,
    detail: `the program \`${program}\` is not installed. No folder of PATH has it.${passedOver}`,
    remedy: INSTALL[program] ?? `Install \`${program}\`, or put it on the PATH.`,
    cause,
  });
}
