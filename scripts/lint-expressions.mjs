// Rule for ESLint: an expression reads its text in time that grows no faster than the text.
//
// What may make an expression slow is a repetition without a bound, here called a gap. Two gaps share out the same text in
// many ways, unless something between them stands at one place only; and a search without an anchor tries again from each
// place of the text, as if a gap of any characters stood before it.
import { getFirstConsumedChar, toUnicodeSet } from 'regexp-ast-analysis';
import { CharSet } from 'refa';
import { RegExpParser } from '@eslint-community/regexpp';

/** Repetitions up to this number are taken for bounded. */
const FEW = 500;

const isGroup = ({ type }) => type === 'Group' || type === 'CapturingGroup';
const isLook = ({ type, kind }) => type === 'Assertion' && (kind === 'lookahead' || kind === 'lookbehind');
const consumes = ({ type }) =>
  ['Character', 'CharacterSet', 'CharacterClass', 'ExpressionCharacterClass'].includes(type);

/** Finds the gaps of an expression that may take quadratic time, or more. */
class Slowness {
  #flags;
  #any;
  #none;
  /** Texts of the gaps that were found. */
  found = new Set();

  constructor(flags) {
    this.#flags = flags;
    this.#any = CharSet.all(flags.unicode ? 0x10ffff : 0xffff);
    this.#none = CharSet.empty(this.#any.maximum);
  }

  check(pattern) {
    for (const { elements } of pattern.alternatives) {
      const [first] = elements;
      const isAtOnePlace = this.#flags.sticky || (first?.kind === 'start' && !this.#flags.multiline);
      // Each gap: its characters, and those that must stand somewhere behind it.
      const gaps = isAtOnePlace ? [] : [{ characters: this.#any, behind: [] }];
      this.#sequence(elements, gaps, false);
    }
    return [...this.found];
  }

  /** @param isFollowed something that may fail comes after these elements */
  #sequence(elements, gaps, isFollowed) {
    for (const [index, element] of elements.entries()) {
      this.#element(element, gaps, isFollowed || index < elements.length - 1);
    }
  }

  #element(element, gaps, isFollowed) {
    if (element.type === 'Quantifier') return this.#repetition(element, gaps, isFollowed);
    if (isGroup(element)) return this.#group(element, gaps, isFollowed);
    if (isLook(element)) return this.#group(element, gaps.map(copy), true);
    if (element.kind === 'start' && this.#flags.multiline) require(gaps, this.#none.union([{ min: 0x0a, max: 0x0a }]));
    if (consumes(element)) require(gaps, this.#charactersOf(element));
    return undefined;
  }

  #group({ alternatives }, gaps, isFollowed) {
    const ends = alternatives.map(({ elements }) => {
      const own = gaps.map(copy);
      this.#sequence(elements, own, isFollowed);
      return own;
    });
    if (ends.length === 1) {
      gaps.splice(0, gaps.length, ...ends[0]);
      return;
    }
    const lasts = alternatives.map((alternative) => this.#required(alternative).at(-1));
    const opened = ends.flatMap((own) => own.slice(gaps.length));
    if (!lasts.includes(undefined)) require(gaps, this.#union(lasts));
    gaps.push(...opened);
  }

  #repetition({ element, min, max, raw }, gaps, isFollowed) {
    if (max > FEW) {
      const characters = this.#allIn(element);
      const first = getFirstConsumedChar(element, 'ltr', this.#flags).char;
      if (isFollowed && gaps.some((gap) => !isApart(gap, { characters, first }))) this.found.add(raw);
      if (isGroup(element)) this.#body(element, raw);
      const needed = min > 0 ? this.#required({ elements: [element] }) : [];
      for (const one of needed) require(gaps, one);
      gaps.push({ characters, behind: isGroup(element) ? needed : [] });
      return;
    }
    if (max > 1 && isGroup(element)) this.#body(element, raw);
    const own = gaps.map(copy);
    this.#element(element, own, isFollowed);
    if (min > 0) gaps.splice(0, gaps.length, ...own);
    else gaps.push(...own.slice(gaps.length));
  }

  /** A repeated group: its alternatives differ in their first character, and gaps in it have a bound within it. */
  #body({ alternatives }, raw) {
    const firsts = alternatives.map((alternative) => getFirstConsumedChar(alternative, 'ltr', this.#flags).char);
    if (firsts.some((one, index) => firsts.slice(index + 1).some((other) => !one.isDisjointWith(other))))
      this.found.add(raw);
    for (const { elements } of alternatives) {
      const gaps = [];
      this.#sequence([...elements, ...elements], gaps, true);
    }
  }

  /** Characters that must stand in a text that the elements match; none for a place, such as the beginning. */
  #required({ elements }) {
    return elements.flatMap((element) => {
      if (consumes(element)) return [this.#charactersOf(element)];
      if (element.kind === 'start' && !this.#flags.multiline) return [this.#none];
      if (element.type === 'Quantifier' && element.min > 0) return this.#required({ elements: [element.element] });
      return isGroup(element) && element.alternatives.length === 1 ? this.#required(element.alternatives[0]) : [];
    });
  }

  #union(sets) {
    return sets.reduce((all, one) => all.union(one), this.#none);
  }

  #charactersOf(element) {
    return toUnicodeSet(element, this.#flags).chars;
  }

  /** Every character that may stand in an element. */
  #allIn(element) {
    if (consumes(element)) return this.#charactersOf(element);
    if (element.type === 'Quantifier') return this.#allIn(element.element);
    if (!isGroup(element)) return this.#none;
    return this.#union(element.alternatives.flatMap(({ elements }) => elements.map((one) => this.#allIn(one))));
  }
}

const copy = ({ characters, behind }) => ({ characters, behind: [...behind] });

/** Notes characters that must stand behind each gap. */
const require = (gaps, characters) => {
  for (const { behind } of gaps) behind.push(characters);
};

/** Reports whether a gap and a later one can share out a text in one way only. */
const isApart = ({ characters, behind }, later) =>
  characters.isDisjointWith(later.first) ||
  behind.some((one) => one.isDisjointWith(later.characters) || one.isDisjointWith(characters));

/** The repetitions of an expression that make it slow on some texts. */
export const slownessOf = (source, flags = '') => {
  const parser = new RegExpParser();
  return new Slowness(parser.parseFlags(flags)).check(
    parser.parsePattern(source, undefined, undefined, { unicode: flags.includes('u') }),
  );
};

const linear = {
  meta: { type: 'problem', schema: [] },
  create: (context) => ({
    'Literal[regex]'(node) {
      const { pattern, flags } = node.regex;
      for (const gap of slownessOf(pattern, flags)) {
        context.report({
          node,
          message: `takes quadratic time, or more, for \`${gap}\`: bound it, anchor it, or put a character before it that it cannot hold`,
        });
      }
    },
  }),
};

/** The rule, as a plugin of ESLint. */
export const expressions = { rules: { linear } };
