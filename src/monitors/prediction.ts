import { deriveSeed, stream } from "../core/random.ts";
import { mean } from "../core/statistics.ts";
import {
  accuracyAt,
  fitLearningCurve,
  LEAST_POINTS,
  refitLearningCurve,
  stepReaching,
  type CurvePoint,
  type LearningCurve,
} from "./learning-curve.ts";

/** A number with the 90% interval that it lies in if the curve's form is right. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  /** Null where there is no upper end, as of a step that may never come. */
  readonly high: number | null;
}

/** Where a learning curve leads. */
export interface Prediction {
  readonly curve: LearningCurve;
  /** Evaluations that it was fitted to. */
  readonly evaluations: number;
  /** The step that `final` is of: the recipe's last, or the last evaluation of a run that is over. */
  readonly lastStep: number;
  readonly final: Estimate;
  /** Accuracy that it tends to however long it trains. */
  readonly asymptote: Estimate;
  /** The next mark above what it has now, and the step that reaches it; null where the curve comes to none. */
  readonly next: { readonly accuracy: number; readonly step: Estimate } | null;
  /** Worst distance between the curve and an evaluation. */
  readonly worstMiss: number;
}

const RESAMPLES = 200;
/** Points that are refitted: a run of thousands of evaluations would take a minute. */
const MOST_POINTS = 200;
/** Accuracies that people ask for. */
const MARKS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

/**
 * Fits a learning curve and tells where it leads. The intervals are those of a residual bootstrap (200 refits, the
 * residuals widened by n / (n - 3) for the three parameters): they hold the noise of evaluations, not the risk that the curve
 * has another form, as before a cliff that a hint may still open.
 * @param lastStep the step to tell the accuracy of.
 * @returns undefined with fewer than 5 evaluations.
 */
export function predictCurve(points: readonly CurvePoint[], lastStep: number): Prediction | undefined {
  const curve = fitLearningCurve(points);
  if (curve === undefined) return undefined;
  const refits = resampled(thinned(points), curve);
  const interval = (look: (curve: LearningCurve) => number | undefined, value: number): Estimate => {
    // A curve that never gets there gets there last.
    const sorted = refits.map((refit) => look(refit) ?? Infinity).sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? value;
    const high = Math.max(value, at(0.95));
    return { value, low: Math.min(value, at(0.05)), high: Number.isFinite(high) ? high : null };
  };
  const now = accuracyAt(curve, points.at(-1)?.step ?? 0);
  const mark = MARKS.find((accuracy) => accuracy > now && accuracy < curve.asymptote);
  const step = mark === undefined ? undefined : stepReaching(curve, mark);
  return {
    curve,
    evaluations: points.length,
    lastStep,
    final: interval((refit) => accuracyAt(refit, lastStep), accuracyAt(curve, lastStep)),
    asymptote: interval(({ asymptote }) => asymptote, curve.asymptote),
    next:
      mark === undefined || step === undefined
        ? null
        : { accuracy: mark, step: interval((refit) => stepReaching(refit, mark), step) },
    worstMiss: Math.max(...points.map((point) => Math.abs(point.accuracy - accuracyAt(curve, point.step)))),
  };
}

/** Curves fitted to what the evaluations might have been: the curve's values with residuals drawn anew. */
function resampled(points: readonly CurvePoint[], curve: LearningCurve): LearningCurve[] {
  const widened = Math.sqrt(points.length / (points.length - LEAST_POINTS + 2));
  const residuals = points.map(({ step, accuracy }) => (accuracy - accuracyAt(curve, step)) * widened);
  const random = stream(deriveSeed(0, "learning-curve"));
  return Array.from({ length: RESAMPLES }, () => {
    const drawn = points.map(({ step }) => {
      const accuracy = accuracyAt(curve, step) + (residuals[random.integer(residuals.length)] ?? 0);
      return { step, accuracy: Math.min(1, Math.max(0, accuracy)) };
    });
    return refitLearningCurve(drawn, curve);
  });
}

/** Means of stretches of points, where there are many: their residuals are as much smaller as they stand for more. */
function thinned(points: readonly CurvePoint[]): readonly CurvePoint[] {
  const stretch = Math.ceil(points.length / MOST_POINTS);
  if (stretch === 1) return points;
  return Array.from({ length: Math.ceil(points.length / stretch) }, (_, place) => {
    const part = points.slice(place * stretch, (place + 1) * stretch);
    return { step: mean(part.map(({ step }) => step)), accuracy: mean(part.map(({ accuracy }) => accuracy)) };
  });
}
