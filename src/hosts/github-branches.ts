import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { namesOf } from './pages.js';
import type { ForgeQuestion } from './protected-branches.js';

/**
 * The protected branches of a repository on GitHub (REST API, "List branches"): by branch protection rules and by
 * rulesets alike.
 */
export async function githubProtectedBranches({ api, path, credentials, refusal }: ForgeQuestion): Promise<string[]> {
  const client = new (Octokit.plugin(paginateRest))({
    baseUrl: api.url,
    auth: credentials === undefined ? undefined : `token ${credentials.password}`,
    request: { fetch: fetchFrom(api) },
    // Octokit's own log would go past this program's, which hides secrets.
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
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
    throw refusal({ status: error.status, body: JSON.stringify({ message: error.message }) }, '"Contents: read"');
  }
}

/** `fetch` as Octokit wants it, over the connections of this program: its proxies, its certificates, its time limits. */
function fetchFrom(api: ForgeQuestion['api']): typeof fetch {
  return async (input, init) => {
    const headers = Object.fromEntries(new Headers(init?.headers).entries());
    // The address of a next page may name the server in another way.
    const { pathname, search } = new URL(input instanceof Request ? input.url : String(input));
    const answer = await api.get(new URL(api.url).origin + pathname + search, headers);
    const told = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
    return new Response(answer.status === 204 ? null : answer.body, { status: answer.status, headers: told });
  };
}

function isRequestError(error: unknown): error is { readonly status: number; readonly message: string } {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'HttpError';
}

function ignore(): void {
  // Nothing is to be told.
}
