import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestRepository } from '../repositories/git.js';

/** Who says it when LFS objects are missing. */
export type LfsHookWords = 'GitHub' | 'GitLab';

/**
 * Has a repository refuse pushes that name LFS objects which are not there, as GitHub and GitLab do it: a `pre-receive`
 * hook looks through all new blobs. The push is refused as a whole.
 *
 * @param endpoint of the LFS server to ask (not one that counts); without it the repository's own `lfs/objects` is looked at
 */
export function refuseUnknownLfs(target: TestRepository, endpoint?: string, words: LfsHookWords = 'GitHub'): void {
  const hooks = join(target.path, 'hooks');
  mkdirSync(hooks, { recursive: true });
  const settings = JSON.stringify({ endpoint, words, folder: join(target.path, 'lfs', 'objects') });
  const script = `#!${process.execPath}\n${PRE_RECEIVE}(${settings});\n`;
  writeFileSync(join(hooks, 'pre-receive'), script, { mode: 0o755 });
}

// Git shows a hook what is pushed before any ref moves, with the new objects in quarantine (githooks, "pre-receive").
const PRE_RECEIVE = String.raw`
const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
const { execFileSync } = process.getBuiltinModule('node:child_process');
const { join } = process.getBuiltinModule('node:path');
const git = (args, input) => execFileSync('git', args, { input, encoding: 'latin1', maxBuffer: 1 << 30 });
const lines = (text) => text.split('\n').filter((line) => line !== '');
const pointers = () => {
  const tips = lines(readFileSync(0, 'utf8')).map((line) => line.split(' ')[1]).filter((id) => !/^0+$/.test(id));
  if (tips.length === 0) return [];
  const ids = git(['rev-list', '--objects', '--no-object-names', '--stdin', '--not', '--all'], tips.join('\n') + '\n');
  const blobs = lines(git(['cat-file', '--batch-check'], ids)).map((line) => line.split(' '));
  const small = blobs.filter(([, type, size]) => type === 'blob' && Number(size) < 1024).map(([id]) => id + '\n');
  const text = git(['cat-file', '--batch'], small.join(''));
  const found = text.matchAll(/^version https:\/\/git-lfs\S+\n(?:ext-.*\n)*oid sha256:([0-9a-f]{64})\nsize (\d+)\n/gm);
  return [...new Map(Array.from(found, ([, oid, size]) => [oid, { oid, size: Number(size) }])).values()];
};
const unknownTo = async (endpoint, objects) => {
  const type = 'application/vnd.git-lfs+json';
  const body = JSON.stringify({ operation: 'download', transfers: ['basic'], objects });
  const headers = { Accept: type, 'Content-Type': type };
  const answer = await fetch(endpoint + '/objects/batch', { method: 'POST', headers, body });
  // As a whole: the server has none of them.
  if (answer.status === 404 || answer.status === 422) return objects;
  if (!answer.ok) throw new Error('the LFS server answered ' + answer.status);
  return (await answer.json()).objects.filter(({ error }) => error !== undefined);
};
const isIn = (folder, { oid }) => existsSync(join(folder, oid.slice(0, 2), oid.slice(2, 4), oid));
const refuse = (unknown, words) => {
  const oids = unknown.map(({ oid }) => '    ' + oid + '\n').join('');
  const count = unknown.length + ' unknown Git LFS object' + (unknown.length === 1 ? '' : 's');
  const gitHub = 'error: GH008: Your push referenced at least ' + count + ':\n' + oids;
  const all = "'git lfs push --all'";
  const gitLab = 'GitLab: LFS objects are missing. Ensure LFS is properly set up or try a manual "git lfs push --all".\n';
  process.stderr.write(words === 'GitHub' ? gitHub + 'Try to push them with ' + all + '.\n' : gitLab);
  process.exitCode = 1;
};
const judge = async ({ endpoint, folder, words }) => {
  const objects = pointers();
  if (objects.length === 0) return;
  const unknown = [];
  if (endpoint === undefined) unknown.push(...objects.filter((object) => !isIn(folder, object)));
  else for (let at = 0; at < objects.length; at += 100) unknown.push(...(await unknownTo(endpoint, objects.slice(at, at + 100))));
  if (unknown.length > 0) refuse(unknown, words);
};
judge`;
