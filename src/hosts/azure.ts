import { decodePercent } from '../protocol/percent.js';
import type { Host, WebAddress } from './host.js';

/** Azure Repos (learn.microsoft.com: "Git permissions", "Branch policies", "Git limits"). */
export const AZURE: Host = {
  title: 'Azure Repos',
  hostname: /(?:^|\.)dev\.azure\.com$|\.visualstudio\.com$/,
  ignoresCase: true,
  sshUsername: 'git',
  hints: {
    401: 'Azure Repos answers the same if the token has expired, or belongs to another organization: personal access tokens for all organizations end on 2026-12-01.',
    403: {
      read: 'A personal access token needs the scope "Code: read". The build service to which `System.AccessToken` belongs needs the permission "Read".',
      write:
        'A personal access token needs the scope "Code: read & write". The build service to which `System.AccessToken` belongs needs the permissions "Contribute", "Create branch", "Create tag" and "Force push".',
    },
  },
  defaultBranchPage: 'Repos, Branches, the menu of the branch, "Set as default branch"',
  hostKeys: [
    'ssh.dev.azure.com ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7Hr1oTWqNqOlzGJOfGJ4NakVyIzf1rXYd4d7wo6jBlkLvCA4odBlL0mDUyZ0/QUfTTqeu+tm22gOsv+VrVTMk6vwRU75gY/y9ut5Mb3bR5BV58dKXyq9A9UeB5Cakehn5Zgm6x1mKoVyf+FFn26iYqXJRgzIZZcZ5V6hrE0Qg39kZm4az48o0AUbf6Sp4SLdvnuMa2sVNwHBboS7EJkm57XQPVU3/QpyNLHbWDdzwtrlS+ez30S3AdYhLKEOxAG8weOnyrtLJAUen9mTkol8oII1edf7mWWbWVf0nBmly21+nZcmCTISQBtdcyPaEno7fFQMDD26/s0lfKob4Kw8H',
  ],
  commitPage: (repository, id) => {
    const { server, path } = pageOf(repository);
    return path.at(-2) === '_git' ? { server, path: [...path, 'commit', id] } : undefined;
  },
  rejections: [
    {
      id: 'azure-permission',
      pattern: /TF401027/,
      meaning: 'The owner of the token lacks a Git permission on the target, such as "Force push" or "Create branch".',
      remedy: 'Grant the permission that Azure Repos names (Project settings, Repositories, Security).',
    },
    {
      id: 'azure-policy',
      pattern: /TF402455/,
      meaning: 'A branch policy of the target allows changes only by pull requests.',
      remedy: 'Let the owner of the token bypass policies when pushing (Project settings, Repositories, Security).',
    },
    {
      id: 'azure-commit-policy',
      pattern: /VS403702/,
      meaning:
        'A repository policy of the target forbids a commit, such as one by an author with another e-mail address.',
      remedy: 'Loosen the policy (Project settings, Repositories, Policies): a mirror cannot rewrite commits.',
    },
    {
      id: 'azure-secret',
      pattern: /VS403654/,
      meaning: 'The history contains a secret, and Azure Repos refuses such pushes.',
      remedy: 'Revoke the secret. Then allow the push, as the message of Azure Repos says.',
    },
    {
      id: 'azure-size',
      pattern: /TF402462/,
      meaning: 'The push is larger than Azure Repos accepts (5 GB).',
      remedy: 'Mirror in steps, with fewer `branches` at first, so that each push stays below the limit.',
    },
  ],
};

/**
 * Address of a repository on the website. Over SSH its path is another, encoded even where that is no URL:
 * `v3/organization/project/name`.
 */
function pageOf(repository: WebAddress): WebAddress {
  const [version, organization, project, name, ...more] = repository.path.map(decodePercent);
  if (version !== 'v3' || organization === undefined || project === undefined || name === undefined) return repository;
  if (project === '_git' || name === '_git' || more.length > 0) return repository;
  return { server: 'https://dev.azure.com', path: [organization, project, '_git', name] };
}
