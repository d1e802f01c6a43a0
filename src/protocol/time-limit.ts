import { RemoteError } from './errors.js';

/** Time within which something must happen. */
export interface TimeLimit {
  readonly ms: number;
  /** Makes the error for what has not happened within these seconds. */
  readonly error: (seconds: number) => RemoteError;
  /** Called with the error when the time is over. */
  readonly giveUp: (error: RemoteError) => void;
}

/** Waits for a promise, but no longer than the limit; then it calls `giveUp` and fails. */
export async function within<T>(promise: Promise<T>, limit: TimeLimit): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = limit.error(limit.ms / 1000);
      reject(error);
      limit.giveUp(error);
    }, limit.ms);
  });
  try {
    return await Promise.race([promise, end]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => undefined);
  }
}

/** Remedy for a server that takes too long. */
export const MORE_TIME = 'Try again later, or raise `timeout` if the server needs longer.';

/** Makes the error for a server that says nothing. */
export function silence(location: string, remedy = MORE_TIME): TimeLimit['error'] {
  return (seconds) =>
    new RemoteError({
      kind: 'silent',
      location,
      detail: `the server sent nothing for ${seconds} seconds.`,
      remedy,
    });
}
