import { HOST_LIMITS } from '../protocol/limits/hosts.js';
import { excess } from '../protocol/limits/limit.js';
import type { Api, ApiAnswer } from './api.js';
import { urlOf } from '../protocol/url.js';

/** Names that an API listed in pages, or the answer that was no page. */
export type Pages =
  | { readonly kind: 'list'; readonly names: readonly string[] }
  | { readonly kind: 'refused'; readonly answer: ApiAnswer };

/** An item of a list. */
export type Item = Readonly<Record<string, unknown>>;

/** A question for the names in a list. */
export interface ListRequest {
  readonly first: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Tells the items whose names are wanted. */
  readonly isFit: (item: Item) => boolean;
}

/**
 * Reads every page of a list; each answer names the next one in its `Link` header (RFC 8288). Only names are kept.
 *
 * @throws {RemoteError} where the API cannot be reached, or the list has no end
 */
export async function namesOnPages(api: Api, { first, headers, isFit }: ListRequest): Promise<Pages> {
  const names: string[] = [];
  const seen = new Set<string>();
  const end = api.now() + HOST_LIMITS.listTime.value;
  for (let next: string | undefined = first; next !== undefined;) {
    if (seen.has(next)) throw api.error("the API's list of branches has no end.");
    if (seen.size === HOST_LIMITS.pages.value) throw api.error(`${excess(HOST_LIMITS.pages)}.`);
    if (api.now() > end) throw api.error(`${excess(HOST_LIMITS.listTime)}.`);
    seen.add(next);
    const answer: ApiAnswer = await api.get(next, headers);
    // Gitea has `null` for an empty list.
    const list = answer.status === 200 ? (api.parse(answer) ?? []) : undefined;
    if (!Array.isArray(list)) return { kind: 'refused', answer };
    names.push(...namesOf(list, isFit));
    next = nextPage(answer);
  }
  return { kind: 'list', names };
}

/** Names of the fit items of a list, in which each item is an object with a `name`. */
export function namesOf(items: readonly unknown[], isFit: ListRequest['isFit']): string[] {
  return items.flatMap((item) => {
    if (typeof item !== 'object' || item === null) return [];
    const fields = item as Item;
    return typeof fields.name === 'string' && isFit(fields) ? [fields.name] : [];
  });
}

function nextPage({ url, headers }: ApiAnswer): string | undefined {
  const target = /<([^<>]*)>[ \t]{0,9};[ \t]{0,9}rel="?next"?/.exec(String(headers.link ?? ''))?.[1];
  const named = target === undefined ? undefined : urlOf(target, url);
  if (named === undefined) return undefined;
  // A forge behind a proxy may think that it has another name: only the page is taken from what it says.
  const next = new URL(url);
  next.search = named.search;
  return next.href;
}

/** Tells the branches that are protected, where each one says so. */
export function isProtected({ protected: isSo }: Item): boolean {
  return isSo === true;
}
