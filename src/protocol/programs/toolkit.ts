import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { platform } from 'node:os';
import { PROGRAM_LIMITS } from '../limits/programs.js';
import { ProcessGroup } from './process-group.js';
import { CouldNotRun, located, type Command, type Located, type ProgramEnd, type RunLimits } from './process.js';
import { treeEnding } from './process-tree.js';

/**
 * Runs a program of this machine to its end by the actions' toolkit.
 *
 * @returns `undefined` where it took too long and was ended
 * @throws {CouldNotRun}, or what the signal is aborted with
 */
export async function runByToolkit(command: Command, { ms, signal }: RunLimits): Promise<ProgramEnd | undefined> {
  signal.throwIfAborted();
  // Few runs need it.
  const { getExecOutput } = await import('@actions/exec');
  const found = located(command);
  const { program, path, arguments: args, environment } = found;
  const started: ChildProcess[] = [];
  // The toolkit has no way to end a program; Node.js tells of each one that is started.
  const notice = (message: unknown): void => void started.push((message as { readonly process: ChildProcess }).process);
  const late = new AbortController();
  const stop = (): void => started.filter((one) => isOf(one, found)).forEach((one) => endAlone(one, found));
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
    const { exitCode, stderr } = await getExecOutput(asWord(path), [...args], options);
    signal.throwIfAborted();
    return late.signal.aborted ? undefined : { code: exitCode, errors: stderr };
  } catch (error) {
    signal.throwIfAborted();
    // The toolkit throws only where it cannot run a program, with the reason of Node.js as its last word.
    const { message } = error as Error;
    const cause = Object.assign(new Error(message), { code: / (E[A-Z]{2,15})$/.exec(message)?.[1] });
    throw new CouldNotRun(program, path, cause);
  } finally {
    unsubscribe('child_process', notice);
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** Writes a path as one word of the line that the toolkit takes apart again: only a double quote ends what one begins. */
function asWord(path: string): string {
  return path.replace(/[ "]/g, (character) => (character === ' ' ? '" "' : '"\\""'));
}

function isOf({ spawnargs }: ChildProcess, command: Command): boolean {
  return spawnargs.slice(1).join('\0') === command.arguments.join('\0');
}

function endAlone(child: ChildProcess, { environment }: Located): void {
  const group = new ProcessGroup(child, { isGroup: false, tree: treeEnding(child.pid, environment, platform()) });
  void group.end().finally(() => group.leave());
}
