import type { Host } from './host.js';

/**
 * Gitea and Forgejo, wherever they run (docs.gitea.com and forgejo.org/docs: "Protected branches", "Protected tags").
 */
export const GITEA: Host = {
  title: 'Gitea or Forgejo',
  hostname: /(?:^|\.)codeberg\.org$|(?:^|\.)gitea\.com$|^(?:gitea|forgejo)\./,
  ignoresCase: true,
  username: 'oauth2',
  sshUsername: 'git',
  hints: {
    403: {
      read: 'The token needs the scope `read:repository`.',
      write: 'The token needs the scope `write:repository`, and its owner needs write access to the repository.',
    },
    404: 'Gitea and Forgejo answer the same if the token may not see a private repository.',
  },
  defaultBranchPage: 'Settings, Branches, "Default Branch"',
  // Gitea may stand below a path of its server.
  commitPage: ({ server, path }, id) => (path.length >= 2 ? { server, path: [...path, 'commit', id] } : undefined),
  rejections: [
    {
      id: 'gitea-force-push',
      pattern: /is protected from force push|[Nn]ot allowed to force-push to (?:the )?protected branch/,
      meaning: 'The branch is protected on the target, and it has diverged there.',
      remedy:
        "Allow force push in the target's branch protection, or set `keep-divergent-refs` to leave the branch unchanged.",
    },
    {
      id: 'gitea-deletion',
      pattern: /is protected from deletion/,
      meaning: 'The branch is protected on the target.',
      remedy: "Remove the branch from the target's branch protection, or set `prune: never`.",
    },
    {
      id: 'gitea-default-branch',
      pattern: /is the default branch and cannot be deleted/,
      meaning: "It is the target's default branch.",
      remedy: 'To delete it, choose another default branch on the target.',
    },
    {
      id: 'gitea-protected-files',
      pattern: /is protected from changing file/,
      meaning: 'The branch protection of the target forbids changes to a file.',
      remedy: "Remove the file from the protected file patterns in the target's branch protection.",
    },
    {
      id: 'gitea-protected-branch',
      pattern: /[Nn]ot allowed to (?:push to|create) (?:the )?protected branch/,
      meaning: "The branch is protected on the target, and the token's owner is not on its push allowlist.",
      remedy: "Put the owner of the token on the push allowlist of the target's branch protection.",
    },
    {
      id: 'gitea-protected-tag',
      pattern: /[Tt]ag \S+ is protected/,
      meaning: 'The tag is protected on the target.',
      remedy: "Allow the owner of the token in the target's tag protection, or exclude the tag with `tags`.",
    },
    {
      id: 'gitea-archived',
      pattern: /repo(?:sitory)? is archived|\bRepo: \S+ is archived|[Mm]irror repository is read-only/,
      meaning: 'The target is archived, or is a pull mirror itself, so it is read-only.',
      remedy: 'Unarchive the target, or convert it to an ordinary repository.',
      isOfAll: true,
    },
    {
      id: 'gitea-permission',
      pattern: /User permission denied for writing|not (?:allowed|authorized) to write to/,
      meaning: 'The token, or the key, may not write to the target.',
      remedy: 'Give the owner write access, and give the token the scope `write:repository`.',
    },
    {
      id: 'gitea-missing',
      pattern: /Push to create is not enabled|Cannot find repository:/,
      meaning: 'There is no such repository on the server.',
      remedy: 'Check the URL, or create the repository first.',
      isOfReading: true,
      isOfAll: true,
    },
    {
      id: 'gitea-reserved-name',
      pattern: /topic-branch is not set|hook declined to update refs\/(?:pull|for)\//,
      meaning: 'The name is reserved on the target.',
      remedy: 'Exclude the ref.',
    },
    {
      id: 'gitea-quota',
      pattern: /[Qq]uota exceeded/,
      meaning: 'The target would grow beyond its quota.',
      remedy: 'Raise the quota or free space, then run the mirror again.',
    },
  ],
};
