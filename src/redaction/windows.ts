const { imul } = Math;

/** Characters of the shortest part of a secret that is hidden. */
export const WINDOW = 8;

/** A part of a text that holds nothing but windows. */
export interface Run {
  readonly from: number;
  /** The offset behind it. */
  to: number;
  /** The number of its characters, without those that were passed over. */
  length: number;
}

/** The characters of a text of which windows are made. */
export type Counted = 'all' | 'all but blanks' | 'letters';

/** The windows of a text: all runs of eight of its characters, whatever their case. */
export interface TextWindows {
  /** The number of characters that count. */
  readonly length: number;
  /** For each of them its offset, and both halves of the hash of the eight that end with it. */
  readonly entries: Int32Array;
}

const FIELDS = 3;

/** A place to work in, kept because making one takes longer than to look through a short text. */
export class Workspace {
  #entries = new Int32Array(0);

  /** Gives place for a text of this length, until it is asked again. */
  for(length: number): Int32Array {
    if (this.#entries.length < FIELDS * length) this.#entries = new Int32Array(2 * FIELDS * length);
    return this.#entries;
  }
}

/**
 * Finds the windows of a text in one pass. A window stands as a hash of 64 bits that is made from that of the window
 * before it: each step shifts four bits out, so a character is forgotten after eight.
 *
 * @param counted the characters that are not passed over: `letters` are the letters and digits of ASCII
 */
export function windowsOf(text: string, counted: Counted, workspace = new Workspace()): TextWindows {
  const entries = workspace.for(text.length);
  const [isLettersOnly, isUnblanked] = [counted === 'letters', counted === 'all but blanks'];
  let [first, second, length] = [0, 0, 0];
  for (let at = 0; at < text.length; at += 1) {
    let code = text.charCodeAt(at);
    if (code >= 0x41 && code <= 0x5a) code += 0x20;
    const isLetter = (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
    if (!isLetter && (isLettersOnly || (isUnblanked && isBlank(code)))) continue;
    first = ((first << 4) + mixed(code)) | 0;
    second = ((second << 4) + mixed(~code)) | 0;
    entries[length * FIELDS] = at;
    entries[length * FIELDS + 1] = first;
    entries[length * FIELDS + 2] = second;
    length += 1;
  }
  return { length, entries };
}

function isBlank(code: number): boolean {
  return code <= 0x20 || (code >= 0x80 && /^\s$/.test(String.fromCharCode(code)));
}

/** Scatters the bits of a number (the finalizer of MurmurHash3). */
function mixed(number: number): number {
  let bits = imul(number, 0x9e3779b1);
  bits = imul(bits ^ (bits >>> 15), 0x85ebca6b);
  bits = imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

const FIRST_SLOTS = 256;

/** A set of windows. To look for them in a text takes time in proportion to the text alone, however many there are. */
export class WindowSet {
  /** Without it, somebody could make texts whose windows fall into one slot. */
  readonly #seed = Math.floor(Math.random() * 2 ** 32);
  /** Open addressing: both halves of each hash; two zeros are a free slot. At most half of it is used. */
  #slots = new Int32Array(2 * FIRST_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add({ entries, length }: TextWindows): void {
    for (let at = WINDOW - 1; at < length; at += 1)
      this.#insert(entries[at * FIELDS + 1] ?? 0, entries[at * FIELDS + 2] ?? 0);
  }

  /** Finds the parts of a text that consist of windows of this set, in their order. */
  runsIn({ entries, length }: TextWindows): Run[] {
    const runs: Run[] = [];
    if (this.#size === 0) return runs;
    let [last, end] = [undefined as Run | undefined, 0];
    for (let at = WINDOW - 1; at < length; at += 1) {
      const slot = this.#slotOf(entries[at * FIELDS + 1] ?? 0, entries[at * FIELDS + 2] ?? 0);
      if (this.#slots[slot] === 0 && this.#slots[slot + 1] === 0) continue;
      const to = (entries[at * FIELDS] ?? 0) + 1;
      if (last !== undefined && at - WINDOW < end) {
        last.to = to;
        last.length += at - end;
      } else {
        last = { from: entries[(at - WINDOW + 1) * FIELDS] ?? 0, to, length: WINDOW };
        runs.push(last);
      }
      end = at;
    }
    return runs;
  }

  #insert(first: number, second: number): void {
    if (4 * (this.#size + 1) > this.#slots.length) this.#grow();
    const slot = this.#slotOf(first, second);
    if (this.#slots[slot] !== 0 || this.#slots[slot + 1] !== 0) return;
    this.#slots[slot] = first;
    this.#slots[slot + 1] = second;
    this.#size += 1;
  }

  /** The slot of a window, or the free one where it belongs. */
  #slotOf(first: number, second: number): number {
    const slots = this.#slots;
    const last = slots.length - 2;
    const hash = imul(first ^ this.#seed ^ (second >>> 7), 0x9e3779b1);
    let at = ((hash ^ (hash >>> 15)) << 1) & last;
    while ((slots[at] !== first || slots[at + 1] !== second) && (slots[at] !== 0 || slots[at + 1] !== 0))
      at = (at + 2) & last;
    return at;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(2 * old.length);
    for (let at = 0; at < old.length; at += 2) {
      const slot = this.#slotOf(old[at] ?? 0, old[at + 1] ?? 0);
      this.#slots[slot] = old[at] ?? 0;
      this.#slots[slot + 1] = old[at + 1] ?? 0;
    }
  }
}
