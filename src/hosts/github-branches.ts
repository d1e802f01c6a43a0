import type { Credentials } from '../protocol/credentials.js';
import type { ForgeQuestion } from './forge-question.js';
import { allPages, namesOf } from './pages.js';

/**
 * Asks for the protected branches of a repository on GitHub (REST API, "List branches"): by branch protection rules and
 * by rulesets alike.
 */
export async function githubProtectedBranches({ api, path, credentials, refusal }: ForgeQuestion): Promise<string[]> {
  const repository = path.split('/').map(encodeURIComponent).join('/');
  const first = `${api.url}/repos/${repository}/branches?protected=true&per_page=100`;
  const headers = { Accept: 'application/vnd.github+json', ...signIn(credentials) };
  const pages = await allPages(api, first, headers);
  if (pages.kind === 'refused') throw refusal(pages.answer, '"Contents: read"');
  return namesOf(pages.items, () => true);
}

function signIn(credentials: Credentials | undefined): Record<string, string> {
  return credentials === undefined ? {} : { Authorization: `token ${credentials.password}` };
}
