import { KIBIBYTE, type Limits } from './limit.js';

/** Limits of programs that are started, and the temporary files. */
export const PROGRAM_LIMITS = {
  output: {
    of: 'output of a program that answers one question, such as `git config`',
    value: 256 * KIBIBYTE,
    unit: 'bytes',
    why: 'Answers are some lines.',
    does: 'The rest is left out.',
  },
  errors: {
    of: 'standard error of a program',
    value: 64 * KIBIBYTE,
    unit: 'bytes',
    why: 'It ends with the reason of a failure, of which messages show 1,000 characters.',
    does: 'The beginning is left out, and `…` stands for it.',
  },
  version: {
    of: 'time for `ssh` to tell its version',
    value: 10_000,
    unit: 'milliseconds',
    why: 'It takes some milliseconds; a machine may be busy.',
    does: 'No connection is made.',
  },
  greeting: {
    of: 'time for what a server prints in place of Git',
    value: 2000,
    unit: 'milliseconds',
    why: 'Text of start-up files comes at once.',
    does: 'The program is ended; what came is shown.',
  },
  lastWords: {
    of: 'time for a program to end once its output has',
    value: 2000,
    unit: 'milliseconds',
    why: 'What it says on standard error is the reason of a failure; nothing else can come of it.',
    does: 'The program is ended, which counts as a connection that broke.',
  },
  closing: {
    of: 'time for programs to end by themselves at the end of a run',
    value: 2000,
    unit: 'milliseconds',
    why: 'Both services of Git end as soon as nothing more is asked.',
    does: 'They are ended. A run that a signal stops does not wait for them at all.',
  },
  pipes: {
    of: 'time to read on once a program has ended, while another one holds its output or standard error open',
    value: 400,
    unit: 'milliseconds',
    why: 'What the program has written is there already.',
    does: 'The pipe is closed.',
  },
  pipesOfStopped: {
    of: 'the same time for a program that was ended',
    value: 100,
    unit: 'milliseconds',
    why: 'Its words are no longer asked for.',
    does: 'The pipe is closed.',
  },
  grace: {
    of: 'time for a program, and those it has started, to end once they are asked to (SIGTERM)',
    value: 400,
    unit: 'milliseconds',
    why: 'Git removes its lock files in that time, and who stops a run waits no longer than a second.',
    does: 'They are ended by force (SIGKILL), and not waited for if that takes as long again.',
  },
} as const satisfies Limits;
