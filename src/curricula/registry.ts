import type { z } from "zod";
import { checkOptions } from "../core/check-options.ts";
import { entryNamed } from "../core/entry-named.ts";
import { band } from "./band.ts";
import type { ArmResult, Curriculum, Selection, SelectionContext } from "./curriculum.ts";
import { easyToHard } from "./easy-to-hard.ts";
import { sec } from "./sec.ts";
import { uniform } from "./uniform.ts";

/** A curriculum with its options settled. States are plain JSON, checked whenever one is handed in. */
export interface ConfiguredCurriculum {
  readonly name: string;
  /**
   * The state before the first step.
   * @param arms those that have problems.
   * @throws RlvrError `bad_recipe` or `unknown_name` when the options do not fit these arms.
   */
  init(arms: readonly string[]): unknown;
  /**
   * Chooses a problem for every slot of a step.
   * @throws RlvrError `bad_problems` when there is none to choose from.
   */
  select(state: unknown, context: SelectionContext): Selection<unknown>;
  /** The state after the results of a step, by arm. */
  observe(state: unknown, results: Readonly<Record<string, ArmResult>>): unknown;
  /** What is worth plotting, by arm; each has its `probability`. */
  metrics(state: unknown): Record<string, Record<string, number>>;
}

function configure<Options, State>(curriculum: Curriculum<Options, State>, raw: unknown): ConfiguredCurriculum {
  const options = checkOptions(curriculum.options, raw, `curriculum "${curriculum.name}"`);
  return {
    name: curriculum.name,
    init: (arms) => curriculum.init(arms, options),
    select: (state, context) => curriculum.select(curriculum.state.parse(state), context, options),
    observe: (state, results) => curriculum.observe(curriculum.state.parse(state), results, options),
    metrics: (state) => curriculum.metrics(curriculum.state.parse(state), options),
  };
}

interface Entry {
  readonly name: string;
  readonly options: z.ZodType;
  /** Closed over the curriculum's own types. */
  readonly configure: (raw: unknown) => ConfiguredCurriculum;
}

function entry<Options, State>(curriculum: Curriculum<Options, State>): Entry {
  return { name: curriculum.name, options: curriculum.options, configure: (raw) => configure(curriculum, raw) };
}

/** All curricula with the schemas of their options, in the order of the documentation. */
export const CURRICULA: readonly Entry[] = [entry(uniform), entry(sec), entry(easyToHard), entry(band)];

/**
 * The curriculum of a name with a recipe's options.
 * @throws RlvrError `unknown_name` with the nearest name, `bad_recipe` when the options are wrong.
 */
export function configureCurriculum(name: string, options: unknown = {}): ConfiguredCurriculum {
  return entryNamed("curriculum", name, CURRICULA).configure(options);
}
