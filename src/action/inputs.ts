import { getInput, getMultilineInput } from '@actions/core';
import type { OptionNames, RawOptions } from '../options/options.js';
import type { RawList } from '../list/plan-mirrors.js';
import type { Surroundings } from '../options/surroundings.js';
import { trimmed } from '../options/trimmed.js';

/** The names under which messages speak of the inputs. */
export const NAMES: OptionNames = {
  source: {
    url: 'the input `source-url`',
    token: 'the input `source-token`',
    username: 'the input `source-username`',
    sshPrivateKey: 'the input `ssh-private-key`',
    sshKnownHosts: 'the input `ssh-known-hosts`',
  },
  target: {
    url: 'the input `target-url`',
    list: 'the input `mirrors`',
    token: 'the input `token`',
    username: 'the input `username`',
    sshPrivateKey: 'the input `ssh-private-key`',
    sshKnownHosts: 'the input `ssh-known-hosts`',
  },
  caCertificate: 'the input `ca-certificate`',
  allowInsecureHttp: 'the input `allow-insecure-http`',
  onlyProtectedBranches: 'the input `only-protected-branches`',
  branches: 'the input `branches`',
  mirrorBranchRegex: 'the input `mirror-branch-regex`',
  tags: 'the input `tags`',
  keepDivergentRefs: 'the input `keep-divergent-refs`',
  prune: 'the input `prune`',
  lfs: 'the input `lfs`',
  lfsUrl: 'the input `lfs-url`',
  dryRun: 'the input `dry-run`',
  check: 'the input `check`',
  pushOptions: 'the input `push-options`',
  timeout: 'the input `timeout`',
};

/** The names of the inputs on several mirrors. */
export const LIST_NAMES = { mirrors: 'the input `mirrors`', maxParallel: 'the input `max-parallel`' } as const;

/** Reads the inputs on several mirrors. */
export function readList(): RawList {
  return { mirrors: getInput('mirrors'), maxParallel: text('max-parallel') };
}

/** Reads the inputs of the action. Secrets among them are masked in the log by the door. */
export function readInputs(surroundings: Surroundings): RawOptions {
  const ssh = {
    sshPrivateKey: getInput('ssh-private-key'),
    sshKnownHosts: getInput('ssh-known-hosts'),
  };
  const { job } = surroundings;
  const sourceUrl = text('source-url') || (job?.repositoryUrl ?? '');
  return {
    source: { url: sourceUrl, username: text('source-username'), token: sourceToken(sourceUrl, job), ...ssh },
    target: { url: text('target-url'), username: text('username'), token: text('token'), ...ssh },
    onlyProtectedBranches: text('only-protected-branches'),
    branches: lines('branches'),
    mirrorBranchRegex: text('mirror-branch-regex'),
    tags: lines('tags'),
    keepDivergentRefs: text('keep-divergent-refs'),
    prune: text('prune'),
    lfs: text('lfs'),
    lfsUrl: text('lfs-url'),
    dryRun: text('dry-run'),
    check: text('check'),
    pushOptions: lines('push-options'),
    timeout: text('timeout'),
    caCertificate: text('ca-certificate'),
    allowInsecureHttp: text('allow-insecure-http'),
    surroundings,
  };
}

// The job's own token belongs to the server the job runs on, and goes nowhere else.
function sourceToken(sourceUrl: string, job: Surroundings['job']): string {
  const given = text('source-token');
  if (given !== '' || !URL.canParse(sourceUrl) || job === undefined || !URL.canParse(job.repositoryUrl)) return given;
  return new URL(sourceUrl).origin === new URL(job.repositoryUrl).origin ? text('job-token') : '';
}

function text(name: string): string {
  return trimmed(getInput(name, { trimWhitespace: false }));
}

function lines(name: string): string[] {
  return getMultilineInput(name, { trimWhitespace: false })
    .map(trimmed)
    .filter((line) => line !== '');
}
