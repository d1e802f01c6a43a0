import { describe, expect, test } from '@jest/globals';
import { linesOf } from '../../src/protocol/lines.js';
import { reasonOf } from '../../src/protocol/programs/ssh-reasons.js';
import type { SshFailure } from '../../src/protocol/programs/ssh-sign-in.js';
import { shown, tellingLines } from '../../src/protocol/programs/ssh-words.js';

/** A failure as `ssh` tells it on standard error. */
function failure(errors: string, more: Partial<SshFailure> = {}): SshFailure {
  return {
    words: tellingLines(errors),
    log: linesOf(errors),
    host: 'nas.example',
    user: 'git',
    hasKey: true,
    code: 255,
    ...more,
  };
}

const OFFERS = 'Unable to negotiate with 192.0.2.7 port 22: no matching';

describe('words of ssh and of servers', () => {
  test.each([
    // A server that has no git.
    ['bash 5', 'bash: line 1: git-receive-pack: command not found', 127, 'git is not installed', 'non-interactive'],
    ['bash 4', 'bash: git-upload-pack: command not found', 127, 'git is not installed', 'PATH'],
    ['dash', 'sh: 1: git-receive-pack: not found', 127, 'git is not installed', 'PATH'],
    ['BusyBox', '-sh: git-upload-pack: not found', 127, 'git is not installed', 'PATH'],
    ['zsh', 'zsh:1: command not found: git-receive-pack', 127, 'git is not installed', 'PATH'],
    ['fish', 'fish: Unknown command: git-receive-pack', 127, 'git is not installed', 'PATH'],
    ['fish 2', "fish: Unknown command 'git-receive-pack'", 127, 'git is not installed', 'PATH'],
    ['mksh', 'sh: git-receive-pack: inaccessible or not found', 127, 'git is not installed', 'PATH'],
    ['tcsh', 'git-receive-pack: Command not found.', 1, 'git is not installed', 'PATH'],
    ['a German bash', 'bash: Zeile 1: git-receive-pack: Kommando nicht gefunden.', 127, 'git is not installed', 'PATH'],
    ['a shell without a word', '', 127, 'git is not installed', 'PATH'],
    [
      'cmd.exe',
      "debug1: Remote protocol version 2.0, remote software version OpenSSH_for_Windows_9.5\n'git-receive-pack' is not recognized as an internal or external command,\noperable program or batch file.",
      1,
      'git is not installed',
      'Git for Windows',
    ],
    [
      'PowerShell',
      "git-receive-pack : The term 'git-receive-pack' is not recognized as the name of a cmdlet, function, script file,\nor operable program.",
      1,
      'git is not installed',
      'PATH',
    ],
    ['another program', 'sh: 1: /opt/wrapper: not found', 127, 'does not find a program', 'ForceCommand'],
    [
      'no right to run it',
      'bash: line 1: /usr/bin/git-receive-pack: Permission denied',
      126,
      'may not run',
      'file mode',
    ],
    [
      'a broken git',
      'git-upload-pack: error while loading shared libraries: libpcre2-8.so.0: cannot open shared object file',
      127,
      'does not start',
      'Repair',
    ],
    // An account that may not.
    ['nologin', 'This account is currently not available.', 1, 'may not run commands', 'git-shell'],
    ['git-shell', 'fatal: Interactive git shell is not enabled.', 128, 'may not run commands', 'login shell'],
    ['internal-sftp', 'This service allows sftp connections only.', 1, 'another program in place', 'ForceCommand'],
    [
      'rrsync',
      "/usr/bin/rrsync: SSH_ORIGINAL_COMMAND='git-receive-pack x' is not rsync",
      1,
      'another program',
      'command=',
    ],
    ['rrsync of today', 'rrsync error: SSH_ORIGINAL_COMMAND does not run rsync.', 1, 'another program', 'command='],
    ['an appliance', 'exec request failed on channel 0', 255, 'another program in place', 'another key'],
    ['an account that expired', 'Your account has expired; please contact your administrator.', 1, 'expired', 'chage'],
    ['a password that expired', 'WARNING: Your password has expired.', 1, 'expired', 'chage'],
    ['gitolite', 'FATAL: W any project user DENIED by fallthru', 128, 'the rules of the server', 'gitolite'],
    [
      'a key file that others can read',
      '@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @\nPermissions 0755 for "/mnt/x/file" are too open.\ngit@nas: Permission denied (publickey).',
      255,
      'others can read its file',
      '`TMPDIR`',
    ],
    // An old server.
    [
      'old host keys',
      `${OFFERS} host key type found. Their offer: ssh-rsa,ssh-dss`,
      255,
      'old',
      '`HostKeyAlgorithms +ssh-rsa` below `Host nas.example` into the file ~/.ssh/config',
    ],
    [
      'no host key to use',
      `${OFFERS} host key type found. Their offer: ssh-dss`,
      255,
      'no host key type',
      'Update the SSH server.',
    ],
    [
      'old key exchange',
      `${OFFERS} key exchange method found. Their offer: diffie-hellman-group1-sha1,diffie-hellman-group14-sha1`,
      255,
      'old',
      '`KexAlgorithms +diffie-hellman-group14-sha1`',
    ],
    [
      'old ciphers',
      `${OFFERS} cipher found. Their offer: aes128-cbc,3des-cbc,blowfish-cbc`,
      255,
      'no cipher',
      '`Ciphers +aes128-cbc`',
    ],
    ['old MACs', `${OFFERS} MAC found. Their offer: hmac-md5,hmac-sha1-96`, 255, 'no MAC', '`MACs +hmac-sha1-96`'],
    // A connection that cannot be made, or breaks.
    ['no such name', 'ssh: Could not resolve hostname nas: Name or service not known', 255, 'name is not known', 'URL'],
    [
      'no DNS',
      'ssh: Could not resolve hostname nas: Temporary failure in name resolution',
      255,
      'cannot be looked up',
      'network',
    ],
    ['a closed port', 'ssh: connect to host nas port 22: Connection refused', 255, 'refuses the connection', 'URL'],
    ['no route', 'ssh: connect to host nas port 22: No route to host', 255, 'no route to the host', 'network'],
    ['a firewall', 'ssh: connect to host nas port 22: Connection timed out', 255, 'does not answer', 'network'],
    ['a mute server', 'Connection timed out during banner exchange', 255, 'does not answer', 'network'],
    [
      'MaxStartups',
      'kex_exchange_identification: Connection closed by remote host\nConnection closed by 192.0.2.7 port 22',
      255,
      'closed the connection before the sign-in',
      'MaxStartups',
    ],
    [
      'an old client',
      'ssh_exchange_identification: read: Connection reset by peer',
      255,
      'before the sign-in',
      'fail2ban',
    ],
    [
      'a web server',
      'debug1: kex_exchange_identification: banner line 0: HTTP/1.1 400 Bad Request\nkex_exchange_identification: Connection closed by remote host',
      255,
      'no SSH server',
      'port',
    ],
    [
      'other bytes',
      'kex_exchange_identification: banner line contains invalid characters',
      255,
      'no SSH server',
      'port',
    ],
    [
      'a jump host',
      'kex_exchange_identification: Connection closed by remote host\nConnection closed by UNKNOWN port 65535',
      255,
      'connects through',
      'ProxyJump',
    ],
    ['a broken line', 'client_loop: send disconnect: Broken pipe', 255, 'broke', 'again'],
    ['a reset', 'Connection reset by 192.0.2.7 port 22', 255, 'broke', 'again'],
    ['a dead line', 'Timeout, server nas not responding.', 255, 'broke', 'again'],
    [
      'a configuration',
      '/root/.ssh/config: line 3: Bad configuration option: foo',
      255,
      'its own configuration',
      '~/.ssh/config',
    ],
    ['no repository', "fatal: '/srv/x.git' does not appear to be a git repository", 128, 'no such repository', 'path'],
  ])('%s: %s', (_who, errors, code, detail, remedy) => {
    const reason = reasonOf(failure(errors, { code }));

    expect(reason?.detail).toContain(detail);
    expect(reason?.remedy).toContain(remedy);
    expect([reason?.detail, reason?.remedy].join(' ')).toMatch(/^(?:[a-z].*\.) (?:[A-Z].*\.)$/);
  });

  test.each([
    'Unauthorized access is prohibited. Permission denied to strangers.',
    'Could not chdir to home directory /home/git: Permission denied',
    '.bashrc: line 5: nvm: command not found',
    'Shell access is for administrators; git is not for all',
    'Connection refused means: ask the help desk',
  ])('a notice is no reason, and what follows is: %s', (notice) => {
    expect(reasonOf(failure(notice, { code: 128 }))).toBeUndefined();
    expect(reasonOf(failure(`${notice}\nfatal: '/x' does not appear to be a git repository`))?.kind).toBe('not-found');
  });
});

