/** Letters of other scripts of which nobody can tell that they are none of ASCII, in the fonts of most terminals. */
const TWINS =
  /[\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u0501\u051b\u051d\u04bb\u04cf\u0475\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0405\u0406\u0408\u04c0\u04ae\u03b1\u03b3\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u03f2\u03f3\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u0570\u0578\u057d\u0581\u0585\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u;
/** Letters of phonetics and signs that look like letters, dashes, slashes, dots and colons of ASCII. */
const ALIKE =
  /[\u0131\u0237\u0250-\u02af\u02d0\u02d7\u01c0-\u01c3\u1d00-\u1dbf\u2010-\u2015\u2024\u2043\u2044\u2212\u2215\u2236\u29f8\ua731\ua78c\u0589\u05c3\u0337\u0338]/u;
/** Scripts that are written together with Latin letters (UTS 39, "Highly Restrictive"), and what belongs to none. */
const BESIDE_LATIN =
  /[\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Common}\p{Script=Inherited}]/u;

const COMPONENT = /[^/"\s]+/gu;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const LATIN = /\p{Script=Latin}/u;
const FOREIGN_LETTERS = /(?![A-Za-z])\p{L}/gu;

/**
 * Writes out the characters of a name by which it may be taken for another one:
 *
 * - letters of another script in a word with Latin letters (UTS 39, "Restriction-Level Detection");
 * - a part of the name, between slashes, whose letters outside of ASCII are all twins of its letters;
 * - other forms of the same character: full-width letters, and letters with a mark of their own (NFKC and NFC would
 *   change them);
 * - signs and phonetic letters that look like signs and letters of ASCII.
 *
 * @param write writes a character otherwise
 */
export function writeOutLookAlikes(name: string, write: (character: string) => string): string {
  return name.replace(COMPONENT, (component) => {
    if (/^[ -~]*$/.test(component)) return component;
    const foreign = component.match(FOREIGN_LETTERS) ?? [];
    const areTwins = foreign.every((letter) => TWINS.test(letter));
    const isAlike = (character: string): boolean => (areTwins && TWINS.test(character)) || isOtherForm(character);
    return component
      .replace(WORD, (word, at: number) => {
        const isLatin = LATIN.test(word);
        const isForeign = (character: string): boolean => isLatin && !BESIDE_LATIN.test(character);
        const text = { before: component.charAt(at - 1), word };
        return writeOut(text, write, (character) => isForeign(character) || isAlike(character));
      })
      .replace(/[^\p{L}\p{M}\p{N}]/gu, (sign) => (isOtherForm(sign) ? write(sign) : sign));
  });
}

/** Marks that a letter may have (UAX 15, "Stream-Safe Text Format"). */
const MOST_MARKS = 30;

/** @param isAlike tells characters that are written out wherever they stand */
function writeOut(
  { before, word }: { readonly before: string; readonly word: string },
  write: (character: string) => string,
  isAlike: (character: string) => boolean,
): string {
  // What is shown last as it stands: a letter or sign, and its marks.
  let [shown, cluster] = ['', before];
  for (const character of word) {
    const joined = cluster + character;
    const isShown = isAscii(character) || !(isAlike(character) || isWrittenOtherwise(joined));
    shown += isShown ? character : write(character);
    cluster = !isShown ? '' : isMark(character) ? joined : character;
  }
  return shown;
}

/** Tells whether a letter and its marks can be written in another way: with other letters, or in another order. */
function isWrittenOtherwise(cluster: string): boolean {
  return cluster.length > MOST_MARKS || cluster.normalize('NFC') !== cluster;
}

function isMark(character: string): boolean {
  return /^\p{M}$/u.test(character);
}

function isOtherForm(character: string): boolean {
  if (isAscii(character) || character === '…') return false;
  if (ALIKE.test(character) || character.normalize('NFC') !== character) return true;
  return isAscii(character.normalize('NFKC'));
}

function isAscii(text: string): boolean {
  return /^[ -~]+$/.test(text);
}
