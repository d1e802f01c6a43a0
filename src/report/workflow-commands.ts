import { printable } from '../protocol/printable.js';

// A runner takes "::name" at the beginning of a line for a command, and "##[name]" anywhere in it; others have "##vso[".
const COMMAND = /^([\t\v\f \u0085\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\ufeff]*):(?=:)|##(?=\w*\[)/gm;
const LONGEST_LINE = 100_000;

/** A text that is no command to the runner of a workflow, whatever a server has put into it. */
export function withoutCommands(text: string): string {
  return text.replace(COMMAND, (found: string, space?: string) => (space === undefined ? '# #' : `${found} `));
}

/** The same for lines of which nothing is known: each also loses what a terminal or a reader would not see as it is. */
export function plainLines(text: string): string {
  const lines = text.split('\n').map((line) => printable(line, LONGEST_LINE));
  return withoutCommands(lines.join('\n'));
}
