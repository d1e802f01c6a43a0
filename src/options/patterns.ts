import { Problem } from '../protocol/problem.js';

/** @throws {Problem} for a pattern that can match nothing */
export function checkPattern(pattern: string): void {
  if (pattern === '') throw new Problem('is empty: it would match nothing');
  if (pattern === '!') throw new Problem('excludes nothing: a pattern must follow the "!"');
  if (/^!?refs\/(?:heads|tags)\//.test(pattern)) {
    throw new Problem('begins with "refs/": patterns match the short name, as in "main" or "release/*"');
  }
}

/** Matches a name by a list of patterns; without one that includes, every name is included. */
export function patternMatcher(list: readonly string[]): (name: string) => boolean {
  const included = list.filter((pattern) => !pattern.startsWith('!')).map(matcherOf);
  const excluded = list.filter((pattern) => pattern.startsWith('!')).map((pattern) => matcherOf(pattern.slice(1)));
  return (name) =>
    (included.length === 0 || included.some((matches) => matches(name))) && !excluded.some((matches) => matches(name));
}

/** Matches a whole name by a pattern, in time that grows only with their lengths. */
export function matcherOf(pattern: string): (name: string) => boolean {
  const [first = '', ...rest] = pattern.split(/\*+/);
  const last = rest.pop();
  if (last === undefined) return (name) => name === first;
  return (name) => {
    const end = name.length - last.length;
    if (!name.startsWith(first) || !name.endsWith(last)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = name.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}

/**
 * The patterns that match none of the names. One that excludes may be meant for names to come, unless it is in quotes,
 * which somebody has taken for those of a shell.
 */
export function unmatched(patterns: readonly string[], names: readonly string[]): readonly string[] {
  const known = new Set(names);
  const matchesNone = (pattern: string): boolean =>
    pattern.includes('*') ? !names.some(matcherOf(pattern)) : !known.has(pattern);
  return [...new Set(patterns)].filter((pattern) =>
    pattern.startsWith('!') ? isQuoted(pattern.slice(1)) && matchesNone(pattern.slice(1)) : matchesNone(pattern),
  );
}

/** Reports whether a pattern stands in quotes, as a shell that has no such quotes leaves them. */
export function isQuoted(pattern: string): boolean {
  return /^!?(["'`]).*\1$/.test(pattern);
}
