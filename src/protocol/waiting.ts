import { RemoteError } from './errors.js';

/** Waits for a promise, but no longer than the limit; then `giveUp` is called and the wait fails. */
export async function within<T>(
  promise: Promise<T>,
  limit: {
    readonly ms: number;
    readonly location: string;
    readonly giveUp: () => void;
    /** The proxy that is to make the connection which is waited for. */
    readonly proxy?: string | undefined;
  },
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(silent(limit.location, limit.ms, limit.proxy));
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

function silent(location: string, ms: number, proxy: string | undefined): RemoteError {
  if (proxy !== undefined) {
    return new RemoteError({
      kind: 'silent',
      location,
      detail: `the proxy ${proxy} made no connection within ${ms / 1000} seconds.`,
      remedy: 'Check HTTPS_PROXY, or name the host in NO_PROXY if it can be reached without the proxy.',
    });
  }
  return new RemoteError({
    kind: 'silent',
    location,
    detail: `the server said nothing for ${ms / 1000} seconds.`,
    remedy: 'Try again later, or raise `timeout` if the server needs longer.',
  });
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/**
 * How long to wait before asking again, in milliseconds: longer each time, and never as long as somebody else who began
 * to wait at the same moment; or what the server asks for, if that is longer.
 *
 * @param attempt the number of the attempt that failed, from 1
 * @param retryAfter the header of that name, in seconds
 */
export function pauseAfter(attempt: number, retryAfter?: string): number {
  const backoff = FIRST_PAUSE_MS * 4 ** (attempt - 1) * (1 + Math.random() / 2);
  const asked = Number(retryAfter ?? 0) * 1000;
  return Math.min(Number.isFinite(asked) ? Math.max(backoff, asked) : backoff, LONGEST_PAUSE_MS);
}
