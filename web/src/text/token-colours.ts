import type { TokenDetail } from "../../../src/server/answers.ts";

/** What tokens are coloured by. */
export const TOKEN_MEASURES = ["advantage", "logprob", "entropy", "ratio", "teacher"] as const;
export type TokenMeasure = (typeof TOKEN_MEASURES)[number];

/** Log-probabilities at or below this have the strongest colour: a token of 1 in 150. */
const FAINTEST_LOGPROB = -5;

/** Entropies from here on have the strongest colour, in nats: a choice among e^2, about seven, equally likely tokens. */
const GREATEST_ENTROPY = 2;

/** Log-ratios to the sampler of this size and beyond have the strongest colour: the trainer thinks a token twice as likely, or as unlikely. */
const WIDEST_RATIO = Math.LN2;

/** The same to the teacher: seven times. */
const WIDEST_TEACHER = 2;

/**
 * How strongly a token is coloured: for advantages from -1 (worst of the group) over 0 to 1 (best), for log-probabilities and
 * entropies from 0 (certain) to 1 (a surprise, an open choice), for trainer and teacher from -1 (it would not have said it) to 1.
 * Advantages go by the square root, as do ratios to the sampler: where one rollout of many passed, the others' small ones show
 * too, and so does a mismatch of a hundredth. Null where there is no number.
 * @param scale greatest size of an advantage in the group.
 */
export function tokenStrength(token: TokenDetail, measure: TokenMeasure, scale: number): number | null {
  switch (measure) {
    case "logprob":
      return Math.min(1, Math.max(0, token.logprob / FAINTEST_LOGPROB));
    case "advantage":
      if (token.advantage === null) return null;
      return scale === 0 ? 0 : bySquareRoot(token.advantage / scale);
    case "entropy":
      return token.entropy === null ? null : Math.min(1, Math.max(0, token.entropy / GREATEST_ENTROPY));
    case "ratio":
      return token.logRatio === null ? null : bySquareRoot(token.logRatio / WIDEST_RATIO);
    case "teacher": {
      const { teacherLogprob, logprob } = token;
      if (teacherLogprob === null) return null;
      return Math.max(-1, Math.min(1, (teacherLogprob - logprob) / WIDEST_TEACHER));
    }
  }
}

function bySquareRoot(share: number): number {
  return Math.sign(share) * Math.sqrt(Math.min(1, Math.abs(share)));
}

/** The class of a strength: colours come from the style sheet, in steps that the eye tells apart. */
export function strengthClass(strength: number | null, measure: TokenMeasure): string {
  if (strength === null) return "token none";
  const level = Math.round(Math.abs(strength) * 6);
  if (level === 0) return "token";
  const isOneSided = measure === "logprob" || measure === "entropy";
  return `token ${isOneSided ? "surprise" : strength < 0 ? "worse" : "better"}-${level}`;
}
