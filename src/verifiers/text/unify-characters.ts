/** The characters of ASCII in the width of Chinese ones, and the space of that width. */
const WIDE = /[\uFF01-\uFF5E\u3000]/g;
// Most answers: what is below then need not look at them.
const ASCII = /^[\0-\x7F]*$/;
const WIDER_BY = 0xfee0;

/**
 * A text with each character written in one way: composed accents (NFC), and the digits, letters and marks of ASCII where
 * Chinese and Japanese text has wide ones: `答案：４２` becomes `答案:42`. Not NFKC, which would make `x²` into `x2` and
 * `5½` into `51⁄2`.
 */
export function unifyCharacters(text: string): string {
  if (ASCII.test(text)) return text;
  return text
    .normalize("NFC")
    .replaceAll(WIDE, (wide) => (wide === "\u3000" ? " " : String.fromCharCode(wide.charCodeAt(0) - WIDER_BY)));
}
