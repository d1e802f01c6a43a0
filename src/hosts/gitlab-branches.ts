import { inHeader, type Credentials } from '../protocol/credentials.js';
import type { ApiAnswer } from './api.js';
import type { ForgeQuestion } from './forge-question.js';
import { isProtected, namesOnPages } from './pages.js';

const JOB_USER = 'gitlab-ci-token';
const DENIED = [401, 403, 404];

/**
 * Asks for the protected branches of a project on GitLab (its API: "Protected branches", "Branches"). The list of
 * protections, with its wildcards, is for tokens with `api` or `read_api` alone; with other tokens, such as a job's own,
 * each branch of the project tells whether it is protected.
 */
export async function gitlabProtectedBranches(question: ForgeQuestion): Promise<string[]> {
  const { api, credentials, refusal } = question;
  const project = projectOf(question);
  const headers = signIn(credentials);
  const first = `${project}/protected_branches?per_page=100`;
  const rules = await namesOnPages(api, { first, headers, isFit: () => true });
  if (rules.kind === 'list') return [...rules.names];
  const each = `${project}/repository/branches?per_page=100`;
  const branches = DENIED.includes(rules.answer.status)
    ? await namesOnPages(api, { first: each, headers, isFit: isProtected })
    : rules;
  if (branches.kind === 'refused') throw refusal(branches.answer, 'the scope `read_api` and the role Reporter');
  return [...branches.names];
}

/** Makes a branch the default branch of a project on GitLab (its API: "Projects", "Edit a project"). */
export async function setGitlabDefaultBranch(question: ForgeQuestion, branch: string): Promise<ApiAnswer> {
  const { api, credentials, refusal } = question;
  const request = { headers: signIn(credentials), body: { default_branch: branch } };
  const answer = await api.change('PUT', projectOf(question), request);
  if (answer.status === 200) return answer;
  throw refusal(answer, 'the scope `api` and the role Maintainer');
}

function projectOf({ api, path }: ForgeQuestion): string {
  return `${api.url}/projects/${encodeURIComponent(path)}`;
}

function signIn(credentials: Credentials | undefined): Record<string, string> {
  if (credentials === undefined) return {};
  const { username, password } = credentials;
  const secret = inHeader(password);
  return username === JOB_USER ? { 'JOB-TOKEN': secret } : { Authorization: `Bearer ${secret}` };
}
