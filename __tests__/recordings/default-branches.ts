import type { ForgeKind } from '../../src/hosts/forge.js';
import type { ApiReply } from '../servers/forge-api.js';
import { GITEA_HEADERS } from './gitea-branches.js';
import { GITHUB_HEADERS } from './github-branches.js';
import { GITLAB_HEADERS } from './gitlab-branches.js';

const HEADERS: Readonly<Record<ForgeKind, Readonly<Record<string, string>>>> = {
  github: GITHUB_HEADERS,
  gitlab: GITLAB_HEADERS,
  gitea: GITEA_HEADERS,
};

/** What forges answer once a repository has another default branch: the repository, in part. */
export function repositoryWith(kind: ForgeKind, branch: string): ApiReply {
  const body =
    kind === 'gitlab'
      ? { id: 3, path_with_namespace: 'group/sub/project', default_branch: branch, archived: false }
      : { id: 1296269, full_name: 'me/project', private: true, default_branch: branch, archived: false };
  return { headers: HEADERS[kind], body };
}

/** What they answer to a token that may not do it, or for a branch that they do not have. */
export const NOT_SET: Readonly<Record<ForgeKind, readonly ApiReply[]>> = {
  github: [
    {
      status: 403,
      headers: GITHUB_HEADERS,
      body: {
        message: 'Resource not accessible by personal access token',
        documentation_url: 'https://docs.github.com/rest/repos/repos#update-a-repository',
        status: '403',
      },
    },
    {
      status: 422,
      headers: GITHUB_HEADERS,
      body: {
        message: 'Validation Failed',
        errors: [
          {
            resource: 'Repository',
            field: 'default_branch',
            code: 'invalid',
            message: 'The branch main was not found. Please push that ref first or create it via the Git Data API.',
          },
        ],
        documentation_url: 'https://docs.github.com/rest/repos/repos#update-a-repository',
        status: '422',
      },
    },
  ],
  gitlab: [
    {
      status: 403,
      headers: GITLAB_HEADERS,
      body: {
        error: 'insufficient_scope',
        error_description: 'The request requires higher privileges than provided by the access token.',
        scope: 'api',
      },
    },
    { status: 400, headers: GITLAB_HEADERS, body: { message: { base: ['Could not set the default branch'] } } },
  ],
  gitea: [
    {
      status: 403,
      headers: GITEA_HEADERS,
      body: { message: 'user should be an owner or a collaborator with admin write of a repository', url: '' },
    },
    { status: 422, headers: GITEA_HEADERS, body: { message: 'git repository is being set up', url: '' } },
  ],
};
