import { both, batches, toRepository, type BatchAction, type BatchAnswer, type BatchObject } from './lfs-choices.js';
import { first, to, type End, type Intercept } from './faults.js';
import type { GitHttpServer } from './git-http-server.js';
import type { LfsFaults } from './lfs-faults.js';

/** What signs in to one end. */
export interface EndSignIn {
  /** To the repository, as `user:password`. */
  readonly repository: string;
  /** To the batch API, as `user:password`. */
  readonly batch: string;
  /** What the batch API brings for transfers and verifications: in their headers, and in their addresses. */
  readonly action: { readonly token: string; readonly signature: string };
}

/**
 * Has each end want a sign-in of its own: the repository, the batch API, and the transfers, for which the batch API
 * brings tokens in headers and signatures in addresses. Everything else is refused.
 *
 * @param server serves the LFS endpoints too, with `withLfs`
 */
export function withTokens(server: GitHttpServer, faults: LfsFaults, ends: Readonly<Record<End, EndSignIn>>): void {
  for (const end of ['source', 'target'] as const) {
    const { action } = ends[end];
    const chosen = both(batches(), toRepository(end));
    const alter = ({ actions, ...object }: BatchObject): BatchObject =>
      actions === undefined ? object : { ...object, actions: mapValues(actions, (one) => signed(one, action)) };
    const alterBatch = (answer: BatchAnswer): BatchAnswer => ({ ...answer, objects: answer.objects.map(alter) });
    faults.spoil({ chosen, alterBatch });
  }
  const { intercept } = server.behaviour;
  const doors = (['source', 'target'] as const).map((end) => door(end, ends[end]));
  server.behaviour.intercept = first(...doors, ...(intercept === undefined ? [] : [intercept]));
}

function signed({ href, header = {} }: BatchAction, { token, signature }: EndSignIn['action']): BatchAction {
  const url = new URL(href);
  const own = /^Bearer (.*)$/.exec(header.Authorization ?? '')?.[1];
  // The server takes what it brought there, too.
  if (own !== undefined) url.searchParams.set('jwt', own);
  url.searchParams.set('X-Amz-Signature', signature);
  return { href: url.href, header: { Authorization: `Bearer ${token}` } };
}

/** Refuses what is not signed in as it should be; what the batch API brought is nothing that the LFS server knows. */
function door(end: End, { repository, batch, action }: EndSignIn): Intercept {
  const basic = (credentials: string): string => `Basic ${Buffer.from(credentials).toString('base64')}`;
  return (request, response, seen) => {
    if (!to(end)(seen)) return false;
    const isLfs = seen.path.includes('/info/lfs/');
    const isAction = isLfs && !seen.path.endsWith('/objects/batch');
    const { searchParams } = new URL(seen.path, 'http://host');
    const expected = isAction ? `Bearer ${action.token}` : basic(isLfs ? batch : repository);
    const isSigned = !isAction || searchParams.get('X-Amz-Signature') === action.signature;
    if (isSigned && request.headers.authorization === expected) {
      if (isAction) delete request.headers.authorization;
      return false;
    }
    request.resume();
    response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end('sign in');
    return true;
  };
}

function mapValues<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
