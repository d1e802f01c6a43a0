import { RemoteError } from '../errors.js';
import { PROGRAM_LIMITS } from '../limits/programs.js';
import { printable } from '../printable.js';
import { CouldNotRun, located, runProgram, type RunLimits } from './process.js';
import { OPENSSH_PACKAGES, programError } from './program-error.js';

/** A search for the OpenSSH client. */
export interface SshSearch extends RunLimits {
  /** The repository that it is needed for, as it may be shown. */
  readonly location: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The OpenSSH client of this machine. */
export interface OpenSsh {
  /** Its absolute path. */
  readonly path: string;
  /** Its words beside its version, such as about files that it cannot open. */
  readonly errors: string;
}

/**
 * Finds `ssh`, and makes sure that it is OpenSSH: others, such as Dropbear's, pass over the options that say which host
 * keys are known, and would send to any server.
 *
 * @param options that it is to read before it tells its version; another program may fail at them, and not say what it is
 * @throws {RemoteError} where it is missing, or another program
 */
export async function findOpenSsh(search: SshSearch, options: readonly string[] = []): Promise<OpenSsh> {
  const { location, environment, ms, signal } = search;
  const limit = Math.min(ms, PROGRAM_LIMITS.version.value);
  try {
    const { path } = located({ program: 'ssh', arguments: [], environment });
    const command = { program: path, arguments: [...options, '-V', '--'], environment };
    const answer = await runProgram(command, { ms: limit, signal });
    const fault = answer === undefined ? tooSlow(path, limit) : faultOf(path, answer);
    if (fault === undefined) return { path, errors: answer?.errors ?? '' };
    throw new RemoteError({ kind: 'program', location, ...fault });
  } catch (error) {
    throw error instanceof CouldNotRun ? programError(error, location) : error;
  }
}

/** Parts of a message; both are whole sentences. */
interface Fault {
  readonly detail: string;
  readonly remedy: string;
}

/** The output and the end of a program that was asked for its version. */
export interface VersionAnswer {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** OpenSSH's own builds, and those for Windows, begin a line so. */
const OPENSSH = /^OpenSSH_(?:for_Windows_)?(\d{1,4})\.(\d{1,4})/m;
/** The first version that knows all options of a call: `IdentityAgent` is the newest (OpenSSH's release notes). */
const LEAST = [7, 3] as const;
const NO_USER = /^No user exists for uid (\d{1,10})|^You don't exist, go away/m;
const LONGEST_SHOWN = 200;

/** Tells why a program cannot be used as `ssh`; `undefined` where it can. */
export function faultOf(path: string, { code, output, errors }: VersionAnswer): Fault | undefined {
  const said = `${errors}\n${output}`;
  const [version, major, minor] = OPENSSH.exec(said) ?? [];
  if (version !== undefined) {
    const isOld = Number(major) < LEAST[0] || (Number(major) === LEAST[0] && Number(minor) < LEAST[1]);
    if (isOld) return tooOld(path, version);
    return output.trim() === '' || OPENSSH.test(output) ? undefined : talkative(path, output);
  }
  const nobody = NO_USER.exec(said);
  if (nobody !== null) return noUser(nobody[1]);
  const words = inOneLine(said);
  const answer = words === '' ? `prints nothing (exit code ${code ?? 'none'})` : `prints "${words}"`;
  return {
    detail: `the program \`${shown(path)}\` is not OpenSSH: with \`-V\` it ${answer}. Other programs may not check the host's key against the known keys, so no connection was made.`,
    remedy: `Install the OpenSSH client, and put it on the PATH before that program (${OPENSSH_PACKAGES}).`,
  };
}

function tooOld(path: string, version: string): Fault {
  return {
    detail: `the program \`${shown(path)}\` is ${version}, which lacks options that are needed; the first version with all of them is ${LEAST.join('.')}. So no connection was made.`,
    remedy: 'Install a newer OpenSSH client, or use HTTPS.',
  };
}

function talkative(path: string, output: string): Fault {
  return {
    detail: `the program \`${shown(path)}\` prints text of its own where Git's answer is to stand: "${inOneLine(output)}".`,
    remedy: 'Let it print that to standard error, or put the OpenSSH client itself on the PATH before it.',
  };
}

function noUser(uid = 'of this process'): Fault {
  return {
    detail: `\`ssh\` does not run for a user without an entry in /etc/passwd, and the user ${uid} has none.`,
    remedy:
      'Run the job as a user with an entry, add one (`echo "runner:x:$(id -u):$(id -g)::/tmp:/sbin/nologin" >> /etc/passwd` at the start of a container that may write there, as on OpenShift), or use HTTPS.',
  };
}

function tooSlow(path: string, ms: number): Fault {
  return {
    detail: `the program \`${shown(path)}\` did not tell its version within ${ms / 1000} seconds, so no connection was made.`,
    remedy: 'Check that `ssh -V` prints a version on this machine; if the machine is busy, run the mirror again.',
  };
}

function shown(path: string): string {
  return printable(path, LONGEST_SHOWN);
}

function inOneLine(text: string): string {
  return shown(text.trim().replace(/\s+/g, ' '));
}
