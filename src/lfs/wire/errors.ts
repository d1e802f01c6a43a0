import { RemoteError } from '../../protocol/errors.js';
import { isRedirect } from '../../protocol/http/redirects.js';
import { HTTP_LIMITS } from '../../protocol/limits/http.js';
import { excess } from '../../protocol/limits/limit.js';
import { printable } from '../../protocol/printable.js';
import { BY_CODE, MEANINGS, SHARED, SIGN_INS, unknown, type Meaning, type UnexpectedLfsAnswer } from './meanings.js';

/** Remedy where a server names an address at which everybody on the way can read the credentials. */
export const INSECURE_REMEDY =
  "Ask the server's administrator for https addresses (Gitea: `ROOT_URL`), or set `allow-insecure-http` if you trust the network.";

// Signatures may stand in the query.
const movedOn: Meaning = ({ status, redirectedTo, refusedRedirect }) => {
  if (redirectedTo === undefined)
    return {
      kind: 'redirect',
      detail: `the Git LFS server redirects to no valid address (HTTP ${status}).`,
      remedy: ASK,
    };
  const to = `the Git LFS server redirects to ${printable(show(redirectedTo), 300)} (HTTP ${status})`;
  switch (refusedRedirect?.kind) {
    case 'too-many':
      return { kind: 'redirect', detail: `${to}: the request ${excess(HTTP_LIMITS.redirects)}.`, remedy: ASK };
    case 'insecure':
      return { kind: 'redirect', detail: `${to}, which is not encrypted and so is not followed.`, remedy: ASK };
    default:
      return { kind: 'redirect', detail: `${to}.`, remedy: 'Use the URL to which the server redirects.' };
  }
};

const ASK = 'Ask the operator of the Git LFS server to correct its addresses.';

function show(url: URL): string {
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.origin + url.pathname : `${url.protocol}…`;
}

/** Makes the error for an answer that is not the one wanted. */
export function lfsStatusError(answer: UnexpectedLfsAnswer): RemoteError {
  const { location, retryAfter } = answer;
  const { detail, ...parts } = meaningOf(answer)(answer);
  return new RemoteError({ location, detail: detail + quoted(answer), retryAfter, ...parts });
}

function meaningOf({ status, answerer, signer, said }: UnexpectedLfsAnswer): Meaning {
  const byCode = answerer === 'storage' && Object.hasOwn(BY_CODE, said.code) ? BY_CODE[said.code] : undefined;
  if (byCode !== undefined) return byCode;
  if (status === 401 || status === 403) return SIGN_INS[signer];
  const known = MEANINGS[answerer][status] ?? SHARED[status];
  return known ?? (isRedirect(status) ? movedOn : unknown);
}

function quoted({ answerer, said: { code, message } }: UnexpectedLfsAnswer): string {
  const words = [code, message].filter((part) => part !== '').join(': ');
  if (words === '') return '';
  const speaker = answerer === 'storage' ? 'The storage' : 'The server';
  return ` ${speaker} says: ${printable(words, 300).replace(/\.$/, '')}.`;
}
