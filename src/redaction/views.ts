import { decode, type Decoded } from './encodings.js';
import { unpack, withoutNumbers, withoutSequences, withoutTags } from './packed.js';

/** A text as somebody may read it who decodes it. */
export interface View {
  readonly text: string;
  /** Gives the offset, in the text as it is shown, of what stands at an offset of this one. */
  readonly place: (at: number) => number;
}

/**
 * Lists the views of a text: as it stands, and as it is after each step of decoding; each of these also without what is
 * not seen, and with numbers as characters.
 *
 * @param most steps
 */
export function viewsOf(text: string, most: number): View[] {
  let view: View = { text, place: (at) => at };
  const views = [view, ...besides(view)];
  for (let step = 0; step < most; step += 1) {
    const before = view;
    for (const take of [decode, unpack]) {
      const next = behind(view, take(view.text));
      if (next === undefined) continue;
      view = next;
      views.push(view, ...besides(view));
    }
    if (view === before) break;
  }
  return views;
}

function besides(view: View): View[] {
  const { text } = view;
  const numbers = ([10, 8] as const).map((radix) => withoutNumbers(text, radix));
  const others = [withoutSequences(text), withoutTags(text), ...numbers];
  return others.map((other) => behind(view, other)).filter((other) => other !== undefined);
}

function behind({ place }: View, decoded: Decoded | undefined): View | undefined {
  if (decoded === undefined) return undefined;
  const { text, offsets } = decoded;
  return { text, place: (at) => place(offsets[at] ?? 0) };
}
