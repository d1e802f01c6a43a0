import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { HOST_KEYS, hostOf } from '../../src/hosts/hosts.js';
import { normalizeKnownHosts } from '../../src/protocol/programs/known-hosts.js';
import { Scratch } from '../repositories/git.js';
import { needed } from '../requires.js';

/**
 * By the names that a host's SSH servers have: the fingerprints that it publishes (docs.github.com "GitHub's SSH key
 * fingerprints", docs.gitlab.com "SSH host keys fingerprints", support.atlassian.com "Configure SSH",
 * learn.microsoft.com "Use SSH key authentication").
 */
const PUBLISHED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'github.com,[ssh.github.com]:443': {
    ECDSA: 'SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM',
    ED25519: 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU',
    RSA: 'SHA256:uNiVztksCsDhcc0u9e8BujQXVUpKZIDTMczCvj3tD2s',
  },
  'gitlab.com,[altssh.gitlab.com]:443': {
    ECDSA: 'SHA256:HbW3g8zUjNSksFbqTiUWPWg2Bq1x8xdGUrliXFzSnUw',
    ED25519: 'SHA256:eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8',
    RSA: 'SHA256:ROQFvPThGrW4RuWLoL9tq9I9zJ42fK4XywyRtbOz/EQ',
  },
  'bitbucket.org,[altssh.bitbucket.org]:443': {
    ECDSA: 'SHA256:FC73VB6C4OQLSCrjEayhMp9UMxS97caD/Yyi2bhW/J0',
    ED25519: 'SHA256:ybgmFkzwOSotHTHLJgHO0QN8L0xErw6vd0VhFA9m3SM',
    RSA: 'SHA256:46OSHA1Rmj8E8ERTC6xkNcmGOw9oFxYr0WF6zWW8l1E',
  },
  'ssh.dev.azure.com': { RSA: 'SHA256:ohD8VZEXGWo6Ez8GSEJQ9WpafgLFsOfLOtGGQCQo6Og' },
};

const CODECOMMIT = {
  'us-east-1': 'SHA256:eLMY1j0DKA4uvDZcl/KgtIayZANwX6t8+8isPtotBoY',
  'us-east-2': 'SHA256:3lBlW2g5xn/NA2Ck6dyeJIrQOWvn7n8UEs56fG6ZIzQ',
  'us-west-2': 'SHA256:0pJx9SQpkbPUAHwy58UVIq0IHcyo1fwCpOOuVgcAWPo',
  'eu-west-1': 'SHA256:tKjRkOL8dmJyTmSbeSdN1S8F/f0iql3RlvqgTOP1UyQ',
  'eu-central-1': 'SHA256:MwGrkiEki8QkkBtlAgXbYt0hoZYBnZF62VY5RzGJEUY',
};

needed('ssh-keygen').describe('the built-in host keys', () => {
  const scratch = new Scratch();
  const file = scratch.join('known_hosts');

  beforeAll(() => writeFileSync(file, `${HOST_KEYS.join('\n')}\n`));

  afterAll(() => scratch.remove());

  function keygen(...args: readonly string[]): string[] {
    const printed = execFileSync('ssh-keygen', [...args, '-f', file], { encoding: 'utf8' });
    return printed.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  }

  test('have the fingerprints that the hosts publish, each and no others', () => {
    const listed = keygen('-l').map((line) => /^\d+ (\S+) (\S+) \((\S+)\)$/.exec(line)?.slice(1).join(' '));
    const published = Object.entries(PUBLISHED).flatMap(([names, byType]) =>
      Object.entries(byType).map(([type, fingerprint]) => `${fingerprint} ${names} ${type}`),
    );

    expect(listed.toSorted()).toEqual(published.toSorted());
  });

  test.each([
    ['github.com', 3],
    ['[ssh.github.com]:443', 3],
    ['gitlab.com', 3],
    ['[altssh.gitlab.com]:443', 3],
    ['bitbucket.org', 3],
    ['[altssh.bitbucket.org]:443', 3],
    ['ssh.dev.azure.com', 1],
  ])('are found by ssh for %s: %d', (host, count) => {
    expect(keygen('-F', host)).toHaveLength(count);
  });

  test.each(['ssh.github.com', 'example.com', 'github.com.example.com', 'xgithub.com'])(
    'are not found for %s',
    (host) => {
      expect(() => keygen('-F', host)).toThrow(/Command failed/);
    },
  );

  test('are lines that a user could give as well', () => {
    const text = HOST_KEYS.join('\n');

    expect(normalizeKnownHosts(text)).toEqual({ lines: text, wrong: undefined });
  });
});

describe('the built-in fingerprints of CodeCommit', () => {
  test.each(Object.entries(CODECOMMIT))('in %s is the published one', (region, fingerprint) => {
    const hostname = `git-codecommit.${region}.amazonaws.com`;

    expect(hostOf(hostname).fingerprintsOf?.(hostname)).toEqual([fingerprint]);
    expect(hostOf(hostname).fingerprintsOf?.(hostname.toUpperCase())).toEqual([fingerprint]);
  });

  test.each(['git-codecommit.eu-north-1.amazonaws.com', 'git-codecommit.cn-north-1.amazonaws.com.cn'])(
    'there is none for %s, whose key is published nowhere',
    (hostname) => {
      expect(hostOf(hostname).fingerprintsOf?.(hostname)).toEqual([]);
    },
  );

  test.each(['git-codecommit.us-east-1.amazonaws.com.example.com', 'us-east-1', 'github.com', 'toString'])(
    'there is none for %s, which is not of CodeCommit',
    (hostname) => {
      expect(hostOf(hostname).fingerprintsOf?.(hostname) ?? []).toEqual([]);
    },
  );
});
