import { z } from "zod";
import { armPositionsSchema, startPositions } from "./arm-order.ts";
import { byArm } from "./by-arm.ts";
import type { Curriculum } from "./curriculum.ts";
import { allArms, armMetrics, drawSlots, openArms } from "./draw-slots.ts";
import { flooredSoftmax, requireFloor } from "./floored-softmax.ts";
import { practised } from "./practice.ts";

const optionsSchema = z.strictObject({
  alpha: z.number().gt(0).max(1).default(0.5).describe("How far a step moves an arm's value towards its reward."),
  temperature: z
    .number()
    .min(0.01)
    .default(0.5)
    .describe("Temperature of the softmax over values: low prefers the best arm, high treats all alike."),
  floor: z.number().min(0).max(1).default(0.02).describe("Least probability of every arm that has problems."),
  decay_unsampled: z
    .boolean()
    .default(false)
    .describe("An arm without rollouts in a step counts as one with reward 0, rather than keeping its value."),
});
const stateSchema = z.strictObject({ values: byArm(z.number()), arms: armPositionsSchema });

/** Options of {@link sec}, checked. */
export type SecOptions = z.output<typeof optionsSchema>;

/** The state of {@link sec}: each arm's value Q and position. */
export type SecState = z.output<typeof stateSchema>;

/**
 * Self-evolving curriculum (arXiv 2505.14970): a bandit that practises what teaches most now. An arm's reward in a step
 * is the mean of |advantage| over its rollouts before any hint, largest where about half of them pass and 0 where all
 * or none do. Q <- Q + alpha (reward - Q) from Q = 0, and every slot draws an arm from
 * p = floor + (1 - n floor) softmax(Q / temperature) over the n arms with problems, then a problem of it without
 * replacement.
 *
 * The floor is not the paper's: it is a mixture with the uniform distribution, and keeps an arm whose value is 0 for
 * long (all its rollouts fail today) from never being tried again. With floor 0 the probabilities are the paper's.
 * `decay_unsampled: false` is the paper's text, `true` its code.
 *
 * The paper takes temperatures from 0.2 to 1 by task. Under GRPO with binary rewards and groups of 8 a reward lies
 * between 0 and 0.94, so that the best arm's odds against a useless one are at most 107 at 0.2, 6.5 at 0.5 and 2.5 at
 * 1. The default 0.5 follows the values without being greedy on estimates from a handful of groups. Objectives whose
 * advantages are smaller (`dr-grpo`: up to 0.5) want a lower one.
 */
export const sec: Curriculum<SecOptions, SecState> = {
  name: "sec",
  options: optionsSchema,
  state: stateSchema,
  init(arms, { floor }) {
    requireFloor(floor, arms.length);
    return { values: Object.fromEntries(arms.map((arm) => [arm, 0])), arms: startPositions(arms) };
  },
  select: (state, context, options) =>
    drawSlots(state, probabilities(state, options, openArms(state.arms, context.problemsByArm)), context),
  observe(state, results, { alpha, decay_unsampled: decay }) {
    const practice = practised(Object.keys(state.values), results);
    const values = Object.entries(state.values).map(([arm, value]): [string, number] => {
      const reward = practice.get(arm)?.meanAbsoluteAdvantage ?? (decay ? 0 : value);
      return [arm, value + alpha * (reward - value)];
    });
    return { ...state, values: Object.fromEntries(values) };
  },
  metrics(state, options) {
    const values = new Map(Object.entries(state.values));
    return armMetrics(state.arms, probabilities(state, options, allArms(state.arms)), (arm) => ({
      value: values.get(arm) ?? 0,
    }));
  },
};

function probabilities(
  state: SecState,
  { temperature, floor }: SecOptions,
  arms: readonly string[],
): ReadonlyMap<string, number> {
  const values = new Map(Object.entries(state.values));
  return flooredSoftmax(new Map(arms.map((arm) => [arm, (values.get(arm) ?? 0) / temperature])), floor);
}
