import { z } from "zod";
import { RlvrError } from "../core/errors.ts";
import { deriveSeed, stream } from "../core/random.ts";
import { armOrders, armPositionSchema, type ArmPosition } from "./arm-order.ts";
import type { Curriculum, Pick } from "./curriculum.ts";

const optionsSchema = z.strictObject({});
const stateSchema = z.strictObject({ arms: z.record(z.string(), armPositionSchema) });

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
  init: (arms) => ({
    arms: Object.fromEntries(arms.map((arm): [string, ArmPosition] => [arm, { pass: 0, drawn: 0 }])),
  }),
  select(state, { step, slots, seed, problemsByArm }) {
    const positions = new Map(Object.entries(state.arms));
    const counts = new Map(Object.entries(problemsByArm));
    const open = [...positions.keys()].filter((arm) => (counts.get(arm) ?? 0) > 0).sort();
    const chance = stream(deriveSeed(seed, "curriculum", step));
    const draw = armOrders(seed);
    const picks = Array.from({ length: slots }, (): Pick => {
      const arm = open[chance.integer(open.length)];
      const position = arm === undefined ? undefined : positions.get(arm);
      if (arm === undefined || position === undefined) throw noProblems();
      const drawn = draw(arm, counts.get(arm) ?? 0, position);
      positions.set(arm, drawn.position);
      return { arm, index: drawn.index, propensity: drawn.probability / open.length };
    });
    return { picks, state: { arms: Object.fromEntries(positions) } };
  },
  observe: (state) => state,
  metrics(state) {
    const arms = Object.entries(state.arms);
    return Object.fromEntries(
      arms.map(([arm, { pass, drawn }]) => [arm, { probability: 1 / arms.length, pass, drawn }]),
    );
  },
};

function noProblems(): RlvrError {
  return new RlvrError("bad_problems", "no arm of the curriculum has a problem to choose", {
    advice: "Give the run a problem set that has problems in the curriculum's arms.",
  });
}
