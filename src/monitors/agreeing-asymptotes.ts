import { figure } from "./numbers.ts";
import { accuracyAt, fitLearningCurve, type CurvePoint } from "./learning-curve.ts";

/** Fits in a row that must agree. */
const FITS = 3;

/**
 * Why a run may stop: the curves fitted after each of the last three evaluations lead to the same asymptote, within
 * `agree`, and the newest has come within `agree` of it. Undefined while that is not so. The second half is ours: successive
 * fits that agree tell only that the end is known, not that it is near. Pure, so a resumed run decides the same.
 * @param points evaluations by step.
 * @param agree a difference of accuracies, such as .01.
 */
export function levelledOff(points: readonly CurvePoint[], agree: number): string | undefined {
  const curves = Array.from({ length: FITS }, (_, back) => fitLearningCurve(points.slice(0, points.length - back)));
  const known = curves.filter((curve) => curve !== undefined);
  const [newest] = known;
  const last = points.at(-1);
  if (known.length < FITS || newest === undefined || last === undefined) return undefined;
  const asymptotes = known.map(({ asymptote }) => asymptote);
  const spread = Math.max(...asymptotes) - Math.min(...asymptotes);
  const now = accuracyAt(newest, last.step);
  if (spread > agree || Math.abs(newest.asymptote - now) > agree) return undefined;
  return (
    `held-out accuracy has levelled off: its curve is at ${figure(now)} and tends to ${figure(newest.asymptote)}, ` +
    `and the last ${FITS} fits agree within ${figure(spread)} (evaluation.stop.agree ${figure(agree)})`
  );
}
