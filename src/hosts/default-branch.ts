import { RemoteError } from '../protocol/errors.js';
import type { Credentials } from '../protocol/credentials.js';
import { printable } from '../protocol/printable.js';
import { BRANCHES } from '../protocol/wire/ref-name.js';
import { silence, within } from '../protocol/time-limit.js';
import { Api, type ApiAnswer, type ApiSettings } from './api.js';
import { findForge, type ForgeSearch } from './find-forge.js';
import { forgeTitles, hostOfForge, projectPath, serverOf, type ForgeKind } from './forge.js';
import { refusalOf, type ForgeQuestion } from './forge-question.js';
import { setGiteaDefaultBranch } from './gitea-branches.js';
import { setGithubDefaultBranch } from './github-branches.js';
import { setGitlabDefaultBranch } from './gitlab-branches.js';
import { choiceByHand } from './hosts.js';

/** A wish for another default branch of a repository. */
export interface DefaultBranchRequest extends ForgeSearch {
  readonly credentials: Credentials;
  /** The option that signs in, for messages. */
  readonly tokenName: string;
  /** A sentence on what makes the sign-in look wrong. */
  readonly doubt?: string | undefined;
}

const SET: Readonly<Record<ForgeKind, (question: ForgeQuestion, branch: string) => Promise<ApiAnswer>>> = {
  github: setGithubDefaultBranch,
  gitlab: setGitlabDefaultBranch,
  gitea: setGiteaDefaultBranch,
};

/** The mirror is done, and nobody waits longer for this. */
const LONGEST_MS = 30_000;

/**
 * Asks the forge of a repository to make a branch its default branch, by one request.
 *
 * @param branch its full name
 * @throws {RemoteError} that names the permission that lacks, and the way to do it by hand
 */
export async function setDefaultBranch(
  request: DefaultBranchRequest,
  branch: string,
  settings: ApiSettings,
): Promise<void> {
  const ending = new AbortController();
  const own = { ...settings, signal: AbortSignal.any([settings.signal, ending.signal]) };
  const location = serverOf(request.location);
  await within(set(request, branch, own), {
    ms: LONGEST_MS,
    error: silence(location, `Try again later, or ${choiceByHand(request.host, branch)}.`),
    giveUp: () => ending.abort(),
  });
}

async function set(request: DefaultBranchRequest, branch: string, settings: ApiSettings): Promise<void> {
  const { location, host, credentials, tokenName, doubt } = request;
  const forge = await findForge(request, settings, choiceByHand(host, branch));
  if (forge === undefined) throw unknownForge(request, branch);
  const otherwise = choiceByHand(hostOfForge(forge), branch);
  const api = new Api(forge.apiUrl, settings, otherwise);
  try {
    const name = branch.slice(BRANCHES.length);
    const path = projectPath(location, forge.serverUrl);
    const refusal = refusalOf(api, credentials, { failure, otherwise, tokenName, doubt });
    const answer = await SET[forge.kind]({ api, path, credentials, refusal }, name);
    const { default_branch: now } = (api.parse(answer) ?? {}) as { readonly default_branch?: unknown };
    if (now !== name)
      throw api.error(`the default branch could not be set: the server keeps ${printable(String(now), 200)}.`);
  } finally {
    api.close();
  }
}

function failure(status: number): string {
  return `the default branch could not be set (HTTP ${status}).`;
}

function unknownForge({ location, host }: DefaultBranchRequest, branch: string): RemoteError {
  const otherwise = choiceByHand(host, branch);
  return new RemoteError({
    kind: 'api',
    location: serverOf(location),
    detail: `the default branch could not be set: the server is not one of ${forgeTitles()}.`,
    remedy: `${otherwise.charAt(0).toUpperCase()}${otherwise.slice(1)}.`,
  });
}
