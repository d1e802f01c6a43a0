/** What a branch is, beside its name. */
export interface RecordedBranch {
  readonly name: string;
  /** Its commit's id. */
  readonly id: string;
}

/** A branch as GitHub's REST API (2022-11-28) lists it: "List branches". */
export function githubBranch({ name, id }: RecordedBranch, api: string, repository = 'me/project'): object {
  const branch = `${api}/repos/${repository}/branches/${encodeURIComponent(name)}`;
  return {
    name,
    commit: { sha: id, url: `${api}/repos/${repository}/commits/${id}` },
    protected: true,
    protection: {
      enabled: true,
      required_status_checks: { enforcement_level: 'non_admins', contexts: ['ci-test', 'linter'], checks: [] },
    },
    protection_url: `${branch}/protection`,
  };
}

/** What GitHub answers where there is no list, by status. */
export const GITHUB_ERRORS = {
  301: {
    message: 'Moved Permanently',
    url: 'https://api.github.com/repositories/1296269/branches',
    documentation_url: 'https://docs.github.com/v3/#http-redirects',
  },
  401: { message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest', status: '401' },
  403: {
    message: 'Resource not accessible by personal access token',
    documentation_url: 'https://docs.github.com/rest/branches/branches#list-branches',
    status: '403',
  },
  404: {
    message: 'Not Found',
    documentation_url: 'https://docs.github.com/rest/branches/branches#list-branches',
    status: '404',
  },
} as const;

/** What goes with every answer of GitHub's. */
export const GITHUB_HEADERS = {
  'Content-Type': 'application/json; charset=utf-8',
  'X-GitHub-Media-Type': 'github.v3; format=json',
  'x-github-api-version-selected': '2022-11-28',
  'X-RateLimit-Limit': '5000',
  'X-RateLimit-Remaining': '4999',
  'X-RateLimit-Resource': 'core',
} as const;
