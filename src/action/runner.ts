import { setOutput, setSecret } from '@actions/core';
import { randomUUID } from 'node:crypto';
import { appendFileSync, closeSync, constants, fstatSync, ftruncateSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printable } from '../protocol/printable.js';
import type { Secrets } from '../redaction/secrets.js';
import { whyUnwritten, writeWhole } from '../report/files/whole-file.js';
import { warning } from './annotations.js';

/** GitHub takes no larger summary of a step, but leaves it out as a whole ("Workflow commands", job summaries). */
const LARGEST_SUMMARY = 1024 * 1024;

/** Reason why something cannot be told: a clause. */
class Untold extends Error {}

/**
 * The runner of a job, as far as a step tells it something beside the log: by files that variables name. What was done
 * stays done: whatever cannot be told is one warning, which says what follows.
 */
export class Runner {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #secrets: Secrets;

  /** @param secrets that no warning may show, though they may stand in the name of a file */
  constructor(environment: NodeJS.ProcessEnv, secrets: Secrets) {
    this.#environment = environment;
    this.#secrets = secrets;
  }

  /** Keeps a secret out of the log of the job. */
  mask(secret: string): void {
    setSecret(secret);
  }

  /** Sets the outputs of the step, all at once. */
  setOutputs(values: Readonly<Record<string, string>>): void {
    const path = this.#named('GITHUB_OUTPUT');
    // Runners of before 2022 have no such file, but read the log.
    if (path === '') for (const [name, value] of Object.entries(values)) setOutput(name, value);
    else {
      const text = Object.entries(values).map(([name, value]) => outputLines(name, value));
      this.#tell('The outputs', 'They are empty for later steps.', () =>
        appendWhole('GITHUB_OUTPUT', path, text.join('')),
      );
    }
  }

  /** Adds Markdown to the summary of the job, where the runner has one. */
  addSummary(markdown: string): void {
    const path = this.#named('GITHUB_STEP_SUMMARY');
    if (path === '') return;
    this.#tell('The job summary', 'The log tells the same.', () =>
      appendWhole('GITHUB_STEP_SUMMARY', path, `${markdown}\n`, LARGEST_SUMMARY),
    );
  }

  /**
   * Writes the report to a file that nobody else may read.
   *
   * @returns its path; empty where it cannot be written
   */
  async writeReport(text: string): Promise<string> {
    const temp = this.#named('RUNNER_TEMP');
    const folder = temp || tmpdir();
    const path = join(folder, `push-mirror-report-${randomUUID()}.json`);
    try {
      await writeWhole(path, text, { mode: 0o600 });
      return path;
    } catch (error) {
      const where = `in the folder "${printable(folder, 300)}"${temp === '' ? '' : ' (RUNNER_TEMP)'}`;
      this.#warn('The report', `${where}: ${whyUnwritten(error)}`, 'The output `report` is empty.');
      return '';
    }
  }

  #named(variable: string): string {
    return this.#environment[variable] ?? '';
  }

  #tell(what: string, consequence: string, write: () => void): void {
    try {
      write();
    } catch (error) {
      if (!(error instanceof Untold)) throw error;
      this.#warn(what, error.message, consequence);
    }
  }

  #warn(what: string, why: string, consequence: string): void {
    const sentences = `${what} could not be written ${why}. ${consequence} Nothing else changes by that.`;
    warning(this.#secrets.redact(sentences), { title: 'push-mirror' });
  }
}

/** An output as a runner reads it: its value stands between two lines that nobody can guess. */
function outputLines(name: string, value: string): string {
  const end = `end-${randomUUID()}`;
  return `${name}<<${end}\n${value}\n${end}\n`;
}

/**
 * Adds a text to a file that a runner has made: all of it, or nothing, since a runner takes half of it for an error.
 *
 * @throws {Untold}
 */
function appendWhole(variable: string, path: string, text: string, most = Infinity): void {
  let file: number | undefined;
  try {
    // A file that is not there is not made: the runner would not read it. A pipe that nobody reads is no reason to wait.
    file = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK);
    const before = fstatSync(file);
    if (before.size + Buffer.byteLength(text) > most) throw new Untold('it has no room left');
    try {
      appendFileSync(file, text);
    } catch (error) {
      if (before.isFile()) ftruncateSync(file, before.size);
      throw error;
    }
  } catch (error) {
    const why = error instanceof Untold ? error.message : whyUnwritten(error);
    throw new Untold(`to "${printable(path, 300)}" (${variable}): ${why}`);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
