import { RemoteError } from './errors.js';

/** A server that says, in an answer of Git's protocol, that it is too busy to go on: the same request may be made again. */
export class BusyError extends RemoteError {
  constructor(location: string, detail: string) {
    const remedy = 'Run the mirror again later; if it happens every time, ask the operator of the server.';
    super({ kind: 'throttled', location, detail, remedy });
  }

  override adding(sentence: string): BusyError {
    return new BusyError(this.location, `${this.detail} ${sentence}`);
  }
}

const LOAD =
  /due to load|high load|try again|retry later|temporarily|too many|busy|overload|maintenance|rate limit|throttl|resource exhausted|unavailable at the moment/i;
/** Trouble that no waiting helps against, whatever else is said. */
const LASTING =
  /not found|could not be found|does not exist|no such|denied|permission|not allowed|forbidden|unauthori[sz]ed|authenticat|archived|too many (?:ref|object|file|command)|blocked/i;

/** Reports whether a server's words speak of its load, and of nothing that lasts. */
export function speaksOfLoad(words: string): boolean {
  return LOAD.test(words) && !LASTING.test(words);
}
