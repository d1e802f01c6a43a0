import { RemoteError } from '../errors.js';

const MOST_LINES = 3;

/** Lines of a server that tell why it gives up: its last word often tells only that it does. */
export class ErrorLines {
  readonly #lines: string[] = [];

  hear(line: string): void {
    const text = line.trim();
    if (!/^(?:fatal|error): /.test(text) || this.#lines.includes(text)) return;
    if (this.#lines.length < MOST_LINES) this.#lines.push(text);
  }

  /** Throws the error again, with the lines in it. */
  readonly explain = (error: unknown): never => {
    if (!(error instanceof RemoteError) || error.kind !== 'refused' || this.#lines.length === 0) throw error;
    const fresh = this.#lines.filter((line) => !error.detail.includes(line));
    throw fresh.length === 0 ? error : error.adding(`Before that: ${fresh.join('; ')}.`);
  };

  /** Passes bytes on; an error that ends them has the lines in it. */
  async *explained(bytes: AsyncGenerator<Buffer, void, undefined>): AsyncGenerator<Buffer, void, undefined> {
    try {
      yield* bytes;
    } catch (error) {
      this.explain(error);
    }
  }
}
