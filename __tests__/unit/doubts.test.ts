import { describe, expect, test } from '@jest/globals';
import { doubtOnSecret, doubtOnUsername } from '../../src/options/doubts.js';

const TOKEN = 'glpat-Zq3xW9_vT-7LmN2pRs';
const ENCODED = Buffer.from(`me:${TOKEN}`).toString('base64');

const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----';

describe('a secret that looks wrong', () => {
  test.each<[string, string]>([
    [`"${TOKEN}"`, 'quote'],
    [`'${TOKEN}'`, 'quote'],
    [`“${TOKEN}”`, 'quote'],
    [`"${TOKEN}`, 'quote'],
    [`${TOKEN}'`, 'quote'],
    [`Bearer ${TOKEN}`, 'words of a header'],
    [`bearer: ${TOKEN}`, 'words of a header'],
    [`"Bearer ${TOKEN}"`, 'words of a header'],
    [`Basic ${ENCODED}`, 'words of a header'],
    [`token ${TOKEN}`, 'words of a header'],
    [`Authorization: token ${TOKEN}`, 'words of a header'],
    [`PRIVATE-TOKEN: ${TOKEN}`, 'words of a header'],
    [`me:${TOKEN}`, '"user:token"'],
    [`x-access-token:${TOKEN}`, '"user:token"'],
    [`https://me:${TOKEN}@host.example`, 'is a URL'],
    [`${TOKEN.slice(0, 9)}\n${TOKEN.slice(9)}`, 'line break'],
    [`${TOKEN.slice(0, 9)}\r\n${TOKEN.slice(9)}`, 'line break'],
    [`${TOKEN.slice(0, 9)} ${TOKEN.slice(9)}`, 'a space'],
    [`${TOKEN}\u200b`, 'U+200B'],
    [`\ufeff${TOKEN}`, 'U+FEFF'],
    [`\u00a0${TOKEN}`, 'U+00A0'],
    [`${TOKEN.slice(0, 5)}\u00ad${TOKEN.slice(5)}`, 'U+00AD'],
    [`\u200f${TOKEN}\u202c`, 'U+200F'],
    [`${TOKEN}\u3164`, 'U+3164'],
    [`${TOKEN}\u{e0001}`, 'U+E0001'],
    [`${TOKEN}\u001b`, 'U+001B'],
    ['***', 'what a log shows'],
    ['[MASKED]', 'what a log shows'],
    ['${{ secrets.MIRROR_TOKEN }}', 'no value was put'],
    ['$MIRROR_TOKEN', 'no value was put'],
    ['secrets.MIRROR_TOKEN', 'no value was put'],
    ['<your-token>', 'placeholder'],
    [`MIRROR_TOKEN=${TOKEN}`, 'name of a variable and "="'],
    [`export TOKEN=${TOKEN}`, 'name of a variable and "="'],
    [`${TOKEN}\\n`, 'escape sequence'],
    [`${TOKEN}\\u200b`, 'escape sequence'],
    [`\uff47${TOKEN}`, 'looks like one of ASCII'],
    ['${MIRROR_TOKEN}', 'no value was put'],
    ['$(MIRROR_TOKEN)', 'no value was put'],
    ['%MIRROR_TOKEN%', 'no value was put'],
    ['$env:MIRROR_TOKEN', 'no value was put'],
    ['{{ mirror_token }}', 'no value was put'],
    ['MIRROR_TOKEN', 'the name of a secret'],
    ['GITLAB_MIRROR_TOKEN_2', 'the name of a secret'],
    [ENCODED, 'base64'],
    [ENCODED.replace(/=+$/, ''), 'base64'],
    [KEY, 'private key'],
    [KEY.replaceAll('\n', ' '), 'private key'],
  ])('%j: %s', (secret, words) => {
    const clause = doubtOnSecret(secret);

    expect(clause).toContain(words);
    expect(clause).not.toContain(TOKEN.slice(0, 5));
    expect(clause).not.toContain(ENCODED.slice(0, 8));
  });

  test.each([
    TOKEN,
    'ghp_0123456789abcdefghijABCDEFGHIJ012345',
    'github_pat_11AAAAAAA0abcdefghij_0123456789',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
    '0123456789abcdef0123456789abcdef01234567',
    'ATBBx7Kk_Lq9',
    'correct-horse-battery-staple',
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    'pass%word$1',
    'pä55wörd',
    'ABCDEF0123456789',
    '',
  ])('%j does not', (secret) => {
    expect(doubtOnSecret(secret)).toBeUndefined();
  });
});

describe('a user name that looks wrong', () => {
  test.each([
    ['"me"', 'quote'],
    ['@me', '"@"'],
    ['my name', 'space'],
    ['me\u200b', 'U+200B'],
    ['$USER', 'no value was put'],
    ['${{ vars.NAME }}', 'no value was put'],
  ])('%j: %s', (username, words) => {
    expect(doubtOnUsername(username)).toContain(words);
  });

  test.each(['me', 'me@example.com', 'x-access-token', 'gitlab+deploy-token-1', 'me-at-123456789012', ''])(
    '%j does not',
    (username) => {
      expect(doubtOnUsername(username)).toBeUndefined();
    },
  );
});
