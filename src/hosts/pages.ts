import type { RemoteError } from '../protocol/errors.js';
import type { Api, ApiAnswer } from './api.js';

export const MOST_PAGES = 5000;

/** A list that an API gave in pages, or the answer that was no page. */
export type Pages =
  | { readonly kind: 'list'; readonly items: readonly unknown[] }
  | { readonly kind: 'refused'; readonly answer: ApiAnswer };

/**
 * Reads every page of a list; each answer names the next one in its `Link` header (RFC 8288).
 *
 * @throws {RemoteError} where the API cannot be reached
 */
export async function allPages(api: Api, first: string, headers: Readonly<Record<string, string>>): Promise<Pages> {
  const items: unknown[] = [];
  let next: string | undefined = first;
  for (let page = 1; next !== undefined; page += 1) {
    if (page > MOST_PAGES) throw endless(api);
    const answer: ApiAnswer = await api.get(next, headers);
    // Gitea has `null` for an empty list.
    const list = answer.status === 200 ? (api.parse(answer) ?? []) : undefined;
    if (!Array.isArray(list)) return { kind: 'refused', answer };
    items.push(...(list as unknown[]));
    next = nextPage(answer.headers.link, next);
  }
  return { kind: 'list', items };
}

/** The names of those items of a list that are fit: each an object with a `name`. */
export function namesOf(
  items: readonly unknown[],
  isFit: (item: Readonly<Record<string, unknown>>) => boolean,
): string[] {
  return items.flatMap((item) => {
    if (typeof item !== 'object' || item === null) return [];
    const fields = item as Readonly<Record<string, unknown>>;
    return typeof fields.name === 'string' && isFit(fields) ? [fields.name] : [];
  });
}

function nextPage(link: string | string[] | undefined, from: string): string | undefined {
  const target = /<([^>]*)>\s*;\s*rel="?next"?/.exec(String(link ?? ''))?.[1];
  if (target === undefined || !URL.canParse(target, from)) return undefined;
  // A forge behind a proxy may think that it has another name: only the page is taken from what it says.
  const next = new URL(from);
  next.search = new URL(target, from).search;
  return next.href;
}

export function endless(api: Api): RemoteError {
  return api.error("the API's list of branches has no end.");
}
