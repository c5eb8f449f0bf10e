import { z } from "zod";
import { RlvrError } from "../core/errors.ts";
import { unknownName } from "../core/nearest-name.ts";
import { armPositionsSchema, startPositions } from "./arm-order.ts";
import type { Curriculum } from "./curriculum.ts";
import { allArms, armMetrics, drawSlots, openArms } from "./draw-slots.ts";
import { averagePassRates, passRateOf, passRatesSchema, practised } from "./practice.ts";

const optionsSchema = z
  .strictObject({
    order: z.array(z.string().min(1)).min(1).describe("Every arm that has problems, from the easiest to the hardest."),
    advance_at: z
      .number()
      .gt(0)
      .max(1)
      .default(0.8)
      .describe("Averaged pass rate of the current arm at which the next one's turn comes."),
    patience: z
      .int()
      .positive()
      .nullable()
      .default(null)
      .describe("Steps on an arm after which the next one's turn comes whatever the pass rate; null for never."),
    rehearsal: z
      .number()
      .min(0)
      .lt(1)
      .default(0.1)
      .describe("Share of the slots that goes to the arms before the current one, each alike."),
    alpha: z.number().gt(0).max(1).default(0.5).describe("Weight of a step's pass rate in the running average."),
  })
  .refine(({ order }) => new Set(order).size === order.length, {
    path: ["order"],
    message: "an arm stands in it twice",
  });
const stateSchema = z.strictObject({
  place: z.int().nonnegative(),
  steps_on_arm: z.int().nonnegative(),
  pass_rates: passRatesSchema,
  arms: armPositionsSchema,
});

/** Options of {@link easyToHard}, checked. */
export type EasyToHardOptions = z.output<typeof optionsSchema>;

/**
 * The state of {@link easyToHard}: the place in the order of the arm whose turn it is, the steps it has had, and each
 * arm's averaged pass rate (absent where never practised) and position.
 */
export type EasyToHardState = z.output<typeof stateSchema>;

/**
 * The arms one after another, in the recipe's order. The next one's turn comes when the exponentially averaged pass rate
 * of the current one, before any hint, reaches `advance_at`, or when it has had `patience` steps; at most one arm a
 * step, and the last one stays. A slot draws the current arm with probability 1 - rehearsal, otherwise one of the arms
 * before it, all alike, so that they are not forgotten; arms whose turn has not come have probability 0. On the first
 * arm every slot is its own.
 *
 * The order has to name every arm that has problems: an arm left out would never be practised, which is more often a
 * slip than a wish. A name without problems is refused with the nearest one.
 */
export const easyToHard: Curriculum<EasyToHardOptions, EasyToHardState> = {
  name: "easy-to-hard",
  options: optionsSchema,
  state: stateSchema,
  init(arms, { order }) {
    requireOrder(order, arms);
    return { place: 0, steps_on_arm: 0, pass_rates: {}, arms: startPositions(arms) };
  },
  select: (state, context, options) =>
    drawSlots(state, probabilities(state, options, openArms(state.arms, context.problemsByArm)), context),
  observe(state, results, { order, advance_at: goal, patience, alpha }) {
    const rates = averagePassRates(state.pass_rates, practised(Object.keys(state.arms), results), alpha);
    const rate = new Map(Object.entries(rates)).get(order[state.place] ?? "");
    const steps = state.steps_on_arm + 1;
    const done = (rate !== undefined && rate >= goal) || (patience !== null && steps >= patience);
    const turn =
      done && state.place + 1 < order.length
        ? { place: state.place + 1, steps_on_arm: 0 }
        : { place: state.place, steps_on_arm: steps };
    return { ...state, ...turn, pass_rates: rates };
  },
  metrics(state, options) {
    return armMetrics(state.arms, probabilities(state, options, allArms(state.arms)), passRateOf(state.pass_rates));
  },
};

function probabilities(
  { place }: EasyToHardState,
  { order, rehearsal }: EasyToHardOptions,
  arms: readonly string[],
): ReadonlyMap<string, number> {
  const open = new Set(arms);
  const reached = order.slice(0, place + 1).filter((arm) => open.has(arm));
  // Before the first arm that has problems there is nothing to practise, so its turn has come.
  const current = reached.pop() ?? order.find((arm) => open.has(arm));
  if (current === undefined) return new Map();
  const share = reached.length === 0 ? 0 : rehearsal / reached.length;
  return new Map([...reached.map((arm): [string, number] => [arm, share]), [current, 1 - share * reached.length]]);
}

/**
 * Refuses an order that is not one of these arms.
 * @throws RlvrError `unknown_name` when it names an arm that has no problems, `bad_recipe` when it leaves one out.
 */
function requireOrder(order: readonly string[], arms: readonly string[]): void {
  const known = new Set(arms);
  for (const arm of order) if (!known.has(arm)) throw unknownName("arm with problems", arm, arms);
  const named = new Set(order);
  const left = arms.filter((arm) => !named.has(arm));
  if (left.length === 0) return;
  throw new RlvrError("bad_recipe", `curriculum.order leaves out ${left.map((arm) => `"${arm}"`).join(", ")}`, {
    advice: "Name every arm that has problems, from the easiest to the hardest.",
  });
}
