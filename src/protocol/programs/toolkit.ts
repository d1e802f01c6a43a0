import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { PROGRAM_LIMITS } from '../limits/programs.js';
import { ProcessGroup } from './process-group.js';
import { CouldNotRun, type Command, type ProgramEnd, type RunLimits } from './process.js';

/**
 * Runs a program of this machine to its end by the actions' toolkit, which finds it as the system at hand does.
 *
 * @returns `undefined` where it took too long and was ended
 * @throws {CouldNotRun}, or what the signal is aborted with
 */
export async function runByToolkit(command: Command, { ms, signal }: RunLimits): Promise<ProgramEnd | undefined> {
  signal.throwIfAborted();
  // Few runs need it.
  const { getExecOutput } = await import('@actions/exec');
  const { program, arguments: args, environment } = command;
  const started: ChildProcess[] = [];
  // The toolkit has no way to end a program; Node.js tells of each one that is started.
  const notice = (message: unknown): void => void started.push((message as { readonly process: ChildProcess }).process);
  const late = new AbortController();
  const stop = (): void => started.filter((one) => isOf(one, command)).forEach(endAlone);
  const timer = setTimeout(() => {
    late.abort();
    stop();
  }, ms);
  signal.addEventListener('abort', stop);
  subscribe('child_process', notice);
  try {
    const options = {
      silent: true,
      ignoreReturnCode: true,
      env: { ...environment },
      delay: PROGRAM_LIMITS.pipes.value,
    };
    const { exitCode, stderr } = await getExecOutput(program, [...args], options);
    signal.throwIfAborted();
    return late.signal.aborted ? undefined : { code: exitCode, errors: stderr };
  } catch (error) {
    signal.throwIfAborted();
    // The toolkit throws only where it cannot run a program, and has words of its own for one that it does not find.
    const { message } = error as Error;
    // It hands on the reason of Node.js as the last word of its own.
    const cause = Object.assign(new Error(message), { code: / (E[A-Z]{2,15})$/.exec(message)?.[1] });
    throw new CouldNotRun(program, cause, message.startsWith('Unable to locate'));
  } finally {
    unsubscribe('child_process', notice);
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

function isOf({ spawnargs }: ChildProcess, command: Command): boolean {
  return spawnargs.slice(1).join('\0') === command.arguments.join('\0');
}

function endAlone(child: ChildProcess): void {
  const group = new ProcessGroup(child, false);
  void group.end().finally(() => group.leave());
}
