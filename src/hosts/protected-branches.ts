import { RemoteError } from '../protocol/errors.js';
import type { Credentials } from '../protocol/credentials.js';
import { serverTextInJson } from '../protocol/http/server-words.js';
import type { Location } from '../protocol/location.js';
import { Api, type ApiAnswer, type ApiSettings } from './api.js';
import {
  forgeAt,
  forgeByName,
  forgeTitles,
  isOnForge,
  projectPath,
  serverOf,
  type Forge,
  type ForgeKind,
} from './forge.js';
import type { ForgeQuestion } from './forge-question.js';
import { giteaProtectedBranches } from './gitea-branches.js';
import { githubProtectedBranches } from './github-branches.js';
import { gitlabProtectedBranches } from './gitlab-branches.js';
import type { Host } from './host.js';

/** A question for the protected branches of a repository. */
export interface ProtectedBranchesRequest {
  readonly location: Exclude<Location, { kind: 'local' }>;
  readonly host: Host;
  readonly credentials: Credentials | undefined;
  /** The forge that the job runs on, which may be that of the repository. */
  readonly jobForge: Forge | undefined;
  /** The option that signs in, for messages. */
  readonly tokenName: string;
  /** The option that names branches instead, for messages. */
  readonly branchesName: string;
}

const ASK: Readonly<Record<ForgeKind, (question: ForgeQuestion) => Promise<string[]>>> = {
  github: githubProtectedBranches,
  gitlab: gitlabProtectedBranches,
  gitea: giteaProtectedBranches,
};

/**
 * Asks the forge of a repository which branches it protects.
 *
 * @returns the branches' names; in a name from GitLab `*` stands for any run of characters
 * @throws {RemoteError} that names the permission that lacks, or a way to do without
 */
export async function protectedBranches(request: ProtectedBranchesRequest, settings: ApiSettings): Promise<string[]> {
  const { location, credentials } = request;
  const forge = await findForge(request, settings);
  const api = new Api(forge.apiUrl, settings, otherwise(request));
  try {
    const path = projectPath(location, forge.serverUrl);
    return await ASK[forge.kind]({
      api,
      path,
      credentials,
      refusal: (answer, permission) => refusal(answer, permission, api, request),
    });
  } finally {
    api.close();
  }
}

async function findForge(request: ProtectedBranchesRequest, settings: ApiSettings): Promise<Forge> {
  const { location, host, jobForge } = request;
  const server = serverOf(location);
  if (jobForge !== undefined && isOnForge(location, jobForge)) return jobForge;
  return forgeByName(server, host) ?? (await askForForge(server, request, settings)) ?? unknownForge(request);
}

// Where Gitea or Forgejo shows nothing to those who have not signed in (REQUIRE_SIGNIN_VIEW).
const GITEA_PRIVATE = 'Only signed in user is allowed to call APIs';

/** Asks a server which forge it is, without credentials: nothing else tells that of a name such as git.example.com. */
async function askForForge(
  server: string,
  request: ProtectedBranchesRequest,
  settings: ApiSettings,
): Promise<Forge | undefined> {
  const api = new Api(server, settings, otherwise(request));
  const isThere = async (path: string, isRight: (answer: ApiAnswer) => boolean): Promise<boolean> =>
    api.get(server + path, {}).then(isRight, (error: unknown) => {
      settings.signal.throwIfAborted();
      if (error instanceof RemoteError) return false;
      throw error;
    });
  try {
    const [gitea, gitlab, github] = await Promise.all([
      isThere(
        '/api/v1/version',
        ({ status, body }) => (status === 200 && /^\s*\{\s*"version"\s*:/.test(body)) || body.includes(GITEA_PRIVATE),
      ),
      isThere(
        '/api/v4/version',
        ({ headers, body }) => 'x-gitlab-meta' in headers || /"message"\s*:\s*"401 Unauthorized"/.test(body),
      ),
      isThere(
        '/api/v3/meta',
        ({ headers, body }) => 'x-github-enterprise-version' in headers || body.includes('"installed_version"'),
      ),
    ]);
    const kind = gitea ? 'gitea' : gitlab ? 'gitlab' : github ? 'github' : undefined;
    return kind === undefined ? undefined : forgeAt(server, kind);
  } finally {
    api.close();
  }
}

function otherwise({ branchesName }: ProtectedBranchesRequest): string {
  return `name the branches with ${branchesName} instead`;
}

function unknownForge({ location, branchesName }: ProtectedBranchesRequest): never {
  throw new RemoteError({
    kind: 'api',
    location: serverOf(location),
    detail: `it cannot be found out which branches are protected: the server is not one of ${forgeTitles()}.`,
    remedy: `Name the branches with ${branchesName} instead.`,
  });
}

function refusal(
  { status, body }: Pick<ApiAnswer, 'status' | 'body'>,
  permission: string,
  api: Api,
  { credentials, tokenName, branchesName }: ProtectedBranchesRequest,
): RemoteError {
  const isDenied = [401, 403, 404].includes(status);
  const remedy = isDenied
    ? `${credentials === undefined ? 'Set' : 'Check'} ${tokenName}: it needs ${permission}. Or name the branches with ${branchesName} instead.`
    : `Run the mirror again later, or name the branches with ${branchesName} instead.`;
  return new RemoteError({
    kind: isDenied ? 'forbidden' : 'api',
    location: api.url,
    detail: `it cannot be found out which branches are protected (HTTP ${status}).${serverTextInJson(body)}`,
    remedy,
  });
}
