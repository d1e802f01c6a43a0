import { RemoteError } from '../protocol/errors.js';
import type { Shortage } from '../protocol/wire/transport.js';

/**
 * Makes the error for a folder that lacks objects.
 *
 * @param trouble what came of it, where its words tell more
 */
export function incomplete(location: string, { detail, remedy }: Shortage, trouble?: RemoteError): RemoteError {
  const seen = trouble === undefined ? '' : ` (${trouble.detail.replace(/(?:\\x00)?\.$/, '')})`;
  return new RemoteError({
    kind: 'incomplete',
    location,
    detail: `${detail.replace(/\.$/, '')}${seen}.`,
    remedy: trouble?.kind === 'silent' ? `${remedy} ${trouble.remedy ?? ''}`.trimEnd() : remedy,
    cause: trouble,
  });
}
