/** Most levels of braces in one another that are read as roots and fractions. */
const MAX_BRACES = 50;
/** A LaTeX group or one character: the argument of a command. */
const ARGUMENT = String.raw`\s*(?:\{([^{}]*)\}|([0-9a-z]))`;
const FRACTION = new RegExp(String.raw`\\[dt]?frac${ARGUMENT}${ARGUMENT}`, "g");
const ROOT = new RegExp(String.raw`\\sqrt${ARGUMENT}`, "g");

/** What only says how text looks, or what kind of thing it is. */
const FORMATTING =
  /\\(?:text|textbf|textit|textrm|emph|mathrm|mathbf|mathit|operatorname|left|right|[bB]igg?[lr]?|displaystyle)(?![a-z])\*?/g;

/** Applied in this order, to text in lower case. */
const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/[\u2212\u2010-\u2013]/g, "-"],
  [/\u00d7|\\times(?![a-z])|\\cdot(?![a-z])/g, "*"],
  [/\u03c0/g, "pi"],
  [/\u221e|\\infty(?![a-z])/g, "infinity"],
  [/\u221a\s*(\d+|[a-z])/g, "sqrt($1)"],
  // A box is how mathematics says "the answer is".
  [/\\f?box(?:ed)?(?![a-z])/g, " answer: "],
  [FORMATTING, ""],
  [/\^\s*\{?\\circ(?![a-z])|\u00b0/g, " degrees"],
  // Labels of steps are no values.
  [/\bstep\s+\d{1,2}\b|^\s*\d[.):]\s+(?=\S)/gm, " "],
  // Separators between thousands: a comma, a comma in braces, a thin space.
  [/(?<=\d)(?:\{,\}|\\,|[\u00a0\u2009\u202f])(?=\d{3}(?!\d))/g, ""],
  [/\\[,;:! ]|\\q?quad(?![a-z])/g, " "],
  [/\\[()[\]]|\$/g, " "],
  [/[\\{}]/g, ""],
];

const THOUSANDS = /(?<![\d.,])\d{1,3}(?:,\d{3})+(?!\d)/g;

/**
 * A text as the leak check compares it: one case, no LaTeX, fractions as `a/b`, no separators between thousands, single
 * spaces. What is put into a box follows the words `answer:`.
 */
export function normaliseText(text: string): string {
  let result = text.normalize("NFC").toLowerCase();
  let before = "";
  for (let round = 0; round < MAX_BRACES && before !== result; round++) {
    before = result;
    // From the inside out, one level of braces a round.
    result = result
      .replaceAll(ROOT, (_, group?: string, single?: string) => `sqrt(${group ?? single})`)
      .replaceAll(FRACTION, (_, ...[a, b, c, d]: (string | undefined)[]) => `${operand(a ?? b)}/${operand(c ?? d)}`);
  }
  for (const [pattern, replacement] of REPLACEMENTS) result = result.replaceAll(pattern, replacement);
  return result
    .replaceAll(THOUSANDS, (number) => number.replaceAll(",", ""))
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** The same without spaces beside anything but letters and digits, and in `2 sqrt(3)`: `x = ( 1 , 2 )` is `x=(1,2)`. */
export function squeeze(normalised: string): string {
  return normalised.replaceAll(/(?<![\p{L}\p{N}]) | (?![\p{L}\p{N}])|(?<=\d) (?=sqrt\(|pi(?!\p{L}))/gu, "");
}

function operand(text = ""): string {
  return /^[\w.]*$/.test(text) ? text : `(${text})`;
}
