import { RemoteError } from '../errors.js';
import type { UnexpectedAnswer } from './status-error.js';

/** Statuses that mean it whatever the words are: 411 (RFC 9110), and 501 for a coding that a server does not know (RFC 9112). */
const PLAIN_ENOUGH = new Set([411, 501]);
const WORDS =
  /chunk|transfer[- ]?(?:en)?coding|content[- ]?length|length (?:is )?required|(?:missing|without|no|unknown) (?:a )?length/i;

/**
 * Tells whether a server, or what stands before it, wants to know the length of a body that was sent in chunks.
 *
 * @param reason the words behind the status
 */
export function refusesChunks({ status, beginning }: UnexpectedAnswer, reason = ''): boolean {
  return PLAIN_ENOUGH.has(status) || (status === 400 && WORDS.test(`${reason} ${beginning}`));
}

/** The error for a body of which too much has been sent to begin again: the next round sends it with its length. */
export function noChunks(location: string, status: number): RemoteError {
  return new RemoteError({
    kind: 'interrupted',
    location,
    detail: `the server takes no request without its length (HTTP ${status}), and had read too much of it before it said so.`,
    remedy: 'Run the mirror again, with pushes of less than 1 MiB, or over SSH.',
    changedNothing: true,
  });
}
