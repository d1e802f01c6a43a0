import type { RecordedBranch } from './github-branches.js';

/** A branch as the API of Gitea 1.26 and Forgejo lists it: "repoListBranches". */
export function giteaBranch({ name, id }: RecordedBranch, isProtected: boolean): object {
  return {
    name,
    commit: {
      id,
      message: 'commit 1\n',
      url: `https://gitea.example.com/me/project/commit/${id}`,
      author: { name: 'A U Thor', email: 'author@example.com', username: '' },
      committer: { name: 'C O Mitter', email: 'committer@example.com', username: '' },
      verification: {
        verified: false,
        reason: 'gpg.error.not_signed_commit',
        signature: '',
        signer: null,
        payload: '',
      },
      timestamp: '2020-01-01T00:00:00Z',
      added: null,
      removed: null,
      modified: null,
    },
    protected: isProtected,
    required_approvals: 0,
    enable_status_check: false,
    status_check_contexts: null,
    user_can_push: false,
    user_can_merge: false,
    effective_branch_protection_name: isProtected ? name : '',
  };
}

/** What Gitea answers where there is no list, by status. */
export const GITEA_ERRORS = {
  401: { message: 'invalid username, password or token', url: 'https://gitea.example.com/api/swagger' },
  403: {
    message: 'token does not have at least one of required scope(s), required=[read:repository], token scope=read:user',
    url: 'https://gitea.example.com/api/swagger',
  },
  404: {
    errors: null,
    message: "The target couldn't be found.",
    url: 'https://gitea.example.com/api/swagger',
  },
} as const;

/** What goes with every answer of Gitea's. */
export const GITEA_HEADERS = {
  'Content-Type': 'application/json;charset=utf-8',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'SAMEORIGIN',
} as const;
