import type { Api, ApiAnswer } from './api.js';

const MOST_PAGES = 5000;

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
    if (page > MOST_PAGES) throw api.error("the API's list of branches has no end.");
    const answer: ApiAnswer = await api.get(next, headers);
    // Gitea has `null` for an empty list.
    const list = answer.status === 200 ? (api.parse(answer) ?? []) : undefined;
    if (!Array.isArray(list)) return { kind: 'refused', answer };
    items.push(...(list as unknown[]));
    next = nextPage(answer);
  }
  return { kind: 'list', items };
}

/** Names of the fit items of a list, in which each item is an object with a `name`. */
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

function nextPage({ url, headers }: ApiAnswer): string | undefined {
  const target = /<([^<>]*)>\s*;\s*rel="?next"?/.exec(String(headers.link ?? ''))?.[1];
  if (target === undefined || !URL.canParse(target, url.href)) return undefined;
  // A forge behind a proxy may think that it has another name: only the page is taken from what it says.
  const next = new URL(url);
  next.search = new URL(target, url).search;
  return next.href;
}
