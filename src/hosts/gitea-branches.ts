import { basicAuthorization, type Credentials } from '../protocol/credentials.js';
import type { ApiAnswer } from './api.js';
import type { ForgeQuestion } from './forge-question.js';
import { isProtected, namesOnPages } from './pages.js';

/** Asks for the protected branches of a repository on Gitea or Forgejo (their API: "repoListBranches"). */
export async function giteaProtectedBranches(question: ForgeQuestion): Promise<string[]> {
  const { api, credentials, refusal } = question;
  const first = `${repositoryOf(question)}/branches?limit=50`;
  const pages = await namesOnPages(api, { first, headers: signIn(credentials), isFit: isProtected });
  if (pages.kind === 'refused') throw refusal(pages.answer, 'the scope `read:repository`');
  return [...pages.names];
}

/** Makes a branch the default branch of a repository on Gitea or Forgejo (their API: "repoEdit"). */
export async function setGiteaDefaultBranch(question: ForgeQuestion, branch: string): Promise<ApiAnswer> {
  const { api, credentials, refusal } = question;
  const request = { headers: signIn(credentials), body: { default_branch: branch } };
  const answer = await api.change('PATCH', repositoryOf(question), request);
  if (answer.status === 200) return answer;
  throw refusal(answer, 'the scope `write:repository`, and an owner who administers the repository');
}

function repositoryOf({ api, path }: ForgeQuestion): string {
  return `${api.url}/repos/${path.split('/').map(encodeURIComponent).join('/')}`;
}

// The token may be the password or, beside any password, the user name, as for Git itself.
function signIn(credentials: Credentials | undefined): Record<string, string> {
  return credentials === undefined ? {} : { Authorization: basicAuthorization(credentials) };
}
