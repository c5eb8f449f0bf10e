import type { TokenDetail } from "../../../src/server/answers.ts";

/** What tokens are coloured by. */
export const TOKEN_MEASURES = ["advantage", "logprob", "entropy", "ratio"] as const;
export type TokenMeasure = (typeof TOKEN_MEASURES)[number];

/** Log-probabilities at or below this have the strongest colour: a token of 1 in 150. */
const FAINTEST_LOGPROB = -5;

/** Log-ratios of this size and beyond have the strongest colour: the teacher thinks a token seven times as likely, or as unlikely. */
const WIDEST_RATIO = 2;

/**
 * How strongly a token is coloured: for advantages from -1 (worst of the group) over 0 to 1 (best), for log-probabilities
 * from 0 (certain) to 1 (a surprise), for ratios from -1 (the teacher would not have said it) to 1. Advantages go by the square
 * root: where one rollout of many passed, the others' small ones show too. Null where there is no number.
 * @param scale greatest size of an advantage in the group.
 */
export function tokenStrength(token: TokenDetail, measure: TokenMeasure, scale: number): number | null {
  switch (measure) {
    case "logprob":
      return Math.min(1, Math.max(0, token.logprob / FAINTEST_LOGPROB));
    case "advantage":
      if (token.advantage === null) return null;
      if (scale === 0) return 0;
      return Math.sign(token.advantage) * Math.sqrt(Math.min(1, Math.abs(token.advantage) / scale));
    case "ratio": {
      const { teacherLogprob, logprob } = token;
      if (teacherLogprob === null) return null;
      return Math.max(-1, Math.min(1, (teacherLogprob - logprob) / WIDEST_RATIO));
    }
    case "entropy":
      return null;
  }
}

/** The class of a strength: colours come from the style sheet, in steps that the eye tells apart. */
export function strengthClass(strength: number | null, measure: TokenMeasure): string {
  if (strength === null) return "token none";
  const level = Math.round(Math.abs(strength) * 6);
  if (level === 0) return "token";
  return `token ${measure === "logprob" ? "surprise" : strength < 0 ? "worse" : "better"}-${level}`;
}
