import { parseDecimal, type Rational } from "../../core/rational.ts";

/**
 * The powers of ten and the dozen by their names in the singular, on the short scale of English today; those of Chinese,
 * Japanese and Korean. 兆 is left out: it is a million to some and a trillion to others.
 */
const MULTIPLIERS = new Map([
  ...Object.entries({ dozen: "12", hundred: "1e2", thousand: "1e3", million: "1e6", billion: "1e9", trillion: "1e12" }),
  ...["百백", "千천", "万萬만", "亿億억"].flatMap((names, index) =>
    [...names].map((name): [string, string] => [name, ["1e2", "1e3", "1e4", "1e8"][index] ?? ""]),
  ),
]);

/** What a word behind a number multiplies it by, as in "5 million" or "2 Dozens"; undefined when it is no such word. */
export function multiplierOf(word: string): Rational | undefined {
  const lower = word.toLowerCase();
  const decimal = MULTIPLIERS.get(lower) ?? MULTIPLIERS.get(lower.replace(/s$/, ""));
  return decimal === undefined ? undefined : (parseDecimal(decimal) ?? undefined);
}
