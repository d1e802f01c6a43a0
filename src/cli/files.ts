import { rm, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { printable } from '../protocol/printable.js';
import type { RawOptions } from '../options/raw.js';

/** Files for the report and the outputs; empty for no file. */
export interface Files {
  readonly report: string;
  readonly dotenv: string;
}

/**
 * Finds files that clash: what is written must not take the place of what is read, nor of one another. Anything may go to
 * a device.
 */
export async function clashesOf({ mirrors }: Pick<RawOptions, 'mirrors'>, files: Files): Promise<string[]> {
  const named: readonly (readonly [string, string])[] = [
    ['--mirrors', mirrors],
    ['--report', files.report],
    ['--dotenv', files.dotenv],
  ];
  const problems: string[] = [];
  for (const [index, [name, path]] of named.entries()) {
    const other = named.slice(0, index).find(([, one]) => one !== '' && resolve(one) === resolve(path));
    if (path === '' || other === undefined || (await isDevice(path))) continue;
    problems.push(`${name} is "${printable(path, 300)}", the same file as ${other[0]}: give another file.`);
  }
  return problems;
}

/**
 * Empties the files of an earlier run, which would be taken for this one's, whatever becomes of this one.
 *
 * @param unfinished text for the outputs until the run has ended
 * @returns why a file cannot be written, a sentence each
 */
export async function startFiles({ report, dotenv }: Files, unfinished: string): Promise<string[]> {
  const unwritable = await write('--report', report, '');
  if (report !== '' && unwritable.length === 0 && !(await isDevice(report))) await rm(report);
  return [...unwritable, ...(await write('--dotenv', dotenv, unfinished))];
}

/**
 * Writes the report and the outputs to the files that were asked for.
 *
 * @returns why a file cannot be written, a sentence each
 */
export async function writeFiles({ report, dotenv }: Files, texts: Partial<Files>): Promise<string[]> {
  return [
    ...(texts.report === undefined ? [] : await write('--report', report, texts.report)),
    ...(texts.dotenv === undefined ? [] : await write('--dotenv', dotenv, texts.dotenv)),
  ];
}

async function write(option: string, path: string, text: string): Promise<string[]> {
  if (path === '') return [];
  try {
    await writeFile(path, text);
    return [];
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return [`${option} is "${printable(path, 300)}", which cannot be written (${code}).`];
  }
}

async function isDevice(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isFile();
  } catch {
    return false;
  }
}
