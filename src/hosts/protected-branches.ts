import { RemoteError } from '../protocol/errors.js';
import type { Credentials } from '../protocol/credentials.js';
import { HOST_LIMITS } from '../protocol/limits/hosts.js';
import { excess } from '../protocol/limits/limit.js';
import { Api, type ApiSettings } from './api.js';
import { findForge, type ForgeSearch } from './find-forge.js';
import { forgeTitles, projectPath, serverOf, type ForgeKind } from './forge.js';
import { refusalOf, type ForgeQuestion } from './forge-question.js';
import { giteaProtectedBranches } from './gitea-branches.js';
import { githubProtectedBranches } from './github-branches.js';
import { gitlabProtectedBranches } from './gitlab-branches.js';

/** A question for the protected branches of a repository. */
export interface ProtectedBranchesRequest extends ForgeSearch {
  readonly credentials: Credentials | undefined;
  /** The option that signs in, for messages. */
  readonly tokenName: string;
  /** A sentence on what makes the sign-in look wrong. */
  readonly doubt?: string | undefined;
  /** The option that names branches instead, for messages. */
  readonly branchesName: string;
}

const ASK: Readonly<Record<ForgeKind, (question: ForgeQuestion) => Promise<string[]>>> = {
  github: githubProtectedBranches,
  gitlab: gitlabProtectedBranches,
  gitea: giteaProtectedBranches,
};

function failure(status: number): string {
  return `it cannot be found out which branches are protected (HTTP ${status}).`;
}

/**
 * Asks the forge of a repository which branches it protects.
 *
 * @returns the branches' names; in a name from GitLab `*` stands for any run of characters
 * @throws {RemoteError} that names the permission that lacks, or a way to do without
 */
export async function protectedBranches(request: ProtectedBranchesRequest, settings: ApiSettings): Promise<string[]> {
  const { location, credentials, branchesName, tokenName, doubt } = request;
  const otherwise = `name the branches with ${branchesName} instead`;
  const forge = (await findForge(request, settings, otherwise)) ?? unknownForge(request);
  const api = new Api(forge.apiUrl, settings, otherwise);
  try {
    const path = projectPath(location, forge.serverUrl);
    const refusal = refusalOf(api, credentials, { failure, otherwise, tokenName, doubt });
    const names = await ASK[forge.kind]({ api, path, credentials, refusal });
    if (names.filter(isPattern).length > HOST_LIMITS.patterns.value)
      throw api.error(`${excess(HOST_LIMITS.patterns)}.`);
    return names;
  } finally {
    api.close();
  }
}

function isPattern(name: string): boolean {
  return name.includes('*');
}

function unknownForge({ location, branchesName }: ProtectedBranchesRequest): never {
  throw new RemoteError({
    kind: 'api',
    location: serverOf(location),
    detail: `it cannot be found out which branches are protected: the server is not one of ${forgeTitles()}.`,
    remedy: `Name the branches with ${branchesName} instead.`,
  });
}
