import { afterAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { commandName } from '../../src/cli/names.js';
import { parseOptions } from '../../src/options/options.js';
import { normalizeKnownHosts } from '../../src/protocol/programs/known-hosts.js';
import { Scratch } from '../repositories/git.js';
import { rawOptions } from '../raw-options.js';
import { needed } from '../requires.js';

const ED25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
const ECDSA =
  'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg=';
const TWO = `one.example ${ED25519}\ntwo.example ${ECDSA}`;

describe('normalizeKnownHosts', () => {
  test.each([
    ['a host', `host.example ${ED25519}`],
    ['an address', `192.0.2.1 ${ED25519}`],
    ['an address of IPv6', `2001:db8::1 ${ED25519}`],
    ['a port', `[host.example]:2222 ${ED25519}`],
    ['an address of IPv6 and a port', `[2001:db8::1]:2222 ${ED25519}`],
    ['several hosts', `host.example,[host.example]:2222,192.0.2.1 ${ECDSA}`],
    ['patterns', `*.host.example,!not.host.example,a?.host.example ${ED25519}`],
    ['a hashed host', `|1|JfKTdBh7rNbXkVAQCRp4OQoPfmI=|USECr3SWf1JUPsms5AqfD5QfxkM= ${ED25519}`],
    ['an authority', `@cert-authority *.host.example ${ECDSA}`],
    ['a revoked key', `@revoked host.example ${ED25519}`],
    ['a comment behind the key', `host.example ${ED25519} me@here, since 2020`],
    ['tabs', `host.example\t${ED25519.replace(' ', '\t')}`],
    ['an authority and tabs', `@cert-authority\t*.host.example\t${ED25519}`],
    ['a certificate', `host.example ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29t`],
    ['a key on a security key', `host.example sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t`],
  ])('takes a line with %s as it is', (_title, line) => {
    expect(normalizeKnownHosts(line)).toEqual({ lines: line, wrong: undefined });
  });

  test.each([
    ['as they are', TWO],
    ['with a last newline', `${TWO}\n`],
    ['with CRLF', `${TWO}\r\n`.replace(/\r?\n/g, '\r\n')],
    ['with CR alone', TWO.replaceAll('\n', '\r')],
    ['with \\n as text', TWO.replaceAll('\n', '\\n')],
    ['with \\r\\n as text', `${TWO}\n`.replaceAll('\n', '\\r\\n')],
    ['with blank lines and spaces around', `\n\n  ${TWO.replace('\n', '  \n\n \t\n')}  \n\n`],
    ['indented by YAML', TWO.replace(/^/gm, '      ')],
    ['after a byte order mark', `\uFEFF${TWO}`],
    ['with comments', `# two hosts\n${TWO.replace('\n', '\n  # the other: \n')}\n#`],
    ['with comments, as ssh-keyscan writes them', `# one.example:22 SSH-2.0-OpenSSH_9.2\r\n${TWO}`],
  ])('takes lines %s', (_state, text) => {
    expect(normalizeKnownHosts(text)).toEqual({ lines: TWO, wrong: undefined });
  });

  test.each(['', ' \n\t\r\n', '# only a comment', '#\\n#'])('%j has no line, and none that is wrong', (text) => {
    expect(normalizeKnownHosts(text)).toEqual({ lines: '', wrong: undefined });
  });

  test.each([
    ['a fingerprint', 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU'],
    ['a fingerprint behind a host', 'one.example SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU'],
    ['a fingerprint in the place of a key', 'one.example ssh-ed25519 SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4'],
    ['what ssh-keygen -l shows', '256 SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU one.example (ED25519)'],
    ['a fingerprint of MD5', 'MD5:65:96:2d:fc:e8:d5:a9:11:64:0c:0f:ea:00:6e:5b:bd'],
    ['a public key without a host', ED25519],
    ['a public key without a host, with a comment', `${ED25519} me@here`],
    ['a host alone', 'one.example'],
    ['a host and a type', 'one.example ssh-ed25519'],
    ['a message of ssh-keyscan', 'getaddrinfo one.example: Name or service not known'],
    ['a word', 'rubbish'],
    ['an unknown marker', `@trusted one.example ${ED25519}`],
    ['a marker alone', '@cert-authority'],
    ['a line in quotes', `"one.example ${ED25519}"`],
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----'],
    ['a key of which the end is missing', `one.example ${ED25519.slice(0, -20)}`],
    ['a key of another type than its line says', `one.example ${ECDSA.replace('ecdsa-sha2-nistp256', 'ssh-ed25519')}`],
  ])('tells which line is %s', (_title, wrong) => {
    expect(normalizeKnownHosts(`${TWO}\n${wrong}\nalso wrong`).wrong).toBe(wrong);
    expect(normalizeKnownHosts(`${TWO}\\n  ${wrong}\r\nalso wrong`).wrong).toBe(wrong);
  });
});

needed('ssh-keygen').describe('what normalizeKnownHosts returns', () => {
  const scratch = new Scratch();

  afterAll(() => scratch.remove());

  /** How many keys ssh-keygen finds for a host in a file of these lines. */
  function found(host: string, lines: string): number {
    const file = scratch.join('known_hosts');
    writeFileSync(file, `${lines}\n`);
    const listed = execFileSync('ssh-keygen', ['-F', host, '-f', file], { encoding: 'utf8' });
    return listed.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  }

  test('is what ssh finds the hosts in, hashed ones too', () => {
    const file = scratch.join('hashed');
    writeFileSync(file, `[hashed.example]:2222 ${ED25519}\n`);
    execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'pipe' });
    const hashed = readFileSync(file, 'utf8').trim();
    const { lines } = normalizeKnownHosts(
      `# mine\r\n${TWO}\\n@cert-authority *.team.example ${ED25519}\\r\\n  ${hashed}`,
    );

    expect(hashed).toMatch(/^\|1\|/);
    expect(['one.example', 'two.example', 'a.team.example', '[hashed.example]:2222'].map((host) => found(host, lines)))
      // One key each, and nothing that was joined with its neighbour.
      .toEqual([1, 1, 1, 1]);
  });
});

