import { z } from "zod";
import { byArm } from "./by-arm.ts";
import type { ArmResult } from "./curriculum.ts";

/**
 * The results that can teach a curriculum something: those of arms it knows, with at least one rollout. An arm whose
 * verifiers all failed counts as not practised.
 */
export function practised(
  arms: readonly string[],
  results: Readonly<Record<string, ArmResult>>,
): ReadonlyMap<string, ArmResult> {
  const known = new Set(arms);
  return new Map(Object.entries(results).filter(([arm, { rollouts }]) => known.has(arm) && rollouts > 0));
}

/** Exponentially averaged pass rates, from 0 to 1; arms never practised are absent. */
export const passRatesSchema = byArm(z.number());

/**
 * Pass rates after a step: rate + alpha (passed / rollouts - rate) for the arms practised, the others as they were.
 * The first rate of an arm is taken as it is, so that no made-up start has to fade.
 */
export function averagePassRates(
  rates: Readonly<Record<string, number>>,
  practice: ReadonlyMap<string, ArmResult>,
  alpha: number,
): Record<string, number> {
  const after = new Map(Object.entries(rates));
  for (const [arm, { passed, rollouts }] of practice) {
    const rate = passed / rollouts;
    const before = after.get(arm) ?? rate;
    after.set(arm, before + alpha * (rate - before));
  }
  return Object.fromEntries(after);
}

/** For the metrics of an arm: its `pass_rate`, or nothing where it was never practised. */
export function passRateOf(rates: Readonly<Record<string, number>>): (arm: string) => Record<string, number> {
  const known = new Map(Object.entries(rates));
  return (arm) => {
    const rate = known.get(arm);
    return rate === undefined ? {} : { pass_rate: rate };
  };
}
