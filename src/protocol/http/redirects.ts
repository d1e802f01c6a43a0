import type { IncomingHttpHeaders } from 'node:http';
import { HTTP_LIMITS } from '../limits/http.js';
import { withoutUserinfo } from '../userinfo.js';
import { urlOf } from '../url.js';

/** The head of an answer, as far as redirects go. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** Redirects that are followed. */
export interface RedirectPolicy {
  /** True where another server may be asked, which then gets nothing that signs in; never over http what began over https. */
  readonly mayLeaveServer: boolean;
  /** Tells the addresses that may be asked. */
  readonly isFit?: (to: URL) => boolean;
}

/** Requests along a way of redirects. */
export interface RedirectedRequest<A> {
  /** Asks at one address; once another server was asked, nothing that signs in may go along. */
  readonly ask: (url: URL, hasLeftServer: boolean) => Promise<A>;
  /** Ends an answer that only leads elsewhere. */
  readonly discard: (answer: A) => Promise<unknown> | undefined;
}

/** The reason for which a redirect is not followed. */
export type RefusedRedirect =
  { readonly kind: 'too-many' | 'no-url' } | { readonly kind: 'other-server' | 'insecure' | 'unfit'; readonly to: URL };

/** The last answer, its address, and the reason if that answer leads elsewhere still. */
export interface Followed<A> {
  readonly answer: A;
  readonly url: URL;
  readonly refused: RefusedRedirect | undefined;
}

/** True for a status that says that what was asked for is elsewhere (RFC 9110, 15.4). */
export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** Asks at an address, and follows the redirects that the policy allows. */
export async function followRedirects<A extends AnswerHead>(
  first: URL,
  policy: RedirectPolicy,
  { ask, discard }: RedirectedRequest<A>,
): Promise<Followed<A>> {
  let url = first;
  let hasLeftServer = false;
  for (let redirects = 0; ; redirects += 1) {
    const answer = await ask(url, hasLeftServer);
    const { location } = answer.headers;
    if (!isRedirect(answer.status) || location === undefined) return { answer, url, refused: undefined };
    const next =
      redirects === HTTP_LIMITS.redirects.value ? ({ kind: 'too-many' } as const) : target(location, url, policy);
    if ('kind' in next) return { answer, url, refused: next };
    await discard(answer);
    hasLeftServer ||= leavesServer(url, next);
    url = next;
  }
}

/** True for another server; the same one over https, at the usual ports, is none: it gets what it got in the clear. */
export function leavesServer(from: URL, to: URL): boolean {
  const isUpgrade = from.protocol === 'http:' && to.protocol === 'https:' && from.host === to.host && to.port === '';
  return from.origin !== to.origin && !isUpgrade;
}

function target(location: string, from: URL, { mayLeaveServer, isFit }: RedirectPolicy): URL | RefusedRedirect {
  const named = urlOf(location, from);
  if (named === undefined) return { kind: 'no-url' };
  // The credentials for the same server are known, and another one gets none.
  const to = withoutUserinfo(named);
  const isSameServer = to.origin === from.origin;
  if (!isSameServer && !mayLeaveServer) return { kind: 'other-server', to };
  if (!isSameServer && to.protocol !== 'https:' && to.protocol !== from.protocol) return { kind: 'insecure', to };
  return isFit === undefined || isFit(to) ? to : { kind: 'unfit', to };
}
