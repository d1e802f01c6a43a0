import { RemoteError } from '../protocol/errors.js';
import type { Location } from '../protocol/location.js';
import { Api, type ApiAnswer, type ApiSettings } from './api.js';
import { forgeAt, forgeByName, isOnForge, serverOf, type Forge } from './forge.js';
import type { Host } from './host.js';

/** A repository whose forge is looked for. */
export interface ForgeSearch {
  readonly location: Exclude<Location, { kind: 'local' }>;
  readonly host: Host;
  /** The forge that the job runs on, which may be that of the repository. */
  readonly jobForge: Forge | undefined;
}

/**
 * Finds the forge of a repository: by the job, by the name of its server, or by asking the server.
 *
 * @param otherwise see {@link Api}
 */
export async function findForge(
  search: ForgeSearch,
  settings: ApiSettings,
  otherwise: string,
): Promise<Forge | undefined> {
  const { location, host, jobForge } = search;
  const server = serverOf(location);
  if (jobForge !== undefined && isOnForge(location, jobForge)) return jobForge;
  return forgeByName(server, host) ?? askForForge(server, settings, otherwise);
}

// Where Gitea or Forgejo shows nothing to those who have not signed in (REQUIRE_SIGNIN_VIEW).
const GITEA_PRIVATE = 'Only signed in user is allowed to call APIs';

/** Asks a server which forge it is, without credentials: nothing else tells that of a name such as git.example.com. */
async function askForForge(server: string, settings: ApiSettings, otherwise: string): Promise<Forge | undefined> {
  const api = new Api(server, settings, otherwise);
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
