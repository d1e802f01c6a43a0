import { describe, expect, test } from '@jest/globals';
import { Secrets } from '../../src/redaction/secrets.js';
import { printable } from '../../src/protocol/printable.js';
import { pick, seeded } from '../random.js';
import { cutSomewhere, NESTED, partsIn, randomSecret, wrapped, WRITINGS } from '../secret-forms.js';

// A seed and a number of rounds may be given, to look longer than a test should.
const ROUNDS = Number(process.env.SECRETS_ROUNDS ?? 40);
const SEED = Number(process.env.SECRETS_SEED ?? 12);
const AROUND = [
  ['the token ', ' is not valid'],
  ['Authorization: Basic ', '\r\n'],
  ['{"message":"', '"}'],
  ['<p title="', '">'],
  ['https://me:', '@host.example/x.git?a=b'],
  ['', ''],
] as const satisfies [Around, ...Around[]];

type Around = readonly [string, string];

describe.each(Object.entries(WRITINGS))('%s', (_what, write) => {
  test.each([
    ['whole', (units: readonly string[]) => units.join('')],
    ['wrapped', wrapped],
    ['cut', (units: readonly string[], random: () => number) => cutSomewhere(units.join(''), random)],
    [
      'wrapped and cut',
      (units: readonly string[], random: () => number) => cutSomewhere(wrapped(units, random), random),
    ],
  ] as const)('%s: no eight characters of a secret are shown', (_how, spoil) => {
    const random = seeded(SEED);
    for (let round = 0; round < ROUNDS; round += 1) {
      const secret = randomSecret(random);
      const [before, behind] = pick<Around>(random, AROUND);
      const said = before + spoil(write(secret, random), random) + behind;
      const text = pick(random, [said, printable(said), JSON.stringify(said)]);
      const shown = new Secrets(['another-secret', secret]).redact(text);

      expect({ secret, text, shown, parts: partsIn(shown, secret) }).toEqual({ secret, text, shown, parts: [] });
    }
  });
});

describe.each(Object.entries(NESTED))('%s', (_what, write) => {
  test('no eight characters of a secret are shown, wherever it ends', () => {
    const random = seeded(SEED);
    for (let round = 0; round < ROUNDS; round += 1) {
      const secret = randomSecret(random);
      const [before, behind] = pick<Around>(random, AROUND);
      const code = write(secret);
      const cut = Math.floor(0.5 * random() * code.length);
      const text = before + pick(random, [code, code.slice(0, -cut - 1)]) + behind;
      const shown = new Secrets(['another-secret', secret]).redact(text);

      expect({ secret, text, shown, parts: partsIn(shown, secret) }).toEqual({ secret, text, shown, parts: [] });
    }
  });
});

test('the search for parts finds them', () => {
  const random = seeded(1);
  for (const write of Object.values(WRITINGS)) {
    const secret = randomSecret(random);
    if (write === WRITINGS['lower case']) continue;

    expect(partsIn(write(secret, random).join(''), secret)).not.toEqual([]);
  }
});
