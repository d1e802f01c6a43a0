import { describe, expect, test } from '@jest/globals';
import { urlOf } from '../../src/protocol/url.js';

describe('text that may be a URL', () => {
  test('a URL is read, and a relative one by its base', () => {
    expect(urlOf('https://host.example/a b')?.href).toBe('https://host.example/a%20b');
    expect(urlOf('../c?d', new URL('https://host.example/a/b'))?.href).toBe('https://host.example/c?d');
  });

  test.each(['', 'host', '//host', 'http://', 'http://[', 'http://a b/', 'http://h:99999/', 'me@host/a'])(
    'no URL: "%s"',
    (text) => {
      expect(urlOf(text)).toBeUndefined();
    },
  );

  // The answer of `URL.canParse` changes in the course of some thousand calls.
  test.each(['http:\u00f0\u009f\u0098\u0080', 'http://\u00ff\u0080:1\u00e4/', 'http://%\u00e4/'])(
    'what is no URL is none, however often it is read: %j',
    (text) => {
      const base = new URL('https://host.example/');
      const once = (): unknown[] => [urlOf(text), urlOf(text, base)?.protocol];
      const first = once();
      const others = Array.from({ length: 5_000 }, once).filter(
        ([one, other]) => one !== first[0] || other !== first[1],
      );
      expect(first[0]).toBeUndefined();
      expect(others).toEqual([]);
    },
  );
});
