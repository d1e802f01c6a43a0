import { getInput, getMultilineInput } from '@actions/core';
import type { OptionNames, RawOptions } from '../mirror/options.js';

/** The repository that the job runs in. */
export interface JobRepository {
  /** `https://github.com` or that of another instance. */
  readonly serverUrl: string;
  /** `owner/name`; empty where the job has none. */
  readonly name: string;
}

/** The names under which messages speak of the inputs. */
export const NAMES: OptionNames = {
  sourceUrl: 'the input `source-url`',
  sourceToken: 'the input `source-token`',
  targetUrl: 'the input `target-url`',
  targetToken: 'the input `token`',
  onlyProtectedBranches: 'the input `only-protected-branches`',
  branches: 'the input `branches`',
  mirrorBranchRegex: 'the input `mirror-branch-regex`',
  tags: 'the input `tags`',
  keepDivergentRefs: 'the input `keep-divergent-refs`',
  prune: 'the input `prune`',
  lfs: 'the input `lfs`',
  dryRun: 'the input `dry-run`',
  pushOptions: 'the input `push-options`',
  timeout: 'the input `timeout`',
};

/** Reads the inputs of the action. Secrets among them are masked in the log by the door. */
export function readInputs(job: JobRepository): RawOptions {
  const ssh = {
    sshPrivateKey: getInput('ssh-private-key', { trimWhitespace: false }).trimStart(),
    sshKnownHosts: getInput('ssh-known-hosts'),
  };
  const sourceUrl = text('source-url') || jobUrl(job);
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
    dryRun: text('dry-run'),
    pushOptions: lines('push-options'),
    timeout: text('timeout'),
  };
}

// The job's own token belongs to the server the job runs on, and goes nowhere else.
function sourceToken(sourceUrl: string, job: JobRepository): string {
  const given = text('source-token');
  if (given !== '' || !URL.canParse(sourceUrl) || !URL.canParse(job.serverUrl)) return given;
  return new URL(sourceUrl).origin === new URL(job.serverUrl).origin ? text('job-token') : '';
}

function jobUrl({ serverUrl, name }: JobRepository): string {
  return name === '' ? '' : `${serverUrl.replace(/\/+$/, '')}/${name}`;
}

// Other spaces than these are valid in ref names, and stay.
function text(name: string): string {
  return trimmed(getInput(name, { trimWhitespace: false }));
}

function lines(name: string): string[] {
  return getMultilineInput(name, { trimWhitespace: false })
    .map(trimmed)
    .filter((line) => line !== '');
}

function trimmed(value: string): string {
  return value.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
}
