import { isError } from '../protocol/errors.js';
import { printable } from '../protocol/printable.js';
import type { RunError } from './codes.js';

/** Tells that a run was stopped, and why: a reason that goes on from "was" as it is, any other in brackets. */
export function stoppedError(reason: unknown): RunError {
  const why = printable(isError(reason) ? reason.message : typeof reason === 'string' ? reason : '', 300);
  const inBrackets = why === '' ? 'stopped' : `stopped (${why.replace(/\.$/, '')})`;
  const how = why.startsWith('stopped ') ? why : inBrackets;
  return {
    message: `The mirror was ${how}. Run it again: the next run continues where this run stopped.`,
    code: 'stopped',
  };
}
