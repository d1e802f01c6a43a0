import { basicAuthorization, type Credentials } from '../protocol/credentials.js';
import type { ForgeQuestion } from './forge-question.js';
import { allPages, namesOf } from './pages.js';

/** Asks for the protected branches of a repository on Gitea or Forgejo (their API: "repoListBranches"). */
export async function giteaProtectedBranches({ api, path, credentials, refusal }: ForgeQuestion): Promise<string[]> {
  const repository = path.split('/').map(encodeURIComponent).join('/');
  const pages = await allPages(api, `${api.url}/repos/${repository}/branches?limit=50`, signIn(credentials));
  if (pages.kind === 'refused') throw refusal(pages.answer, 'the scope `read:repository`');
  return namesOf(pages.items, (branch) => branch.protected === true);
}

// The token may be the password or, beside any password, the user name, as for Git itself.
function signIn(credentials: Credentials | undefined): Record<string, string> {
  return credentials === undefined ? {} : { Authorization: basicAuthorization(credentials) };
}
