import type { Secrets } from '../redaction/secrets.js';
import { SHOWN_LIMITS } from '../protocol/limits/shown.js';

type End = 'source' | 'target';

/** A line of progress, as git and JGit write it: `Counting objects: 12`, `Resolving deltas:  50% (1/2)`. */
const PROGRESS =
  /^((?:[A-Z]\w{1,30}ing [\w ]{1,60}|[^:]{1,80}(?=: +\d{1,3}% \()): +)\d{1,15}(?:% \(\d{1,15}\/\d{1,15}\))?/;
const IS_DONE = /100% \(|, done\.?$/;
/** Characters of the lines before in which a secret may have begun. */
const LONGEST_BEFORE = 200;

/** What a server has written so far, as far as later lines depend on it. */
interface Written {
  before: string;
  /** The last line of a progress that goes on. */
  progress: { readonly title: string; readonly line: ServerLine } | undefined;
}

/** A line to show. */
export interface ServerLine {
  readonly end: End;
  /** The line with the name of its end, and of its mirror where there are several. */
  readonly text: string;
}

/**
 * The lines that servers write for people, as a log shows them: without secrets, also such as are split over two lines;
 * of a progress only its end; and not without limit.
 */
export class ServerLines {
  readonly #secrets: Secrets;
  readonly #written = new Map<string, Written>();
  readonly #shown = {
    source: { lines: 0, characters: 0, leftOut: 0 },
    target: { lines: 0, characters: 0, leftOut: 0 },
  };

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /**
   * Takes a line, and gives the lines that are to be shown now.
   *
   * @param mirror the name of the mirror, where there are several
   */
  take(end: End, line: string, mirror = ''): ServerLine[] {
    const label = `${mirror === '' ? '' : `${this.#secrets.redact(mirror)}: `}${end === 'target' ? 'remote' : 'source'}: `;
    const written = this.#written.get(label) ?? { before: '', progress: undefined };
    this.#written.set(label, written);
    const text = label + this.#secrets.redact(line, written.before === '' ? '' : `${written.before}\n`);
    written.before = `${written.before}\n${line}`.slice(-LONGEST_BEFORE);
    const title = PROGRESS.exec(line)?.[1]?.trimEnd();
    const due = written.progress !== undefined && written.progress.title !== title ? this.#endProgress(written) : [];
    if (title !== undefined && !IS_DONE.test(line)) {
      written.progress = { title, line: { end, text } };
      return due;
    }
    written.progress = undefined;
    return [...due, ...this.#within({ end, text })];
  }

  /** Gives the lines that are left to show when the run is over. */
  rest(): ServerLine[] {
    const due = [...this.#written.values()].flatMap((written) => this.#endProgress(written));
    const left = (['source', 'target'] as const).flatMap((end): ServerLine[] => {
      const count = this.#shown[end].leftOut;
      this.#shown[end].leftOut = 0;
      const lines = count === 1 ? '1 more line of the server is' : `${count} more lines of the server are`;
      return count === 0 ? [] : [{ end, text: `${end === 'target' ? 'remote' : 'source'}: (${lines} left out)` }];
    });
    return [...due, ...left];
  }

  #endProgress(written: Written): ServerLine[] {
    const { progress } = written;
    written.progress = undefined;
    return progress === undefined ? [] : this.#within(progress.line);
  }

  /** The line, if there is room for it. */
  #within(line: ServerLine): ServerLine[] {
    const shown = this.#shown[line.end];
    const isFull = shown.lines >= SHOWN_LIMITS.serverLines.value;
    if (isFull || shown.characters + line.text.length > SHOWN_LIMITS.serverText.value) {
      shown.leftOut += 1;
      return [];
    }
    shown.lines += 1;
    shown.characters += line.text.length;
    return [line];
  }
}