describe('the message about ssh-known-hosts', () => {
  const remedy =
    'which is not a line of a known_hosts file (host, type, key): give the output of `ssh-keyscan HOST`, and compare it first with the keys that the host publishes.';

  function refusal(sshKnownHosts: string): string {
    const target = { url: 'ssh://git@host.example/x.git', sshKnownHosts };
    try {
      parseOptions(rawOptions({ source: { url: 'https://host.example/y.git' }, target }), commandName, '/');
    } catch (error) {
      return String(error);
    }
    throw new Error('it was taken for lines of a known_hosts file');
  }

  test('shows the line, and says what to give instead', () => {
    expect(refusal(`${TWO}\nSHA256:abc`)).toContain(`PUSH_MIRROR_SSH_KNOWN_HOSTS has the line "SHA256:abc", ${remedy}`);
  });

  test('shows a line in one line, without escape codes, and not without end', () => {
    const shown = refusal(`\u001b[31mred\u2028${'x y '.repeat(150)}`);

    expect(shown).toMatch(/has the line "\\x1b\[31mred\\u\{2028\}[xy ]+…", which is not a line of a known_hosts file/);
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u2028]|[xy ]{101}/);
  });

  test.each([
    ['in one line with spaces', (key: string) => key.replaceAll('\n', ' ')],
    ['in several lines', (key: string) => key],
    ['without its first line', (key: string) => key.split('\n').slice(1).join('\n')],
    ['in base64', (key: string) => Buffer.from(key).toString('base64')],
  ])('shows nothing of a private key that was given in the wrong place, %s', (_state, paste) => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const secret = key.split('\n')[1] ?? '';

    const shown = refusal(paste(key));

    expect(shown).toContain('PUSH_MIRROR_SSH_KNOWN_HOSTS');
    expect(shown).not.toContain(secret.slice(0, 20));
    expect(shown).not.toContain(secret.slice(-20));
    expect(shown).not.toContain(Buffer.from(key).toString('base64').slice(40, 60));
  });
});
