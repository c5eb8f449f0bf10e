import type { z } from "zod";
import { checkOptions } from "../core/check-options.ts";
import { entryNamed } from "../core/entry-named.ts";
import { cispo } from "./cispo.ts";
import { copo } from "./copo.ts";
import { dapo } from "./dapo.ts";
import { distillation } from "./distillation.ts";
import { drGrpo } from "./dr-grpo.ts";
import { grpo } from "./grpo.ts";
import { gspo } from "./gspo.ts";
import { maxrl } from "./maxrl.ts";
import type { CreditedGroup, Objective, RewardGroup, SurrogateSettings } from "./objective.ts";
import { reinforcePp } from "./reinforce-pp.ts";
import { rloo } from "./rloo.ts";
import { withTeacherCredit } from "./teacher-credit.ts";

/** An objective with its options settled. */
export interface ConfiguredObjective {
  readonly name: string;
  /** The options with defaults filled in, as plain data. */
  readonly options: unknown;
  /** Credits the groups of one optimiser step by their rewards alone, in order. */
  rewardCredit(groups: readonly RewardGroup[]): CreditedGroup[];
  /** The same with the teacher's credit of each token; throws `bad_recipe` for a group that lacks what that needs. */
  credit(groups: readonly RewardGroup[]): CreditedGroup[];
  readonly surrogate: SurrogateSettings;
  /** How much the teacher's credit counts; 0: there is no teacher. */
  readonly teacherCoefficient: number;
}

function configure<Options>(objective: Objective<Options>, raw: unknown): ConfiguredObjective {
  const options = checkOptions(objective.options, raw, `objective "${objective.name}"`);
  const teacherCoefficient = objective.teacherCoefficient?.(options) ?? 0;
  const rewardCredit = (groups: readonly RewardGroup[]): CreditedGroup[] => objective.credit(groups, options);
  return {
    name: objective.name,
    options,
    rewardCredit,
    credit: (groups) => {
      const credited = rewardCredit(groups);
      return teacherCoefficient === 0 ? credited : withTeacherCredit(groups, credited, teacherCoefficient);
    },
    surrogate: objective.surrogate(options),
    teacherCoefficient,
  };
}

interface Entry {
  readonly name: string;
  readonly options: z.ZodType;
  /** Closed over the objective's own type of options. */
  readonly configure: (raw: unknown) => ConfiguredObjective;
}

function entry<Options>(objective: Objective<Options>): Entry {
  return { name: objective.name, options: objective.options, configure: (raw) => configure(objective, raw) };
}

/** All objectives with the schemas of their options, in the order of the documentation. */
export const OBJECTIVES: readonly Entry[] = [
  entry(grpo),
  entry(drGrpo),
  entry(rloo),
  entry(reinforcePp),
  entry(maxrl),
  entry(dapo),
  entry(gspo),
  entry(cispo),
  entry(copo),
  entry(distillation),
];

/**
 * The objective of a name with a recipe's options.
 * @param options as the recipe gives them; missing ones get their defaults.
 * @throws RlvrError `unknown_name` with the nearest name, `bad_recipe` when the options are wrong.
 */
export function configureObjective(name: string, options: unknown = {}): ConfiguredObjective {
  return entryNamed("objective", name, OBJECTIVES).configure(options);
}