describe('nobody is let in', () => {
  const AUTHENTICATING = "debug1: Authenticating to nas.example:22 as 'runner'\n";
  const DENIED = 'runner@nas.example: Permission denied (publickey,password).';

  test.each<[string, string, Partial<SshFailure>, string, string]>([
    ['a key that is not known', DENIED, {}, 'does not accept the key', 'registered on the server.'],
    ['no key', DENIED, { hasKey: false }, 'without a key that it knows', 'Set `ssh-private-key`'],
    [
      'no account in the URL',
      AUTHENTICATING + DENIED,
      { user: undefined },
      'does not accept the key',
      'the account `runner`, because the URL names none; most Git servers want `git`',
    ],
    [
      'another account',
      AUTHENTICATING + DENIED,
      { user: 'runner' },
      'does not accept',
      'as the account `runner`; most',
    ],
    [
      'passwords alone',
      'x@nas: Permission denied (password,keyboard-interactive).',
      {},
      'takes no keys (it offers: password',
      'HTTPS',
    ],
    [
      'nothing at all',
      'x@nas: Permission denied ().',
      {},
      'takes no keys (it offers: nothing)',
      'PubkeyAuthentication',
    ],
    [
      'a passphrase',
      `debug1: Server accepts key: /root/.ssh/id ED25519 SHA256:x explicit\n${DENIED}`,
      { hasKey: false },
      'could not sign with it',
      'passphrase, unlock it in ssh-agent',
    ],
    [
      'signatures of old, client 8.2',
      `sign_and_send_pubkey: no mutual signature supported\n${DENIED}`,
      {},
      'SHA-1 alone',
      'Ed25519',
    ],
    [
      'signatures of old, client 8.8',
      `debug1: send_pubkey_test: no mutual signature algorithm\n${DENIED}`,
      {},
      'SHA-1 alone',
      '`PubkeyAcceptedAlgorithms +ssh-rsa` below `Host nas.example`',
    ],
    [
      'too many keys',
      'Received disconnect from 192.0.2.7 port 22:2: Too many authentication failures',
      { hasKey: false },
      'too many keys',
      'Set `ssh-private-key`, so that this key alone is tried',
    ],
  ])('%s', (_what, errors, more, detail, remedy) => {
    const reason = reasonOf(failure(errors, more));

    expect(reason?.kind).toBe('unauthorized');
    expect(reason?.detail).toContain(detail);
    expect(reason?.remedy).toContain(remedy);
  });

  test('the account `git` is not doubted', () => {
    const log = DENIED.replaceAll('runner', 'git');

    expect(reasonOf(failure(`debug1: Authenticating to nas:22 as 'git'\n${log}`))?.remedy).not.toContain('account');
  });
});

describe('the words that are shown', () => {
  test('are the last ones: a server greets first', () => {
    const text = shown([...Array.from({ length: 200 }, (_none, line) => `notice ${line}`), 'fatal: the reason']);

    expect(text).toMatch(/^….*fatal: the reason$/);
    expect(text.length).toBeLessThanOrEqual(1001);
  });

  test('are without what ssh says about itself', () => {
    const log =
      'debug1: x\nNo Kerberos credentials available (default cache: FILE:/tmp/krb5cc_0)\n\n\ndebug1: kex_exchange_identification: banner line 0: Exceeded MaxStartups\nBye';

    expect(tellingLines(log)).toEqual(['Exceeded MaxStartups', 'Bye']);
  });
});
