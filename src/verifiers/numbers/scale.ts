import { multiply, type Rational } from "../../core/rational.ts";
import { EAST_ASIAN_CHANGE, EAST_ASIAN_MULTIPLIER } from "./east-asian.ts";
import { multiplierOf } from "./multipliers.ts";

const WORD = new RegExp(`[ -]?(?<word>[a-z]{3,12})(?![a-z])| ?(?<sign>${EAST_ASIAN_MULTIPLIER})`, "iuy");
/** Words that make another number of the one in front in a way that is not read. */
const CHANGING =
  /[ -]?(?:(?:squared|cubed|halves|(?:four|fif|six|seven|eigh|nin|ten|hundred|thousand|million|billion)ths)\b|and (?:an? |one[ -])?(?:half|third|quarter|fourth|fifth|tenth)\b)/iy;
/** Powers, roots and factors without a word. */
const MATHEMATICAL = / ?(?:\^|\*\*(?=[\d(])|[√π]|\\(?:sqrt|pi)\b)/y;

const EAST_ASIAN = new RegExp(` ?(?:${EAST_ASIAN_CHANGE})`, "uy");

/** "5 hundred thousand million": no more words than these are read. */
const MAX_WORDS = 3;

/** What a number is multiplied by in the words behind it, and where these end. */
export interface Scale {
  /** Null where the number is changed in a way that is not read. */
  readonly factor: Rational | null;
  readonly end: number;
}

/** Reads the words that belong to the number that ends at a place: "million", "dozen", "squared", "and a half". */
export function readScale(text: string, start: number): Scale {
  let factor: Rational = { numerator: 1n, denominator: 1n };
  let end = start;
  for (let words = 0; words < MAX_WORDS; words++) {
    WORD.lastIndex = end;
    const { word, sign = word } = WORD.exec(text)?.groups ?? {};
    const multiplier = multiplierOf(sign ?? "");
    if (multiplier === undefined) break;
    factor = multiply(factor, multiplier);
    end = WORD.lastIndex;
  }
  const isChanged = [CHANGING, MATHEMATICAL, EAST_ASIAN].some((pattern) => {
    pattern.lastIndex = end;
    return pattern.test(text);
  });
  return { factor: isChanged ? null : factor, end };
}
