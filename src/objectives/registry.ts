import { checkOptions } from "../core/check-options.ts";
import { unknownName } from "../core/nearest-name.ts";
import { grpo } from "./grpo.ts";
import type { CreditedGroup, Objective, RewardGroup, SurrogateSettings } from "./objective.ts";

/** An objective with its options settled. */
export interface ConfiguredObjective {
  readonly name: string;
  /** The options with defaults filled in, as plain data. */
  readonly options: unknown;
  /** Credits the groups of one optimiser step, in order. */
  credit(groups: readonly RewardGroup[]): CreditedGroup[];
  readonly surrogate: SurrogateSettings;
}

function configure<Options>(objective: Objective<Options>, raw: unknown): ConfiguredObjective {
  const options = checkOptions(objective.options, raw, `objective "${objective.name}"`);
  return {
    name: objective.name,
    options,
    credit: (groups) => objective.credit(groups, options),
    surrogate: objective.surrogate(options),
  };
}

/** Each objective by its name, closed over its own type of options. */
const OBJECTIVES: ReadonlyMap<string, (raw: unknown) => ConfiguredObjective> = new Map([
  [grpo.name, (raw: unknown) => configure(grpo, raw)],
]);

/**
 * The objective of a name with a recipe's options.
 * @param options as the recipe gives them; missing ones get their defaults.
 * @throws RlvrError `unknown_name` with the nearest name, `bad_recipe` when the options are wrong.
 */
export function configureObjective(name: string, options: unknown = {}): ConfiguredObjective {
  const make = OBJECTIVES.get(name);
  if (make === undefined) throw unknownName("objective", name, OBJECTIVES.keys());
  return make(options);
}
