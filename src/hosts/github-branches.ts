import { inHeader, type Credentials } from '../protocol/credentials.js';
import type { ApiAnswer } from './api.js';
import type { ForgeQuestion } from './forge-question.js';
import { namesOnPages } from './pages.js';

/**
 * Asks for the protected branches of a repository on GitHub (REST API, "List branches"): by branch protection rules and
 * by rulesets alike.
 */
export async function githubProtectedBranches(question: ForgeQuestion): Promise<string[]> {
  const { api, credentials, refusal } = question;
  const first = `${repositoryOf(question)}/branches?protected=true&per_page=100`;
  const pages = await namesOnPages(api, { first, headers: headersFor(credentials), isFit: () => true });
  if (pages.kind === 'refused') throw refusal(pages.answer, '"Contents: read"');
  return [...pages.names];
}

/** Makes a branch the default branch of a repository on GitHub (REST API, "Update a repository"). */
export async function setGithubDefaultBranch(question: ForgeQuestion, branch: string): Promise<ApiAnswer> {
  const { api, credentials, refusal } = question;
  const request = { headers: headersFor(credentials), body: { default_branch: branch } };
  const answer = await api.change('PATCH', repositoryOf(question), request);
  if (answer.status === 200) return answer;
  throw refusal(answer, '"Administration: write" (a classic token: the scope `repo`)');
}

function repositoryOf({ api, path }: ForgeQuestion): string {
  return `${api.url}/repos/${path.split('/').map(encodeURIComponent).join('/')}`;
}

function headersFor(credentials: Credentials | undefined): Record<string, string> {
  const signIn = credentials === undefined ? {} : { Authorization: `token ${inHeader(credentials.password)}` };
  return { Accept: 'application/vnd.github+json', ...signIn };
}
