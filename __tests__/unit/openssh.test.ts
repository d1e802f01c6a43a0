import { describe, expect, test } from '@jest/globals';
import { faultOf } from '../../src/protocol/programs/openssh.js';

const SSH = '/usr/bin/ssh';
const answer = (errors: string, code: number | null = 0, output = ''): Parameters<typeof faultOf>[1] => ({
  code,
  output,
  errors,
});

describe('what `ssh -V` prints', () => {
  test.each([
    'OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.19 27 Jan 2026\n',
    'OpenSSH_10.2p1, OpenSSL 3.5.4\n',
    'OpenSSH_9.8p1, LibreSSL 3.3.6\r\n',
    'OpenSSH_for_Windows_8.1p1, LibreSSL 3.0.2\r\n',
    'OpenSSH_for_Windows_9.5p1, LibreSSL 3.8.2\n',
    'OpenSSH_8.0p1-hpn14v20, OpenSSL 1.1.1k  FIPS 25 Mar 2021\n',
    'OpenSSH_9.1 NetBSD_Secure_Shell-20221004-hpn13v14-lpk\n',
    'OpenSSH_7.3p1\n',
    'a wrapper says this\nOpenSSH_9.9p2\n',
    'Warning: Identity file /x not accessible: No such file or directory.\nOpenSSH_9.2p1\n',
  ])('%j is taken', (errors) => {
    expect(faultOf(SSH, answer(errors))).toBeUndefined();
    expect(faultOf(SSH, answer('', 0, errors))).toBeUndefined();
  });

  test.each([
    ['Dropbear v2022.83\n', 0, 'prints "Dropbear v2022.83"'],
    ['plink: Release 0.81\nBuild platform: 64-bit x86 Windows\n', 0, 'prints "plink: Release 0.81 Build platform'],
    ['ssh: SSH Tectia Client 6.4.17 on x86_64\n', 0, 'prints "ssh: SSH Tectia Client'],
    ['Sun_SSH_1.1.5, SSH protocols 1.5/2.0, OpenSSL 0x0090704f\n', 0, 'prints "Sun_SSH_1.1.5'],
    ['ssh: applet not found\n', 127, 'prints "ssh: applet not found"'],
    ['like OpenSSH_9.2p1\n', 0, 'prints "like OpenSSH_9.2p1"'],
    ['', 255, 'prints nothing (exit code 255)'],
    [' \n', null, 'prints nothing (exit code none)'],
  ])('%j is another program', (errors, code, words) => {
    const fault = faultOf('/opt/bin/ssh', answer(errors, code));

    expect(fault?.detail).toContain(`the program \`/opt/bin/ssh\` is not OpenSSH: with \`-V\` it ${words}`);
    expect(fault?.detail).toMatch(/no connection was made\.$/);
    expect(fault?.remedy).toMatch(
      /apt-get install openssh-client.*apk add openssh-client.*dnf install openssh-clients/,
    );
  });

  test.each(['OpenSSH_7.2p2 Ubuntu-4ubuntu2.10', 'OpenSSH_6.6.1p1', 'OpenSSH_5.3p1'])('%s is too old', (version) => {
    const fault = faultOf(SSH, answer(`${version}, OpenSSL 1.0.1e-fips 11 Feb 2013\n`));

    expect(fault?.detail).toMatch(
      /`\/usr\/bin\/ssh` is OpenSSH_\d\.\d, .* the first version with all of them is 7\.3\./,
    );
  });

  test.each([
    ['No user exists for uid 54321\r\n', 'the user 54321 has none'],
    ["You don't exist, go away!\n", 'the user of this process has none'],
  ])('%j is about the user', (errors, words) => {
    expect(faultOf(SSH, answer(errors, 255))?.detail).toContain(words);
  });

  test("text of a wrapper on standard output is told as its own, and not as the server's", () => {
    const fault = faultOf('/opt/bin/ssh', answer('OpenSSH_9.2p1\n', 0, 'Welcome\nto the office\n'));

    expect(fault?.detail).toBe(
      'the program `/opt/bin/ssh` prints text of its own where Git\'s answer is to stand: "Welcome to the office".',
    );
    expect(fault?.remedy).toContain('standard error');
  });

  test('much of it is cut, and nothing of it commands a terminal', () => {
    const fault = faultOf(SSH, answer(`\u001b[2J${'x'.repeat(60_000)}${' '.repeat(60_000)}`));

    expect(fault?.detail.length).toBeLessThan(600);
    expect(fault?.detail).not.toContain('\u001b');
  });
});
