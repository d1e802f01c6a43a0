import { printable } from '../protocol/printable.js';
import {
  fileIdentity,
  isThroughput,
  removeFile,
  repositoryOfPart,
  whyUnwritten,
  writeWhole,
  type OwnStream,
} from '../report/files/whole-file.js';

/** Files for the report and the outputs; empty for no file. */
export interface Files {
  readonly report: string;
  readonly dotenv: string;
}

/** A file or folder that a run works with, and what a user calls it. */
export interface NamedPlace {
  readonly name: string;
  readonly path: string;
}

/** Writes the files that a user asked for. No path of them takes the place of what the run reads or mirrors. */
export class ReportFiles {
  readonly #streams: readonly OwnStream[];

  /** @param streams of this process, such as its standard output */
  constructor(streams: readonly OwnStream[]) {
    this.#streams = streams;
  }

  /**
   * Finds files that clash: what is written must not take the place of what is read, of a part of a repository, or of
   * one another. Anything may go to a device.
   *
   * @param others what the run reads, and its repositories
   * @returns a sentence for each
   */
  async clashes({ report, dotenv }: Files, others: readonly NamedPlace[]): Promise<string[]> {
    const written = [
      { name: '--report', path: report },
      { name: '--dotenv', path: dotenv },
    ];
    const known = new Map<string, string>();
    for (const { name, path } of others) known.set(await fileIdentity(path), name);
    const problems: string[] = [];
    for (const { name, path } of written) {
      if (path === '' || (await isThroughput(path, this.#streams))) continue;
      const identity = await fileIdentity(path);
      const other = known.get(identity);
      const repository = await repositoryOfPart(path);
      if (other !== undefined) problems.push(clash(name, path, other));
      else if (repository !== undefined) problems.push(damage(name, path, repository));
      known.set(identity, name);
    }
    return problems;
  }

  /**
   * Takes away the files of an earlier run, which would be taken for this one's, whatever becomes of this one.
   *
   * @param unfinished text for the outputs until the run has ended
   * @returns why a file cannot be written, a sentence each
   */
  async start({ report, dotenv }: Files, unfinished: string): Promise<string[]> {
    const isFile = report !== '' && !(await isThroughput(report, this.#streams));
    const ofReport = isFile ? await this.#write('--report', report, '') : [];
    // One that cannot be removed is empty at least.
    if (isFile && ofReport.length === 0) await removeFile(report);
    const isOutput = dotenv !== '' && !(await isThroughput(dotenv, this.#streams));
    const ofDotenv = isOutput ? await this.#write('--dotenv', dotenv, unfinished) : [];
    // Only now it shows if both names are one to a file system that knows no case.
    const isSame = isFile && isOutput && (await fileIdentity(report)) === (await fileIdentity(dotenv));
    const unwritable = [...ofReport, ...ofDotenv].map(
      (problem) => `${problem} Give a path where a file can be written.`,
    );
    return [...unwritable, ...(isSame ? [clash('--dotenv', dotenv, '--report')] : [])];
  }

  /**
   * Writes the report and the outputs to the files that were asked for.
   *
   * @returns why a file cannot be written, a sentence each
   */
  async write({ report, dotenv }: Files, texts: Partial<Files>): Promise<string[]> {
    return [
      ...(texts.report === undefined ? [] : await this.#write('--report', report, texts.report)),
      ...(texts.dotenv === undefined ? [] : await this.#write('--dotenv', dotenv, texts.dotenv)),
    ];
  }

  async #write(option: string, path: string, text: string): Promise<string[]> {
    if (path === '') return [];
    try {
      await writeWhole(path, text, { streams: this.#streams });
      return [];
    } catch (error) {
      return [`${option} is "${printable(path, 300)}", which cannot be written: ${whyUnwritten(error)}.`];
    }
  }
}

function damage(name: string, path: string, repository: string): string {
  const folder = printable(repository, 300);
  return `${name} is "${printable(path, 300)}", a part of the Git repository in "${folder}": give another file.`;
}

function clash(name: string, path: string, other: string): string {
  return `${name} is "${printable(path, 300)}", the same file as ${other}: give another file.`;
}
