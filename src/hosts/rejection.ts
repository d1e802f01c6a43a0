import { HOST_LIMITS } from '../protocol/limits/hosts.js';
import type { Place } from '../protocol/location.js';
import { DISK_REJECTIONS, UNMOVED_REJECTIONS } from './disk.js';
import { CONFLICTS, GIT_REJECTIONS, RACES } from './git.js';
import { STORAGE } from './git-storage.js';
import type { Remedy, RejectionRule } from './host.js';
import { HOSTS } from './hosts.js';

/** Every refusal that is known, the most telling first. The words alone tell them apart, whichever server says them. */
export const REJECTIONS: readonly RejectionRule[] = [
  ...CONFLICTS,
  ...RACES,
  ...STORAGE,
  ...DISK_REJECTIONS,
  ...HOSTS.flatMap(({ rejections }) => rejections),
  ...GIT_REJECTIONS,
  ...UNMOVED_REJECTIONS,
];

/** A rule with its remedy as it fits the place and the words. */
export interface Explanation extends RejectionRule {
  readonly remedy: string;
}

/** The refusals among them that any Git server may utter. */
export const REJECTIONS_OF_GIT: readonly RejectionRule[] = [
  ...CONFLICTS,
  ...RACES,
  ...STORAGE,
  ...DISK_REJECTIONS,
  ...GIT_REJECTIONS,
  ...UNMOVED_REJECTIONS,
];

/**
 * Finds the rule that explains a server's refusal.
 *
 * @param reason the server's words on one ref, or on all
 * @param said other lines of the server, which may tell more than the reason
 * @param place where the repository is; without it, the remedies for all places are told
 */
export function explainRejection(reason: string, said: readonly string[] = [], place?: Place): Explanation | undefined {
  return new Explainer().rejection(reason, said, place);
}

/** Explains the words of a server, and looks at each of its lines only once. */
export class Explainer {
  /** Places in the list of rules: of those that match a text, in their order. */
  readonly #matching = new Map<string, readonly number[]>();

  /** See {@link explainRejection}. */
  rejection(reason: string, said: readonly string[] = [], place?: Place): Explanation | undefined {
    const ofReason = this.#first([reason], ({ isOfUnmoved }) => isOfUnmoved !== true);
    // Somebody who was faster shows in the reason alone: a hook may use such words for anything.
    const rule =
      ofReason !== undefined && ofReason.isVague !== true
        ? ofReason
        : this.#first([reason, ...said], ({ isRace, isOfUnmoved }) => isRace !== true && isOfUnmoved !== true);
    return explanationOf(rule, [reason, ...said], place);
  }

  /**
   * Finds the rule that explains a refusal in the words of a race, of a ref that nobody has moved: the server's other
   * lines tell most.
   */
  unmoved(reason: string, said: readonly string[], place?: Place): Explanation | undefined {
    const texts = [reason, ...said];
    return explanationOf(
      this.#first(texts, ({ id, isVague }) => id !== 'race' && isVague !== true),
      texts,
      place,
    );
  }

  /** Reports whether any rule knows the words. */
  knows(text: string): boolean {
    return this.#rulesIn(text).length > 0;
  }

  #first(texts: readonly string[], isFit: (rule: RejectionRule) => boolean): RejectionRule | undefined {
    const found = texts.flatMap((text) => this.#rulesIn(text)).toSorted((one, other) => one - other);
    return found.map((at) => REJECTIONS[at]).find((rule) => rule !== undefined && isFit(rule));
  }

  #rulesIn(text: string): readonly number[] {
    const known = this.#matching.get(text);
    if (known !== undefined) return known;
    const heard = heardOf(text);
    const found = REJECTIONS.flatMap(({ pattern }, at) => (pattern.test(heard) ? [at] : []));
    this.#matching.set(text, found);
    return found;
  }
}

/** The part of a text that rules and names are looked for in. */
export function heardOf(text: string): string {
  const [beginning, end] = [HOST_LIMITS.heardBeginning.value, HOST_LIMITS.heardEnd.value];
  return text.length <= beginning + end ? text : `${text.slice(0, beginning)}…${text.slice(-end)}`;
}

/** Reports whether a server's words name the object at which it found a ref, and which was not the expected one. */
export function provesRace(reason: string, said: readonly string[]): boolean {
  return [reason, ...said].some((text) => /is at [0-9a-f]+ but expected [0-9a-f]+/.test(heardOf(text)));
}

function explanationOf(
  rule: RejectionRule | undefined,
  texts: readonly string[],
  place: Place | undefined,
): Explanation | undefined {
  return rule === undefined ? undefined : { ...rule, remedy: remedyFor(rule, texts, place) };
}

function remedyFor({ remedy, blank }: RejectionRule, texts: readonly string[], place: Place | undefined): string {
  const general = remedyText(remedy, place);
  if (blank === undefined) return general;
  const [part, named, write = (name: string): string => name] = blank;
  const found = texts.map((text) => named.exec(heardOf(text))).find((match) => match !== null);
  const name = found?.slice(1).find((group: string | undefined) => group !== undefined);
  return name === undefined ? general : general.replaceAll(part, () => write(name));
}

/** A remedy as it is written down: where it differs, for one place or for all of them. */
export function remedyText(remedy: Remedy, place?: Place): string {
  if (typeof remedy === 'string') return remedy;
  if (place !== undefined) return remedy[place];
  const texts = new Map<string, string[]>();
  for (const [kind, name] of PLACES) texts.set(remedy[kind], [...(texts.get(remedy[kind]) ?? []), name]);
  return Array.from(texts, ([text, names]) => `${names.join(', ')}: ${text}`).join(' ');
}

const PLACES: readonly (readonly [Place, string])[] = [
  ['local', 'A folder of this machine'],
  ['ssh', 'Over SSH'],
  ['http', 'Over HTTP'],
];
