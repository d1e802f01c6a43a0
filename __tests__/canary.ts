import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isolatedGit } from './repositories/git.js';
import type { Ended } from './run.js';

/**
 * Every form in which a secret would still be one: plain, percent-encoded, escaped as in JSON, and in base64 wherever it
 * begins there.
 */
export function formsOf(secret: string): string[] {
  const lines = secret.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'));
  return (lines.length > 1 ? lines : [secret]).flatMap((text) => [
    text,
    encodeURIComponent(text),
    ...escapedForJson(text),
    ...[0, 1, 2].map((before) => insideBase64(text, before)),
  ]);
}

function insideBase64(text: string, before: number): string {
  const bytes = Buffer.from('x'.repeat(before) + text);
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64');
  return whole.slice(before === 0 ? 0 : 4);
}

/** As some servers write a text in JSON, though nothing makes them: `\/`, `\u002b`. */
export function escapedForJson(text: string): string[] {
  const code = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return [text.replaceAll('/', '\\/'), text.replace(/[^\w\s-]/g, code)];
}

/** A secret as somebody may write it: plain, percent-encoded, in base64 by itself, behind a name and inside other text. */
export function written(secret: string): string[] {
  const texts = [secret, `user:${secret}`, `x${secret}y`, `xx${secret}yy`];
  return [secret, encodeURIComponent(secret), ...texts.map((text) => Buffer.from(text).toString('base64'))];
}

/** One system call of one process, as strace(1) writes it: `execve("/usr/bin/ssh", […], […]) = 0`. */
export interface Call {
  readonly name: string;
  readonly line: string;
}

/** What a program that was run under strace came to, and what it and all its children did. */
export interface Traced extends Ended {
  readonly calls: readonly Call[];
}

const TRACED = 'execve,execveat,write,writev,pwrite64,pwritev,sendto,sendmsg,rename,renameat2,link,linkat,symlink';
// strace cuts texts off otherwise.
const LONGEST = String(8 * 1024 * 1024);

/**
 * Runs a bundle from `dist/` under strace, which sees every process that comes of it: arguments, environment, writes.
 *
 * @param file where strace writes to
 * @param whileRunning is given the process of strace, to stop what it runs
 */
export async function traced(
  bundle: 'dist/cli/index.js' | 'dist/index.js',
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  file: string,
): Promise<Traced> {
  const strace = ['-f', '-qq', '-v', '-y', '-s', LONGEST, '-e', `trace=${TRACED}`, '-e', 'signal=none', '-o', file];
  const child = spawn('strace', [...strace, process.execPath, resolve(bundle), ...args], {
    env: { ...isolatedGit(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((settle, reject) => {
    child.once('error', reject);
    child.once('close', settle);
  });
  return { code, stdout, stderr, calls: callsIn(readFileSync(file, 'latin1')) };
}

function callsIn(trace: string): Call[] {
  return trace
    .split('\n')
    .map((line) => line.replace(/^\d+\s+/, ''))
    .map((line) => ({ name: /^(?:<\.\.\. )?(\w+)/.exec(line)?.[1] ?? '', line: unescaped(line) }));
}

/** strace writes quotes, backslashes and line feeds as C does. */
function unescaped(line: string): string {
  return line.replace(/\\(["\\nrt])/g, (_all, character: string) => UNESCAPED[character] ?? '');
}

const UNESCAPED: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', r: '\r', t: '\t' };

/** The content of every file below a folder, by its path. */
export function contentsBelow(folder: string): Map<string, string> {
  return new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile())
      .map((path) => [path, readFileSync(path, 'latin1')]),
  );
}
