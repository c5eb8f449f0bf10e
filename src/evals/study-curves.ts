import { mean } from "../core/statistics.ts";
import type { CurveStep } from "./study-results.ts";

/** An accuracy after so many sampled tokens. */
export interface CurvePoint {
  readonly tokens: number;
  readonly accuracy: number;
}

/** Several runs at the same number of tokens: their mean, lowest and highest accuracy. */
export interface BandPoint {
  readonly tokens: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const GRID = 60;

/** The course of some arms' mean accuracy; evaluations without any of them are left out. */
export function curveOf(steps: readonly CurveStep[], arms: readonly string[]): CurvePoint[] {
  return steps.flatMap(({ tokens, byArm }) => {
    const known = arms.map((arm) => byArm.get(arm)).filter((accuracy) => accuracy !== undefined);
    return known.length === 0 ? [] : [{ tokens, accuracy: mean(known) }];
  });
}

/**
 * Curves of several runs as one: linearly interpolated at 61 numbers of tokens, evenly spaced up to where the shortest
 * ends, so that every point is of all runs. Empty when there is no run, or one without a point.
 */
export function bandOf(curves: readonly (readonly CurvePoint[])[]): BandPoint[] {
  const ends = curves.map((curve) => curve.at(-1)?.tokens ?? 0);
  if (curves.length === 0 || curves.some((curve) => curve.length === 0)) return [];
  const end = Math.min(...ends);
  return Array.from({ length: GRID + 1 }, (_, index) => {
    const tokens = (end * index) / GRID;
    const values = curves.map((curve) => accuracyAt(curve, tokens));
    return { tokens, mean: mean(values), low: Math.min(...values), high: Math.max(...values) };
  });
}

/** The accuracy between the two points around a number of tokens; that of the first or last point beyond them. */
function accuracyAt(curve: readonly CurvePoint[], tokens: number): number {
  const next = curve.findIndex((point) => point.tokens >= tokens);
  const after = curve[next] ?? curve.at(-1);
  const before = curve[next - 1] ?? after;
  if (before === undefined || after === undefined) return Number.NaN;
  const width = after.tokens - before.tokens;
  const share = width > 0 ? (tokens - before.tokens) / width : 0;
  return before.accuracy + share * (after.accuracy - before.accuracy);
}
