import { RemoteError } from './errors.js';

/** Waits for a promise, but no longer than the limit; then `giveUp` is called and the wait fails. */
export async function within<T>(
  promise: Promise<T>,
  limit: { readonly ms: number; readonly location: string; readonly giveUp: () => void },
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(silent(limit.location, limit.ms));
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

function silent(location: string, ms: number): RemoteError {
  return new RemoteError({
    kind: 'silent',
    location,
    detail: `the server said nothing for ${ms / 1000} seconds.`,
    remedy: 'Try again later, or raise `timeout` if the server needs longer.',
  });
}
