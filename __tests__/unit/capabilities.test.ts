import { describe, expect, test } from '@jest/globals';
import { Capabilities } from '../../src/protocol/wire/capabilities.js';
import { ProtocolError } from '../../src/protocol/errors.js';

describe('Capabilities', () => {
  // As GitHub's receive-pack has them.
  const target = Capabilities.of(
    'report-status report-status-v2 delete-refs side-band-64k ofs-delta atomic object-format=sha1 quiet agent=github/spokes push-options'.split(
      ' ',
    ),
  );

  test.each([
    ['atomic', true],
    ['object-format', true],
    ['object-format=sha1', false],
    ['report', false],
    ['', false],
    ['toString', false],
  ])('has %j: %s', (name, expected) => {
    expect(target.has(name)).toBe(expected);
  });

  test('values come in the order given', () => {
    const source = Capabilities.of([
      'symref=HEAD:refs/heads/main',
      'symref=refs/heads/a:refs/heads/b',
      'x=y=z',
      'empty=',
      '',
    ]);

    expect(source.values('symref')).toEqual(['HEAD:refs/heads/main', 'refs/heads/a:refs/heads/b']);
    expect(source.values('x')).toEqual(['y=z']);
    expect(source.values('empty')).toEqual(['']);
    expect(target.values('atomic')).toEqual([]);
    expect(target.values('nothing')).toEqual([]);
    expect(source.has('')).toBe(false);
  });

  test.each([
    ['fetch=shallow wait-for-done filter', 'filter', true],
    ['fetch=shallow', 'filter', false],
    ['fetch=filters', 'filter', false],
    ['fetch', 'filter', false],
    ['filter', 'filter', false],
  ])('%s has the feature %s of fetch: %s', (line, feature, expected) => {
    expect(Capabilities.of([line]).hasFeature('fetch', feature)).toBe(expected);
  });

  test.each([
    ['nothing is said', [], 'sha1'],
    ['sha1 is said', ['object-format=sha1'], 'sha1'],
    ['sha256 is said', ['object-format=sha256'], 'sha256'],
    ['both are said, the first counts', ['object-format=sha256', 'object-format=sha1'], 'sha256'],
  ])('the object format where %s', (_what, words, format) => {
    expect(Capabilities.of(words).objectFormat('x')).toBe(format);
  });

  test('an object format that is not known is refused', () => {
    expect(() => Capabilities.of(['object-format=sha3\u001b']).objectFormat('x')).toThrow(ProtocolError);
    expect(() => Capabilities.of(['object-format=sha3\u001b']).objectFormat('x')).toThrow(/"sha3\\x1b"/);
  });

  test('none has none', () => {
    expect(Capabilities.none.has('atomic')).toBe(false);
    expect(Capabilities.none.objectFormat('x')).toBe('sha1');
  });
});
