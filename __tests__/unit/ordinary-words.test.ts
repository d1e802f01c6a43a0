import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { Secrets } from '../../src/redaction/secrets.js';

/** Secrets as people make them up: of words that stand in messages of this program, too. */
const ORDINARY = [
  's3cret-token-of-the-target',
  'token-of-the-target',
  'The Source Of The Target 1',
  'this is the token of the source',
  'push-mirror-token',
  'PushMirror2024!',
  'pushmirror-secret',
  'mirrortoken',
  'source_token_2',
  'target_password',
  'TargetToken2024',
  'accesstoken-for-gitlab',
  'password1234',
  'repository.1',
  'refs-and-branches',
  'my-default-branch-is-main',
  'gitlab-deploy-token',
  'production-deployment-2024',
  'ssh-key-for-codecommit',
  'correct horse battery staple',
  'the-server-does-not-know',
  'hunter2-of-the-repository',
] as const;

/** Texts in the sources that have blanks, and what the documents quote. */
function messages(): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isStringLiteralLike(node) ||
      node.kind === ts.SyntaxKind.TemplateHead ||
      ts.isTemplateMiddleOrTemplateTail(node)
    )
      found.push((node as ts.StringLiteralLike).text);
    ts.forEachChild(node, visit);
  };
  for (const name of readdirSync('src', { recursive: true, encoding: 'utf8' })) {
    // Texts from which words of passwords are known are none that are shown.
    if (!name.endsWith('.ts') || name === 'redaction/ordinary-words.ts') continue;
    visit(ts.createSourceFile(name, readFileSync(join('src', name), 'utf8'), ts.ScriptTarget.ES2022));
  }
  const quotes = readFileSync('docs/troubleshooting.md', 'utf8').match(/\*\*[^*\n]+\*\*/g) ?? [];
  const meanings = readFileSync('docs/codes.md', 'utf8').match(/(?<=^\| `[^|]*\| ).*(?= \|$)/gm) ?? [];
  return [...found.filter((text) => text.includes(' ')), ...quotes, ...meanings];
}

const all = messages();

test.each(ORDINARY)('messages stay as they are, though "%s" is a secret', (secret) => {
  const secrets = new Secrets([secret]);

  expect(all.length).toBeGreaterThan(1000);
  expect(all.map((text) => secrets.redact(text)).filter((text, index) => text !== all[index])).toEqual([]);
});
