import { z } from "zod";
import { armPositionsSchema, startPositions } from "./arm-order.ts";
import type { Curriculum } from "./curriculum.ts";
import { allArms, armMetrics, drawSlots, openArms } from "./draw-slots.ts";
import { flooredSoftmax, requireFloor } from "./floored-softmax.ts";
import { averagePassRates, passRateOf, passRatesSchema, practised } from "./practice.ts";

const optionsSchema = z.strictObject({
  target: z.number().min(0).max(1).default(0.5).describe("Pass rate at which an arm is practised most."),
  width: z
    .number()
    .min(0.01)
    .default(0.2)
    .describe("Distance from the target, in pass rate, at which an arm's weight is down to exp(-1/2) = 0.61."),
  alpha: z.number().gt(0).max(1).default(0.5).describe("Weight of a step's pass rate in the running average."),
  floor: z.number().min(0).max(1).default(0.02).describe("Least probability of every arm that has problems."),
});
const stateSchema = z.strictObject({ pass_rates: passRatesSchema, arms: armPositionsSchema });

/** Options of {@link band}, checked. */
export type BandOptions = z.output<typeof optionsSchema>;

/** The state of {@link band}: each arm's averaged pass rate (absent where never practised) and position. */
export type BandState = z.output<typeof stateSchema>;

/**
 * Difficulty band: keeps practice where the pass rate is near a target, neither mastered nor out of reach. An arm's
 * weight is w = exp(-(rate - target)^2 / (2 width^2)) of its exponentially averaged pass rate before any hint, and 1
 * where it was never practised. Every slot draws an arm from p = floor + (1 - n floor) w / (sum of w), a mixture with
 * the uniform distribution over the n arms with problems, then a problem of it without replacement.
 */
export const band: Curriculum<BandOptions, BandState> = {
  name: "band",
  options: optionsSchema,
  state: stateSchema,
  init(arms, { floor }) {
    requireFloor(floor, arms.length);
    return { pass_rates: {}, arms: startPositions(arms) };
  },
  select: (state, context, options) =>
    drawSlots(state, probabilities(state, options, openArms(state.arms, context.problemsByArm)), context),
  observe(state, results, { alpha }) {
    const practice = practised(Object.keys(state.arms), results);
    return { ...state, pass_rates: averagePassRates(state.pass_rates, practice, alpha) };
  },
  metrics(state, options) {
    return armMetrics(state.arms, probabilities(state, options, allArms(state.arms)), passRateOf(state.pass_rates));
  },
};

function probabilities(
  state: BandState,
  { target, width, floor }: BandOptions,
  arms: readonly string[],
): ReadonlyMap<string, number> {
  const rates = new Map(Object.entries(state.pass_rates));
  const logits = arms.map((arm): [string, number] => {
    const distance = ((rates.get(arm) ?? target) - target) / width;
    return [arm, -(distance ** 2) / 2];
  });
  return flooredSoftmax(new Map(logits), floor);
}
