// Writes what docs/troubleshooting.md has from the hosts in src/hosts/ anew: what they want of a sign-in, and their refusals.
import { readFileSync, writeFileSync } from 'node:fs';
import { moduleUrl } from './module-url.mjs';

const [, , PAGE = 'docs/troubleshooting.md'] = process.argv;

/** Goes through an expression; what stands in brackets in all its forms, but not each of them with each of the others. */
class Phrases {
  #source;
  #at = 0;

  constructor({ source }) {
    this.#source = source;
  }

  alternatives() {
    const all = this.#sequence();
    while (this.#takes('|')) all.push(...this.#sequence());
    return all;
  }

  #sequence() {
    let phrases = [''];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at])) {
      const isGroup = this.#source[this.#at] === '(';
      const part = this.#part();
      const parts = this.#takes('?') && isGroup ? [...part, ''] : part;
      if (!this.#takes('*') && !this.#takes('+')) this.#takesCount();
      const before = phrases;
      phrases = Array.from(
        { length: Math.max(before.length, parts.length) },
        (_none, index) => before[index % before.length] + parts[index % parts.length],
      );
    }
    return phrases;
  }

  #part() {
    const character = this.#source[this.#at++];
    if (character === '(') {
      if (!this.#takes('?:')) throw new Error(`a group of an unknown kind in ${this.#source}`);
      const all = this.alternatives();
      this.#at += 1;
      return all;
    }
    if (character === '[') {
      const [whole, first] = /^(\^?[^\]])[^\]]*\]/.exec(this.#source.slice(this.#at));
      this.#at += whole.length;
      return [first.startsWith('^') || '*+{'.includes(this.#source[this.#at]) ? '…' : first];
    }
    if (character === '\\') {
      const escaped = this.#source[this.#at++];
      return [{ b: '', S: '…', w: '…', d: '…', s: ' ' }[escaped] ?? escaped];
    }
    return [character === '.' ? '…' : character];
  }

  #takesCount() {
    const [count = ''] = /^\{\d+,?\d*\}/.exec(this.#source.slice(this.#at)) ?? [];
    this.#at += count.length;
  }

  #takes(text) {
    const isThere = this.#source.startsWith(text, this.#at);
    if (isThere) this.#at += text.length;
    return isThere;
  }
}

/** The words that a pattern finds, "…" for what may be anything. */
const wordsOf = (pattern) => {
  const words = new Phrases(pattern).alternatives().map((phrase) => phrase.trim());
  const wrong = words.find((phrase) => !pattern.test(phrase.replaceAll('…', 'x')));
  if (wrong !== undefined) throw new Error(`${pattern} does not find "${wrong}"`);
  return words;
};

const { HOSTS } = await import(moduleUrl('src/hosts/hosts.ts'));
const { REJECTIONS_OF_GIT, remedyText } = await import(moduleUrl('src/hosts/rejection.ts'));

const tableOf = (header, rows) =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const hintOf = (hint) => (typeof hint === 'string' ? hint : `To read: ${hint.read} To write: ${hint.write}`);
const signIn = tableOf(
  ['host', 'HTTP', 'what the message adds'],
  HOSTS.flatMap(({ title, hints }) => Object.entries(hints).map(([status, hint]) => [title, status, hintOf(hint)])),
);

const refusals = [...HOSTS, { title: 'Any Git server', rejections: REJECTIONS_OF_GIT }]
  .map(({ title, rejections }) => {
    const rows = rejections.map(({ pattern, meaning, remedy }) => [
      wordsOf(pattern)
        .map((words) => `\`${words}\``)
        .join(', '),
      meaning,
      remedyText(remedy),
    ]);
    return `### ${title}\n\n${tableOf(["the server's words", 'what it means', 'what to do'], rows)}`;
  })
  .join('\n\n');

const page = Object.entries({ 'sign-in': signIn, refusals }).reduce(
  (text, [name, written]) => {
    const place = new RegExp(`(<!-- ${name}: [^\n]*-->\n)[^]*?(<!-- end of ${name} -->)`);
    if (!place.test(text)) throw new Error(`${PAGE} has no place for ${name}`);
    return text.replace(place, (_all, begin, end) => `${begin}\n${written}\n\n${end}`);
  },
  readFileSync(PAGE, 'utf8'),
);
writeFileSync(PAGE, page);
