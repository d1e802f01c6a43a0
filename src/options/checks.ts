import { readCertificates } from '../protocol/http/certificates.js';
import { trim } from './trim.js';
import { printable } from '../protocol/printable.js';
import { shownUrl } from '../protocol/userinfo.js';
import { attempt } from './attempt.js';
import { specOf, type Choice, type OptionNames, type OptionsWith, type RawOptions, type SharedOption } from './raw.js';
import { checkPattern } from './patterns.js';
import { checkRegex, noRegex, type RegexCompiler } from './selection.js';

/** Checks values by the kind of their options, and gathers all problems. */
export class Checks {
  /** A set, since both ends may have the same problem. */
  readonly problems = new Set<string>();
  readonly #raw: RawOptions;
  readonly #names: OptionNames;
  readonly #compile: RegexCompiler;

  constructor(raw: RawOptions, names: OptionNames, compile = noRegex) {
    this.#raw = raw;
    this.#names = names;
    this.#compile = compile;
  }

  readonly tell = (problem: string): void => void this.problems.add(problem);

  flag(option: OptionsWith<{ kind: 'flag' }> & SharedOption): boolean {
    const text = this.#raw[option];
    if (/^(?:true|True|TRUE)$/.test(text)) return true;
    if (text !== '' && !/^(?:false|False|FALSE)$/.test(text)) this.#refuse(option, text, 'true and false');
    return false;
  }

  choice<N extends OptionsWith<{ kind: 'choice' }>>(option: N): Choice<N> {
    const { values = [], default: usual } = specOf(option);
    const text: string = this.#raw[option];
    if (text !== '' && !values.includes(text)) this.#refuse(option, text, values.join(', '));
    return (values.includes(text) ? text : usual) as Choice<N>;
  }

  number(option: OptionsWith<{ kind: 'number' }>): number {
    const { range: [least, most] = [0, Infinity], default: usual } = specOf(option);
    const text = this.#raw[option];
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    if (text !== '') this.#refuse(option, text, `whole numbers from ${least} to ${most}`);
    return Number(usual);
  }

  patterns(option: OptionsWith<{ kind: 'patterns' }>): readonly string[] {
    // No name of a ref has a space in it.
    const list = this.#raw[option].map(trim);
    for (const pattern of list) attempt(this.#rule(option, pattern), this.tell, () => checkPattern(pattern));
    return list;
  }

  regex(option: 'mirror-branch-regex'): string | undefined {
    const expression = this.#raw[option];
    if (expression === '') return undefined;
    attempt(this.#rule(option, expression), this.tell, () => checkRegex(expression, this.#compile));
    return expression;
  }

  lines(option: OptionsWith<{ kind: 'lines' }>): readonly string[] {
    const list = this.#raw[option];
    for (const line of list) {
      if (printable(line) === line && line.length <= 1000) continue;
      this.tell(
        `${this.#names(option)} "${shown(line)}" contains a control character or is longer than 1000 characters.`,
      );
    }
    return list;
  }

  certificates(option: 'ca-certificate', folder: string): readonly string[] {
    const text = this.#raw[option];
    if (text === '') return [];
    const value = text.includes('-----BEGIN') ? '' : ` "${printable(shownUrl(text), 300)}"`;
    return attempt(`${this.#names(option)}${value}`, this.tell, () => readCertificates(text, folder)) ?? [];
  }

  #rule(option: SharedOption, value: string): string {
    return `${this.#names(option)} "${printable(value, 300)}"`;
  }

  #refuse(option: SharedOption, text: string, allowed: string): void {
    this.tell(`${this.#names(option)} is "${shown(text)}"; allowed are ${allowed}.`);
  }
}

/** A URL with a password may stand in the place of another value. */
function shown(text: string): string {
  return printable(shownUrl(text), 100);
}
