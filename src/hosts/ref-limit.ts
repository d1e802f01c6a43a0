import { CODECOMMIT } from './codecommit.js';

/**
 * Words of servers that refuse a push with too many commands, with the number that they allow: GitHub's push policy
 * (docs.github.com: "Managing the push policy for your repository"), GitHub's server, Entire's server.
 */
const WORDS: readonly RegExp[] = [
  /\bpushes can ?not update more than (\d[\d,]{0,14}) (?:branch|tag|ref)/i,
  /\bmaximum ref updates exceeded: [\d,]{1,15} commands? sent,? but max allowed is (\d[\d,]{0,14})(?!\d)/i,
  /\btoo many ref-update commands: [\d,]{1,15} \(limit:? (\d[\d,]{0,14})\)/i,
];
/** CodeCommit refuses without a number: its documentation has it ("Quotas"). */
const WORDS_OF_CODECOMMIT = /\btoo many reference update commands\b/i;
/** No server takes more refs in one push: a greater number is none that could be obeyed. */
const MOST = 1_000_000;

/**
 * Reads from a server's words how many refs one push may update.
 *
 * @param lines the server's words on a push that it refused; any server may say anything
 * @returns the smallest number that they tell, from 1 to 1,000,000; `undefined` where they tell none
 */
export function refLimitIn(lines: readonly string[]): number | undefined {
  const limits = lines.flatMap(limitsIn).filter((limit) => limit >= 1 && limit <= MOST);
  // Not by spreading: a server may say more lines than a call takes arguments.
  return limits.length === 0 ? undefined : limits.reduce((least, limit) => Math.min(least, limit));
}

function limitsIn(line: string): number[] {
  const told = WORDS.flatMap((words) => words.exec(line)?.[1] ?? []).map((digits) =>
    Number(digits.replaceAll(',', '')),
  );
  const known = WORDS_OF_CODECOMMIT.test(line) ? [CODECOMMIT.refsPerPush ?? MOST] : [];
  return [...told, ...known];
}
