import { levenbergMarquardt } from "ml-levenberg-marquardt";

/** Accuracy of one evaluation. */
export interface CurvePoint {
  readonly step: number;
  readonly accuracy: number;
}

/**
 * The curve c - a x^(-b) of accuracy over steps. x counts evaluations from 1, with the first gap between two as the unit
 * (x = 1 + (step - first step) / gap), for a power of step 0 is infinite.
 */
export interface LearningCurve {
  /** c: the accuracy that it tends to. */
  readonly asymptote: number;
  /** a: how far below that the first evaluation was. */
  readonly deficit: number;
  /** b: how fast the rest goes. */
  readonly exponent: number;
  readonly firstStep: number;
  readonly gap: number;
}

/** Evaluations that a fit of three parameters needs at least. */
export const LEAST_POINTS = 5;

/** Accuracies are shares, so the first is c - a with both in [-1, 1]. Slower than x^-.05 and faster than x^-4 cannot be told. */
const LOWEST = [0, -1, 0.05];
const HIGHEST = [1, 1, 4];
/** Exponents to start from: the sum of squares may have several valleys. */
const STARTS = [0.3, 1, 2.5];

/**
 * Fits a learning curve by least squares (Levenberg-Marquardt, from several exponents; the best fit counts).
 * @param points by step; undefined with fewer than {@link LEAST_POINTS}.
 * Source: power laws of learning curves (arXiv 1712.00409).
 */
export function fitLearningCurve(points: readonly CurvePoint[]): LearningCurve | undefined {
  const [first, second] = points;
  if (points.length < LEAST_POINTS || first === undefined || second === undefined) return undefined;
  return bestFit(points, { firstStep: first.step, gap: second.step - first.step }, STARTS);
}

/** The same near a curve that is known already, with its unit of x: one start. */
export function refitLearningCurve(points: readonly CurvePoint[], near: LearningCurve): LearningCurve {
  return bestFit(points, { firstStep: near.firstStep, gap: near.gap }, [near.exponent]);
}

/** What x counts from, and its unit. */
type Scale = Pick<LearningCurve, "firstStep" | "gap">;

function bestFit(points: readonly CurvePoint[], scale: Scale, exponents: readonly number[]): LearningCurve {
  const data = { x: points.map(({ step }) => positionOf(step, scale)), y: points.map(({ accuracy }) => accuracy) };
  const highest = Math.max(...data.y);
  const fits = exponents.map((exponent) =>
    levenbergMarquardt(
      data,
      ([c = 0, a = 0, b = 0]) =>
        (x) =>
          c - a * x ** -b,
      {
        initialValues: [highest, highest - (data.y[0] ?? highest), exponent],
        minValues: LOWEST,
        maxValues: HIGHEST,
        jacobianFunction:
          ([, a = 0, b = 0]) =>
          (x) => [1, -(x ** -b), a * Math.log(x) * x ** -b],
        maxIterations: 100,
        errorTolerance: 1e-12,
      },
    ),
  );
  const best = fits.reduce((a, b) => (b.parameterError < a.parameterError ? b : a));
  const [asymptote = 0, deficit = 0, exponent = 0] = best.parameterValues;
  return { asymptote, deficit, exponent, ...scale };
}

function positionOf(step: number, { firstStep, gap }: Scale): number {
  return 1 + (step - firstStep) / gap;
}

/** The accuracy that a curve has at a step: a share, also where the curve itself leaves 0 to 1. */
export function accuracyAt(curve: LearningCurve, step: number): number {
  const accuracy = curve.asymptote - curve.deficit * positionOf(step, curve) ** -curve.exponent;
  return Math.min(1, Math.max(0, accuracy));
}

/** The step at which a curve reaches an accuracy; undefined where it never does. */
export function stepReaching(curve: LearningCurve, accuracy: number): number | undefined {
  const left = curve.asymptote - accuracy;
  if (left <= 0 || curve.deficit <= 0) return undefined;
  const position = (curve.deficit / left) ** (1 / curve.exponent);
  return curve.firstStep + (Math.max(1, position) - 1) * curve.gap;
}
