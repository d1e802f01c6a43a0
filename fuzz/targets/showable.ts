/** Characters that may never reach a terminal, a log or a page: controls, ends of lines, directions and halves of characters. */
const FORBIDDEN = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u;

/** Reports whether a text is one line without anything that a reader cannot see for what it is. */
export function isShowable(text: string): boolean {
  return !FORBIDDEN.test(text);
}
