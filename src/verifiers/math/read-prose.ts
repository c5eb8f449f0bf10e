import { isUnit } from "./units.ts";
import { PLAIN_WORDS } from "./vocabulary.ts";

const NUMBER = String.raw`(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+`;
const SIGNED = String.raw`[-\u2212]?[$€£]?(?:${NUMBER})`;
/** Numbers joined by operators, such as 1/2, 2^10 or 3√2. A number within a word, such as that of "x2", is none. */
const ARITHMETIC = new RegExp(
  String.raw`(?<![^\s=(*$€£:])${SIGNED}(?: ?[-+*/^×÷√] ?(?:${NUMBER}))*(?: ?(?:\\?%|percent\b))?`,
  "g",
);

/** A number or sum of numbers in a text. */
export interface WrittenNumber {
  readonly text: string;
  readonly start: number;
}

/** The first or the last number of a text, with the operations that join it to others; null when there is none. */
export function readNumber(text: string, which: "first" | "last"): WrittenNumber | null {
  const match = [...text.matchAll(ARITHMETIC)].at(which === "first" ? 0 : -1);
  return match === undefined ? null : { text: match[0], start: match.index };
}

/** Whether a text could be mathematics throughout: each word in it is a function, a constant, a unit or "and" and "or". */
export function looksLikeMath(text: string): boolean {
  for (const match of text.matchAll(/\\?[a-zA-Z]{2,}/g)) {
    const [word] = match;
    if (word.startsWith("\\") || PLAIN_WORDS.has(word) || isUnit(word)) continue;
    const around = (text[match.index - 1] ?? " ") + (text[match.index + word.length] ?? " ");
    // Two or three letters that touch a digit or an operator are a product, such as 2ab.
    if (word.length > 3 || !/[\d^*/+=()-]/.test(around)) return false;
  }
  return true;
}
