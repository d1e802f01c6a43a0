import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../src/mirror/plan.js';
import { verdictsOf } from '../../src/mirror/verdict.js';
import { failureError, shortfallError, verdictReason } from '../../src/mirror/words.js';
import type { RefCode, RunCode } from '../../src/mirror/codes.js';
import { ProtocolError, RemoteError } from '../../src/protocol/errors.js';
import { statusError } from '../../src/protocol/http/status-error.js';
import { CODECOMMIT } from '../../src/hosts/codecommit.js';

const [SOURCE, TARGET] = ['https://from.example/me/x.git', 'https://to.example/me/x.git'];
const ENDS = { source: { location: SOURCE, place: 'http' }, target: { location: TARGET, place: 'http' } } as const;

function failed(location: string, detail: string): string {
  const failure = new RemoteError({ kind: 'ssh', location, detail, remedy: 'Check the URL and the key.' });
  return failureError(failure, ENDS).message;
}

describe('failureError', () => {
  test('the words of a host are explained, as a sentence of their own', () => {
    expect(failed(TARGET, 'ssh says: Gitea: Cannot find repository: me/x')).toBe(
      `${TARGET}: ssh says: Gitea: Cannot find repository: me/x. There is no such repository on the server. Check the URL, or create the repository first.`,
    );
    expect(failed(TARGET, 'ERROR: The repository is archived.')).toMatch(/archived\. The target is/);
  });

  test.each([
    ['Cannot find repository: me/x', 'There is no such repository on the server.'],
    ['remote: ERROR: Pulling over SSH is not allowed', 'The server does not allow this protocol.'],
    ['Rate Exceeded', 'CodeCommit asks for fewer requests.'],
  ])('what is said to readers, too, is explained for the source: %s', (said, meaning) => {
    expect(failed(SOURCE, said)).toContain(`${SOURCE}: ${said}. ${meaning} `);
    expect(failed(SOURCE, said)).not.toContain('target');
  });

  test.each([
    'Your push would exceed the allocated storage for your project.',
    'remote: This repository is temporarily read-only.',
    'User permission denied for writing.',
    'pre-receive hook declined',
  ])('what makes sense for a target alone is not explained for the source: %s', (said) => {
    expect(failed(SOURCE, said)).toBe(`${SOURCE}: ${said} Check the URL and the key.`);
    expect(failed(TARGET, said)).not.toContain('Check the URL and the key.');
  });

  test('what AWS forbids is told for reading and writing, with what else it may be', () => {
    const failure = statusError({
      location: SOURCE,
      status: 403,
      type: 'text/plain',
      beginning: 'User: x is not authorized to perform: codecommit:GitPull on resource: y',
      redirectedTo: undefined,
      signedIn: true,
      hints: { token: 'the AWS credentials', bearer: 'the user or role of AWS', byStatus: CODECOMMIT.hints },
      service: 'git-upload-pack',
    });

    expect(failureError(failure, ENDS).message).toBe(
      `${SOURCE}: the user or role of AWS may not read this repository (HTTP 403). The server says: User: x is not authorized to perform: codecommit:GitPull on resource: y. ` +
        'A policy of AWS forbids the request. Allow `codecommit:GitPull` to read and `codecommit:GitPush` to write for the user or role, and look for a Deny in its policies. ' +
        'CodeCommit answers the same if the region in the URL is wrong, the AWS credentials have expired, or the clock of this machine is wrong. The credentials need `codecommit:GitPull` and `codecommit:GitPush`.',
    );
  });

  test('what is not known stays as it is', () => {
    expect(failed(TARGET, 'no.')).toBe(`${TARGET}: no. Check the URL and the key.`);
    expect(failureError(new Error('a defect'), ENDS).message).toBe('a defect');
  });

  test.each<[Error, RunCode]>([
    [new RemoteError({ kind: 'not-found', location: TARGET, detail: 'no.' }), 'not-found'],
    [
      new RemoteError({ kind: 'ssh', location: TARGET, detail: 'ERROR: The repository is archived.' }),
      'gitea-archived',
    ],
    [new RemoteError({ kind: 'ssh', location: SOURCE, detail: 'pre-receive hook declined' }), 'ssh'],
    [new ProtocolError(TARGET, 'no flush packet'), 'protocol'],
    [new Error('a defect'), 'unexpected'],
  ])('%s has the code of its explanation', (failure, code) => {
    expect(failureError(failure, ENDS).code).toBe(code);
  });
});

describe('shortfallError', () => {
  test.each<[string[], string[], RunCode | undefined]>([
    [[], [], undefined],
    [['refs/heads/a'], [], 'refs-diverged'],
    [[], ['refs/heads/b'], 'refs-rejected'],
    [['refs/heads/a'], ['refs/heads/b'], 'refs-rejected'],
  ])('of %j diverged and %j rejected', (diverged, rejected, code) => {
    const error = shortfallError(diverged, rejected);

    expect(error?.code).toBe(code);
    for (const ref of [...diverged, ...rejected]) expect(error?.message).toContain(ref);
  });
});

describe('verdictReason', () => {
  test.each<[string, readonly string[], RefCode, RegExp]>([
    ['pre-receive hook declined', [], 'hook', /^the target refuses it: pre-receive hook declined\. A hook/],
    ['pre-receive hook declined', ['GH006: Protected branch update failed'], 'github-protected-branch', /GH006/],
    ['nothing that is known', ['another line'], 'refused', /nothing that is known \(another line\)\.$/],
    ['incorrect old value provided', [], 'race', /somebody else changed it/],
    ["'refs/heads/a' exists; cannot create 'refs/heads/a/b'", [], 'name-conflict', /Delete or rename/],
  ])('explains %j, with %j, by the rule that the verdict carries', (reason, lines, code, message) => {
    const changes: Change[] = [{ kind: 'create', ref: 'refs/heads/a', new: '1' }];
    const report = { unpack: 'ok', statuses: new Map([['refs/heads/a', { accepted: false, reason } as const]]) };
    const verdict = verdictsOf(changes, report, lines).get('refs/heads/a');
    const told = verdict === undefined || verdict.kind === 'accepted' ? undefined : verdictReason(verdict);

    expect(told?.code).toBe(code);
    expect(told?.message).toMatch(message);
  });
});
