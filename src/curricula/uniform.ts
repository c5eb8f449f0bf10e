import { z } from "zod";
import { armPositionsSchema, startPositions } from "./arm-order.ts";
import type { Curriculum } from "./curriculum.ts";
import { allArms, armMetrics, drawSlots, openArms } from "./draw-slots.ts";

const optionsSchema = z.strictObject({});
const stateSchema = z.strictObject({ arms: armPositionsSchema });

/** The state of {@link uniform}: each arm's position. */
export type UniformState = z.output<typeof stateSchema>;

/**
 * Every slot draws an arm with equal probability (arms without problems aside), then a problem of that arm without
 * replacement until the arm is used up, when its problems are shuffled anew. What the rollouts gave changes nothing.
 */
export const uniform: Curriculum<z.output<typeof optionsSchema>, UniformState> = {
  name: "uniform",
  options: optionsSchema,
  state: stateSchema,
  init: (arms) => ({ arms: startPositions(arms) }),
  select: (state, context) =>
    drawSlots(state, new Map(openArms(state.arms, context.problemsByArm).map((arm) => [arm, 1])), context),
  observe: (state) => state,
  metrics(state) {
    const arms = allArms(state.arms);
    return armMetrics(state.arms, new Map(arms.map((arm) => [arm, 1 / arms.length])));
  },
};
