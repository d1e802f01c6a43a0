import { describe, expect, test } from '@jest/globals';
import { failureMessage } from '../../src/mirror/words.js';
import { RemoteError } from '../../src/protocol/errors.js';
import { statusError } from '../../src/protocol/http/status-error.js';
import { CODECOMMIT } from '../../src/hosts/codecommit.js';

const [SOURCE, TARGET] = ['https://from.example/me/x.git', 'https://to.example/me/x.git'];

function failed(location: string, detail: string): string {
  const failure = new RemoteError({ kind: 'ssh', location, detail, remedy: 'Check the URL and the key.' });
  return failureMessage(failure, TARGET);
}

describe('failureMessage', () => {
  test('the words of a host are explained, as a sentence of their own', () => {
    expect(failed(TARGET, 'ssh says: Gitea: Cannot find repository: me/x')).toBe(
      `${TARGET}: ssh says: Gitea: Cannot find repository: me/x. There is no such repository on the server. Check the URL, or create the repository first.`,
    );
    expect(failed(TARGET, 'ERROR: The repository is archived.')).toMatch(/archived\. The target is/);
  });

  test.each([
    ['Cannot find repository: me/x', 'There is no such repository on the server.'],
    ['remote: ERROR: Pulling over SSH is not allowed', 'The server does not let anybody use this protocol.'],
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

    expect(failureMessage(failure, TARGET)).toBe(
      `${SOURCE}: the user or role of AWS may not read this repository (HTTP 403). The server says: User: x is not authorized to perform: codecommit:GitPull on resource: y. ` +
        'A policy of AWS forbids it. Allow `codecommit:GitPull` to read and `codecommit:GitPush` to write for the user or role, and look for a Deny. ' +
        'CodeCommit answers so, too, where the region in the URL is wrong, the AWS credentials have expired, or the clock of this machine is off. It wants `codecommit:GitPull` and `codecommit:GitPush`.',
    );
  });

  test('what is not known stays as it is', () => {
    expect(failed(TARGET, 'no.')).toBe(`${TARGET}: no. Check the URL and the key.`);
    expect(failureMessage(new Error('a defect'), TARGET)).toBe('a defect');
  });
});
