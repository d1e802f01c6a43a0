import type { RecordedBranch } from './github-branches.js';

const ACCESS = {
  id: 1,
  access_level: 40,
  access_level_description: 'Maintainers',
  deploy_key_id: null,
  user_id: null,
  group_id: null,
} as const;

/** A rule as GitLab's REST API (v4, 18.x) lists it: "Protected branches". A `*` in its name is a wildcard. */
export function gitlabRule(name: string, id = 1): object {
  return {
    id,
    name,
    push_access_levels: [{ ...ACCESS, id }],
    merge_access_levels: [{ ...ACCESS, id: id + 1000 }],
    unprotect_access_levels: [],
    allow_force_push: false,
    code_owner_approval_required: false,
    inherited: false,
  };
}

/** A branch as GitLab's REST API (v4, 18.x) lists it: "Branches". */
export function gitlabBranch({ name, id }: RecordedBranch, isProtected: boolean): object {
  const project = 'https://gitlab.example.com/group/sub/project';
  return {
    name,
    commit: {
      id,
      short_id: id.slice(0, 8),
      created_at: '2020-01-01T00:00:00.000+00:00',
      parent_ids: [],
      title: 'commit 1',
      message: 'commit 1\n',
      author_name: 'A U Thor',
      author_email: 'author@example.com',
      authored_date: '2020-01-01T00:00:00.000+00:00',
      committer_name: 'C O Mitter',
      committer_email: 'committer@example.com',
      committed_date: '2020-01-01T00:00:00.000+00:00',
      trailers: {},
      extended_trailers: {},
      web_url: `${project}/-/commit/${id}`,
    },
    merged: false,
    protected: isProtected,
    developers_can_push: false,
    developers_can_merge: false,
    can_push: true,
    default: name === 'main',
    web_url: `${project}/-/tree/${name}`,
  };
}

/** What GitLab answers where there is no list, by status. */
export const GITLAB_ERRORS = {
  401: { message: '401 Unauthorized' },
  403: {
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges than provided by the access token.',
    scope: 'api read_api',
  },
  404: { message: '404 Project Not Found' },
} as const;

/** What goes with every answer of GitLab's. */
export const GITLAB_HEADERS = {
  'Content-Type': 'application/json',
  'X-Content-Type-Options': 'nosniff',
  'X-Gitlab-Meta': '{"correlation_id":"01JB0000000000000000000000","version":"1"}',
  'X-Runtime': '0.041932',
} as const;
