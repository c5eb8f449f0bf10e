import type { Estimate } from "../../monitors/prediction.ts";
import { LEAST_POINTS } from "../../monitors/learning-curve.ts";
import { share } from "../../core/texts/share-text.ts";
import type { Summary } from "./summary.ts";

/** Width of an interval of accuracies from which on a prediction says little, and is called so. */
const VAGUE = 0.2;
/** Distance between the curve and an evaluation from which on its form does not fit. */
const MISFIT = 0.1;

/** What the learning curve says of where the run leads, and how sure that is; nothing, where the evaluations are not on one. */
export function curveText({ learningCurve, evaluations }: Summary): string[] {
  if (learningCurve === null)
    return evaluations < 2
      ? []
      : [`Learning curve: ${evaluations} evaluations are too few for one; ${LEAST_POINTS} are the least.`];
  const { curve, lastStep, final, asymptote, next, worstMiss } = learningCurve;
  if (worstMiss > MISFIT)
    return [
      `Learning curve: accuracy came in a jump or along another line than c - a x^-b, which would miss an evaluation by ${share(worstMiss)}: nothing is predicted.`,
    ];
  const sign = curve.deficit < 0 ? "+" : "-";
  const form = `${share(curve.asymptote)} ${sign} ${share(Math.abs(curve.deficit))} x^-${curve.exponent.toFixed(2)}`;
  const sentences = [
    `Learning curve over all arms: ${form} with x in evaluations.`,
    `It is at ${between(final)} at step ${lastStep} and leads to ${between(asymptote)} in the end (90% intervals).`,
    ...(next === null ? [] : [`It is at ${share(next.accuracy)} ${when(next.step)}.`]),
    ...((final.high ?? 1) - final.low > VAGUE ? ["That is a guess: the evaluations are too few or too noisy."] : []),
  ];
  return [sentences.join("\n")];
}

function between({ value, low, high }: Estimate): string {
  return `${share(value)} (${share(low)} to ${share(high)})`;
}

function when({ value, low, high }: Estimate): string {
  const upTo = high === null ? "on, or never" : `to ${Math.round(high)}`;
  return `about step ${Math.round(value)} (${high === null ? "from " : ""}${Math.round(low)} ${upTo})`;
}
