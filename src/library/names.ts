import type { OptionNames } from '../options/options.js';

/** The names under which messages speak of the options of the programmatic entry. */
export const NAMES: OptionNames = {
  source: {
    url: 'source',
    token: 'sourceToken',
    username: 'sourceUsername',
    sshPrivateKey: 'sshPrivateKey',
    sshKnownHosts: 'sshKnownHosts',
  },
  target: {
    url: 'target',
    token: 'targetToken',
    username: 'targetUsername',
    sshPrivateKey: 'sshPrivateKey',
    sshKnownHosts: 'sshKnownHosts',
  },
  caCertificate: 'caCertificate',
  allowInsecureHttp: 'allowInsecureHttp',
  onlyProtectedBranches: 'onlyProtectedBranches',
  branches: 'branches',
  mirrorBranchRegex: 'mirrorBranchRegex',
  tags: 'tags',
  keepDivergentRefs: 'keepDivergentRefs',
  prune: 'prune',
  lfs: 'lfs',
  lfsUrl: 'lfsUrl',
  dryRun: 'dryRun',
  check: 'check',
  pushOptions: 'pushOptions',
  timeout: 'timeout',
};
