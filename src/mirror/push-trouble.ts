import { RemoteError } from '../protocol/errors.js';

/** Tells of trouble after the last word on a ref: the words stand. */
export function troubleAfterReport(location: string, trouble: Error): string {
  const detail = trouble instanceof RemoteError ? trouble.detail : trouble.message;
  return `${location}: the target reported the result for every ref, but did not end the push properly: ${detail}`;
}

/** Without a report only the target's refs tell what happened: they are read again. */
export function noReport(location: string): RemoteError {
  return new RemoteError({
    kind: 'interrupted',
    location,
    detail: 'the server does not report the result of a push.',
    remedy: 'The next run finds out what was pushed: run the mirror again.',
  });
}
