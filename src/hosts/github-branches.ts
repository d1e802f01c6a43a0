import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { RemoteError } from '../protocol/errors.js';
import { endless, MOST_PAGES, namesOf } from './pages.js';
import type { ForgeQuestion } from './protected-branches.js';

const PERMISSION = '"Contents: read"';

// Octokit's own log would go past this program's, which hides secrets.
const ignore = (): void => undefined;
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/**
 * The protected branches of a repository on GitHub (REST API, "List branches"): by branch protection rules and by
 * rulesets alike.
 */
export async function githubProtectedBranches({ api, path, credentials, refusal }: ForgeQuestion): Promise<string[]> {
  const client = new (Octokit.plugin(paginateRest))({
    baseUrl: api.url,
    auth: credentials === undefined ? undefined : `token ${credentials.password}`,
    request: { fetch: fetchFrom(api, refusal), log: SILENT },
    log: SILENT,
  });
  const [owner = '', repo = ''] = path.split('/');
  try {
    const branches = await client.paginate('GET /repos/{owner}/{repo}/branches', {
      owner,
      repo,
      protected: true,
      per_page: 100,
    });
    return namesOf(branches, () => true);
  } catch (error) {
    if (!isRequestError(error)) throw error;
    // Octokit takes what its `fetch` throws for an answer with status 500.
    if (error.cause instanceof RemoteError) throw error.cause;
    throw refusal({ status: error.status, body: JSON.stringify({ message: error.message }) }, PERMISSION);
  }
}

/** `fetch` as Octokit wants it, over the connections of this program: its proxies, its certificates, its time limits. */
function fetchFrom(api: ForgeQuestion['api'], refusal: ForgeQuestion['refusal']): typeof fetch {
  let pages = 0;
  return async (input, init) => {
    if ((pages += 1) > MOST_PAGES) throw endless(api);
    // It tells its own name; the API is to know this program's.
    const { 'user-agent': _octokits, ...headers } = Object.fromEntries(new Headers(init?.headers).entries());
    // The address of a next page may name the server in another way.
    const { pathname, search } = new URL(input instanceof Request ? input.url : String(input));
    const answer = await api.get(new URL(api.url).origin + pathname + search, headers);
    // Octokit would take anything below 400 for a list.
    const isList = answer.status === 200 && Array.isArray(api.parse(answer));
    if (!isList && answer.status < 400) throw refusal(answer, PERMISSION);
    const told = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
    return new Response(answer.body, { status: answer.status, headers: told });
  };
}

function isRequestError(
  error: unknown,
): error is { readonly status: number; readonly message: string; readonly cause?: unknown } {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'HttpError';
}
