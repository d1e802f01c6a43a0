import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { REJECTIONS_OF_GIT, remedyText } from '../../src/hosts/rejection.js';
import type { RejectionRule } from '../../src/hosts/host.js';
import { HOSTS } from '../../src/hosts/hosts.js';
import { Scratch } from '../repositories/git.js';

const PAGE = 'docs/troubleshooting.md';
const page = readFileSync(PAGE, 'utf8');

/** What stands between the marks of a part that is written by the script. */
function written(name: string): string {
  return new RegExp(`<!-- ${name}: [^\n]*-->\n([^]*?)<!-- end of ${name} -->`).exec(page)?.[1] ?? '';
}

function rowsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) => line.slice(2, -2).split(' | '));
}

describe('what the page has from the hosts', () => {
  let scratch: Scratch;

  beforeAll(() => {
    scratch = new Scratch();
  });
  afterAll(() => scratch.remove());

  test('is what node scripts/troubleshooting.mjs writes', () => {
    const empty = page.replace(/(<!-- (sign-in|refusals): [^\n]*-->\n)[^]*?(<!-- end of \2 -->)/g, '$1$3');
    const copy = scratch.join('page.md');
    writeFileSync(copy, empty);
    execFileSync(process.execPath, ['scripts/troubleshooting.mjs', copy]);

    expect(empty.length).toBeLessThan(page.length / 1.2);
    expect(readFileSync(copy, 'utf8')).toBe(page);
  });

  const catalogue: readonly (readonly [string, readonly RejectionRule[]])[] = [
    ...HOSTS.map(({ title, rejections }) => [title, rejections] as const),
    ['Any Git server', REJECTIONS_OF_GIT],
  ];
  const sections = written('refusals')
    .split(/^### /m)
    .slice(1)
    .map((section): [string, string[][]] => [section.slice(0, section.indexOf('\n')), rowsOf(section)]);

  test('has a section for every host', () => {
    expect(sections.map(([title]) => title)).toEqual(catalogue.map(([title]) => title));
  });

  test.each(catalogue)('has every refusal of %s, with words by which it is known', (title, rules) => {
    const rows = new Map(sections).get(title) ?? [];

    expect(rows.map(([, meaning, remedy]) => [meaning, remedy])).toEqual(
      rules.map(({ meaning, remedy }) => [meaning, remedyText(remedy)]),
    );
    for (const [index, { pattern }] of rules.entries()) {
      const words = Array.from(rows[index]?.[0]?.matchAll(/`([^`]+)`/g) ?? [], ([, one = '']) => one);
      const alternatives = pattern.source.replace(/\([^)]*\)/g, '').split('|').length;

      expect(words.length).toBeGreaterThanOrEqual(alternatives);
      expect(words.filter((one) => !pattern.test(one.replaceAll('…', 'anything')))).toEqual([]);
    }
  });

  test('has what every host wants of a sign-in', () => {
    const wanted = HOSTS.flatMap(({ title, hints }) =>
      Object.entries(hints).flatMap(([status, hint]) =>
        (typeof hint === 'object' ? [hint.read, hint.write] : [hint ?? '']).map(
          (words) => [title, status, words] as const,
        ),
      ),
    );
    const rows = rowsOf(written('sign-in'));

    expect(
      wanted.filter(
        ([title, status, words]) =>
          !rows.some(([host, code, hint]) => host === title && code === status && hint?.includes(words)),
      ),
    ).toEqual([]);
  });
});

/** What stands for something that varies. */
const VARYING = '\0';

/** Every text in the sources, with its parts put together. */
function textsIn(path: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    if (text !== undefined) texts.push(text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022));
  return texts;
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => VARYING + literal.text).join('');
  }
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  return (textOf(node.left) ?? VARYING) + (textOf(node.right) ?? VARYING);
}

describe('every message that the page quotes, in bold', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => textsIn(join('src', name)));
  // The component says a few things itself, in shell.
  const component = readFileSync('templates/push-mirror.yml', 'utf8')
    .replace(/\\\n */g, '')
    .split('\n');
  const texts = [...sources, ...component];

  const own = page.replace(/<!-- (sign-in|refusals): [^]*?<!-- end of \1 -->/g, '');
  const quoted = Array.from(own.matchAll(/\*\*((?:[^*\\]|\\.)+)\*\*/g), ([, words = '']) =>
    words.replace(/\\(.)/g, '$1'),
  );
  // In the introduction, as an example of itself.
  const messages = [...new Set(quoted)].filter((words) => !['bold', 'what push-mirror prints'].includes(words));

  const partsOf = (message: string): string[] =>
    message
      .split('…')
      .map((part) => part.trim())
      .filter((part) => part !== '');

  test('are many', () => {
    expect(messages.length).toBeGreaterThan(150);
  });

  test.each(messages)('stands in the sources: %s', (message) => {
    const parts = partsOf(message);
    const pattern = new RegExp(parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('[^]*'));

    expect(parts.join('').length).toBeGreaterThan(8);
    expect(texts.some((text) => pattern.test(text))).toBe(true);
  });
});
