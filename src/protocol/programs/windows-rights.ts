import { printable } from '../printable.js';
import { UnfitPlace } from '../temporary.js';
import { systemProgram } from './program-path.js';

/** A program of Windows with its arguments. */
export interface SystemCommand {
  readonly program: string;
  readonly arguments: readonly string[];
}

/** Runs a program to its end; the result is `undefined` where that takes too long. */
export type RunSystemCommand = (
  command: SystemCommand,
) => Promise<{ readonly code: number | null; readonly output: string; readonly errors: string } | undefined>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Makes the command that prints the security identifier (SID) of the user, which has no name in any language. */
export function userCommand(environment: Environment): SystemCommand {
  return { program: systemProgram('whoami.exe', environment), arguments: ['/user', '/fo', 'csv', '/nh'] };
}

/** Finds the SID in what that command prints. */
export function userIn(output: string): string | undefined {
  return /"(S-1(?:-\d{1,20}){1,15})"\s*$/.exec(output)?.[1];
}

/** Makes the command that leaves a folder, and what will be made in it, to one user alone. */
export function rightsCommand(folder: string, sid: string, environment: Environment): SystemCommand {
  return {
    program: systemProgram('icacls.exe', environment),
    arguments: [folder, '/inheritance:r', '/grant:r', `*${sid}:(OI)(CI)F`],
  };
}

/**
 * Leaves a folder of Windows, and what will be made in it, to the user of this process: ssh refuses a key that others can
 * read.
 *
 * @throws {UnfitPlace} where that cannot be done
 */
export async function leaveToUser(folder: string, environment: Environment, run: RunSystemCommand): Promise<void> {
  const asked = await run(userCommand(environment));
  const sid = asked?.code === 0 ? userIn(asked.output) : undefined;
  if (sid === undefined) throw unfit('whoami', asked);
  const end = await run(rightsCommand(folder, sid, environment));
  if (end?.code !== 0) throw unfit('icacls', end);
}

function unfit(program: string, end: Awaited<ReturnType<RunSystemCommand>>): UnfitPlace {
  const said = printable(`${end?.errors ?? ''} ${end?.output ?? ''}`.trim(), 300) || `exit code ${end?.code ?? 'none'}`;
  return new UnfitPlace(
    `does not keep its files from other users (${program}: ${said}), and ssh refuses a key that others can read`,
  );
}
