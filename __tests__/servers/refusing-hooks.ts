import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestRepository } from '../repositories/git.js';

/** Which refs a repository refuses, by full name, and what it says then. */
export interface Refused {
  readonly refs: readonly string[];
  /** Line by line. */
  readonly said?: readonly string[];
}

/** A push with one of the refs is refused as a whole, as GitLab does it. */
export function refuseWhole(target: TestRepository, { refs, said = [] }: Refused): void {
  const file = writeLines(target, said);
  const names = writeLines(target, refs);
  write(target, 'pre-receive', `if cut -d ' ' -f 3 | grep -qxFf '${names}'; then cat '${file}' >&2; exit 1; fi`);
}

/** A push with one of the refs is refused as a whole, and the first of them is named, as Gitea does it. */
export function refuseAtFirst(target: TestRepository, refs: readonly string[], words: string): void {
  const names = writeLines(target, refs);
  const sentence = `printf "\\nerror:\\nerror: ${words} %s\\nerror:\\n", substr($3, 12) > "/dev/stderr"`;
  write(target, 'pre-receive', `exec awk 'NR == FNR { bad[$0]; next } $3 in bad { ${sentence}; exit 1 }' '${names}' -`);
}

/** Each of the refs is refused with a reason of the server's own, all others land, as GitHub does it. */
export function refuseEach(target: TestRepository, { refs, said = [] }: Refused, reason: string): void {
  target.git(['config', 'receive.procReceiveRefs', 'refs/']);
  const settings = JSON.stringify({ refs, said, reason });
  write(target, 'proc-receive', `${PROC_RECEIVE}(${settings});`, process.execPath);
}

function writeLines(target: TestRepository, lines: readonly string[]): string {
  const path = join(hooks(target), `lines-${(written += 1)}`);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

let written = 0;

function write(target: TestRepository, name: string, script: string, program = '/bin/sh'): void {
  writeFileSync(join(hooks(target), name), `#!${program}\n${script}\n`, { mode: 0o755 });
}

function hooks(target: TestRepository): string {
  const folder = join(target.path, 'hooks');
  mkdirSync(folder, { recursive: true });
  return folder;
}

// The hook in whose hands git leaves the verdicts (githooks, "proc-receive"); what it lets pass, git carries out.
const PROC_RECEIVE = String.raw`
const { readSync, writeSync } = process.getBuiltinModule('node:fs');
const read = (length) => {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) at += readSync(0, bytes, at, length - at, null);
  return bytes.toString('utf8');
};
const packets = () => {
  const seen = [];
  for (let length = parseInt(read(4), 16); length > 0; length = parseInt(read(4), 16)) seen.push(read(length - 4));
  return seen;
};
const send = (text) => writeSync(1, (Buffer.byteLength(text) + 4).toString(16).padStart(4, '0') + text);
const flush = () => writeSync(1, '0000');
const judge = ({ refs, said, reason }) => {
  packets();
  send('version=1');
  flush();
  const names = packets().map((line) => line.trim().split(' ')[2]);
  if (names.some((name) => refs.includes(name))) writeSync(2, said.map((line) => line + '\n').join(''));
  for (const name of names) {
    if (refs.includes(name)) send('ng ' + name + ' ' + reason);
    else ['ok ' + name, 'option fall-through'].forEach(send);
  }
  flush();
};
judge`;
