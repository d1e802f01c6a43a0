import type { Host } from './host.js';

/** Bitbucket Cloud (support.atlassian.com: "Repository access tokens", "Using API tokens", "Branch permissions", "Configure SSH"). */
export const BITBUCKET: Host = {
  title: 'Bitbucket Cloud',
  hostname: /(?:^|\.)bitbucket\.org$/,
  ignoresCase: true,
  username: 'x-token-auth',
  // The tokens of users; those of repositories, projects and workspaces begin with ATCTT.
  otherUsername: { username: 'x-bitbucket-api-token-auth', tokens: /^ATATT/ },
  sshUsername: 'git',
  hints: {
    401: "Bitbucket no longer accepts app passwords. Beside a user's API token the user name is `x-bitbucket-api-token-auth`, beside an access token `x-token-auth`.",
    403: {
      read: 'The token must be an access token with "Repositories: read", or a user\'s API token with the scope `read:repository:bitbucket`.',
      write:
        'The token must be an access token with "Repositories: write", or a user\'s API token with the scope `write:repository:bitbucket`.',
    },
  },
  defaultBranchPage: 'Repository settings, Repository details, "Main branch"',
  hostKeys: [
    'bitbucket.org,[altssh.bitbucket.org]:443 ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBPIQmuzMBuKdWeF4+a2sjSSpBK0iqitSQ+5BM9KhpexuGt20JpTVM7u5BDZngncgrqDMbWdxMWWOGtZ9UgbqgZE=',
    'bitbucket.org,[altssh.bitbucket.org]:443 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIazEu89wgQZ4bqs3d63QSMzYVa0MuJ2e2gKTKqu+UUO',
    'bitbucket.org,[altssh.bitbucket.org]:443 ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQDQeJzhupRu0u0cdegZIa8e86EG2qOCsIsD1Xw0xSeiPDlCr7kq97NLmMbpKTX6Esc30NuoqEEHCuc7yWtwp8dI76EEEB1VqY9QJq6vk+aySyboD5QF61I/1WeTwu+deCbgKMGbUijeXhtfbxSxm6JwGrXrhBdofTsbKRUsrN1WoNgUa8uqN1Vx6WAJw1JHPhglEGGHea6QICwJOAr/6mrui/oB7pkaWKHj3z7d1IC4KWLtY47elvjbaTlkN04Kc/5LFEirorGYVbt15kAUlqGM65pk6ZBxtaO3+30LVlORZkxOh+LKL/BvbZ/iRNhItLqNyieoQj/uh/7Iv4uyH/cV/0b4WDSd3DptigWq84lJubb9t/DnZlrJazxyDCulTmKdOR7vs9gMTo+uoIrPSb8ScTtvw65+odKAlBj59dhnVp9zd7QUojOpXlL62Aw56U4oO+FALuevvMjiWeavKhJqlR7i5n9srYcrNV7ttmDw7kf/97P5zauIhxcjX+xHv4M=',
  ],
  commitPage: ({ server, path }, id) => (path.length === 2 ? { server, path: [...path, 'commits', id] } : undefined),
  rejections: [
    {
      id: 'bitbucket-branch-permission',
      pattern: /Permission denied to (?:update|create|delete|force push) branch|[Pp]ush rejected by branch permission/,
      meaning: 'A branch permission of the target forbids the change.',
      remedy:
        'Allow the token to write to the branch and to rewrite its history (Repository settings, Branch restrictions).',
    },
    {
      id: 'bitbucket-size',
      pattern: /Repository (?:is )?(?:over|larger than|in read ?only|size limit)|push rejected: [^:]*size/i,
      meaning: 'The target is larger than Bitbucket allows.',
      remedy: 'Free space in the target, or ask Atlassian to raise the limit.',
    },
  ],
};
