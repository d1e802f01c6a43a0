import { RemoteError } from './errors.js';
import { proxyRemedy, type UsedProxy } from './http/errors.js';

/** How long something is waited for. */
export interface Limit {
  readonly ms: number;
  readonly location: string;
  /** Is called when the time is over. */
  readonly giveUp: () => void;
  /** Given where a connection is waited for, with the proxy that is to make it, if any. */
  readonly connecting?: { readonly proxy: UsedProxy | undefined };
  /** What a user can do where a server was silent, if not give it more time. */
  readonly remedy?: string | undefined;
}

/** Waits for a promise, but no longer than the limit; then `giveUp` is called and the wait fails. */
export async function within<T>(promise: Promise<T>, limit: Limit): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(tooLate(limit));
      limit.giveUp();
    }, limit.ms);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => undefined);
  }
}

const MORE_TIME = 'Try again later, or raise `timeout` if the server needs longer.';
const CHECK_WAY = 'Check the URL, the port, and the firewall between the runner and the server.';

function tooLate({ ms, location, connecting, remedy = MORE_TIME }: Limit): RemoteError {
  const kind = 'silent';
  const seconds = ms / 1000;
  if (connecting === undefined) {
    return new RemoteError({ kind, location, detail: `the server said nothing for ${seconds} seconds.`, remedy });
  }
  const { proxy } = connecting;
  return proxy === undefined
    ? new RemoteError({
        kind,
        location,
        detail: `no connection could be made within ${seconds} seconds.`,
        remedy: CHECK_WAY,
      })
    : new RemoteError({
        kind,
        location,
        detail: `the proxy ${proxy.shown} made no connection within ${seconds} seconds.`,
        remedy: proxyRemedy(proxy),
      });
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const LONGEST_ASKED_PAUSE_MS = 120_000;

/**
 * How long to wait before asking again, in milliseconds: longer each time, and never as long as somebody else who began
 * to wait at the same moment; or what the server asks for, if that is longer.
 *
 * @param attempt the number of the attempt that failed, from 1
 * @param retryAfter the header of that name: seconds, or a date
 * @param longestAsked no more milliseconds are waited because a server asks for it
 */
export function pauseAfter(attempt: number, retryAfter?: string, longestAsked = LONGEST_ASKED_PAUSE_MS): number {
  const backoff = FIRST_PAUSE_MS * 4 ** (attempt - 1) * (1 + Math.random() / 2);
  return Math.max(Math.min(backoff, LONGEST_PAUSE_MS), Math.min(askedPause(retryAfter), longestAsked));
}

function askedPause(retryAfter = ''): number {
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const until = Date.parse(retryAfter);
  return Number.isNaN(until) ? 0 : until - Date.now();
}
