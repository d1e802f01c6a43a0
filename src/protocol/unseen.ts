/** Characters that nobody sees, beside control characters: those without a form, and spaces other than that of ASCII. */
const UNSEEN = /[\p{Cf}\p{Zl}\p{Zp}\u2800]|\p{Default_Ignorable_Code_Point}|(?! )\p{Zs}/gu;

export function withoutUnseen(text: string): string {
  return text.replace(UNSEEN, '');
}

/** The code of the first character that is not seen, as Unicode writes it: `U+200B`; `undefined` where all are seen. */
export function unseenIn(text: string): string | undefined {
  const [first] = text.match(UNSEEN) ?? [];
  return first === undefined ? undefined : codeOf(first);
}

/** The code of a character as Unicode writes it. */
export function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
