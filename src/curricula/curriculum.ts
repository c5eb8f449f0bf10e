import type { z } from "zod";
import type { MixtureSource } from "./mixture.ts";

/**
 * A curriculum decides what to practise next. Pure: its memory is a plain JSON state that callers store, and its chance
 * comes from seeds, so a stored state and a seed give the same picks again.
 */
export interface Curriculum<Options = unknown, State = unknown> {
  /** The name that recipes use. */
  readonly name: string;
  /** Checks a recipe's options and fills in defaults. */
  readonly options: z.ZodType<Options>;
  /** Checks a state that comes back from storage. */
  readonly state: z.ZodType<State>;
  /**
   * The state before the first step.
   * @param arms those that have problems.
   * @throws RlvrError `bad_recipe` or `unknown_name` when the options do not fit these arms.
   */
  init(arms: readonly string[], options: Options): State;
  /**
   * Chooses a problem for every slot of a step.
   * @throws RlvrError `bad_problems` when there is none to choose from.
   */
  select(state: State, context: SelectionContext, options: Options): Selection<State>;
  /** The state after the results of a step, by arm; arms that were not practised are absent. */
  observe(state: State, results: Readonly<Record<string, ArmResult>>, options: Options): State;
  /** What is worth plotting, by arm; each has its `probability` of being drawn next. */
  metrics(state: State, options: Options): Record<string, Record<string, number>>;
}

/** What a selection may depend on beside the state. */
export interface SelectionContext {
  readonly step: number;
  /** 0 for a step's first choice, 1 and on where groups without spread are replaced by further problems. */
  readonly round: number;
  /** How many problems to choose: the groups of the step. */
  readonly slots: number;
  /** The run's seed; a selection derives its own from it and the step. */
  readonly seed: number;
  /** Number of problems of each arm; Infinity where a generator makes them, so that none is drawn twice. */
  readonly problemsByArm: Readonly<Record<string, number>>;
  /** The sources' shares of the slots; among the arms of each the curriculum decides. Default: it decides among all arms. */
  readonly mixture?: readonly MixtureSource[] | undefined;
}

/** The problem chosen for a slot. */
export interface Pick {
  readonly arm: string;
  /** Place of the problem among its arm's, from 0; of an arm without end, how many were drawn of it before. */
  readonly index: number;
  /** Probability that this slot got this problem, given the state and the slots before it; of an arm without end, that it got this arm. */
  readonly propensity: number;
}

/** The picks of a step, one a slot in order, and the state after them. */
export interface Selection<State> {
  readonly picks: readonly Pick[];
  readonly state: State;
}

/** What one arm's groups gave in a step, before any hints. */
export interface ArmResult {
  /** Rollouts with an `ok` verdict. */
  readonly rollouts: number;
  /** Rollouts that passed. */
  readonly passed: number;
  /** Mean of |advantage| over those rollouts. */
  readonly meanAbsoluteAdvantage: number;
}
