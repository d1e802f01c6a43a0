import { expect, test } from '@jest/globals';
import { Secrets } from '../../src/redaction/secrets.js';
import { seeded } from '../random.js';
import { randomSecret, WRITINGS } from '../secret-forms.js';

const random = seeded(20);
const SECRETS = Array.from({ length: 20 }, () => randomSecret(random));
const secrets = new Secrets([...SECRETS, 'a'.repeat(40), 'production-deployment-2024'], ['me']);
const LENGTH = 16 * 1024;

const UNITS: Readonly<Record<string, string>> = {
  words: 'ordinary words of a log, ',
  letters: 'aGVsbG8gd29ybGQ',
  'one letter': 'a',
  'a part of a secret': SECRETS[0]?.slice(0, 7) ?? '',
  'a whole secret': `${SECRETS[1] ?? ''} `,
  'words of a secret': 'production deployment ',
  backslashes: '\\',
  percents: '%25',
  'unfinished percents': '%2',
  'signs of HTML': '&',
  'numbers of HTML': '&#000',
  zeros: '&#0',
  names: '&lowbar',
  'signs of quoted-printable': '=\t',
  'signs of UTF-7': '+AEEAQQ',
  'colours of a terminal': '\u001b[0',
  'full-width letters': '\uff41',
  'lone surrogates': '\ud800',
  NUL: '\0',
  blanks: ' ',
  'line feeds': '\n',
  'an object id': '0123456789abcdef0123456789abcdef01234567',
  ...Object.fromEntries(
    Object.entries(WRITINGS).map(([name, write]) => [`a secret as ${name}`, write(SECRETS[2] ?? '', random).join('')]),
  ),
};

/** The shortest of some times, in milliseconds of this process's CPU. */
function timeOf(text: string): number {
  const times = Array.from({ length: 3 }, () => {
    const { user, system } = process.cpuUsage();
    secrets.redact(text);
    const after = process.cpuUsage();
    return (after.user - user + after.system - system) / 1000;
  });
  return Math.min(...times);
}

test.each(Object.entries(UNITS))('twice as many %s take about twice the time', (_what, unit) => {
  const text = unit.repeat(Math.ceil(LENGTH / unit.length));
  timeOf(text);
  const [once, fourTimes] = [timeOf(text), timeOf(text.repeat(4))];

  // A quadratic search would take sixteen times as long.
  expect(fourTimes).toBeLessThan(9 * Math.max(once, 2));
  expect(once).toBeLessThan(100);
});
