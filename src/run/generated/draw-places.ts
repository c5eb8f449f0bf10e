import type { Recipe } from "../../config/recipe-schema.ts";

/** What problems are drawn for: a step's first choice (round 0), or the replacement of groups without spread. */
export interface DrawPlace {
  readonly step: number;
  readonly round: number;
  /** The steps that are done before the step is chosen. */
  readonly chosenAfter: number;
}

/**
 * Whether a draw has come before another whatever the timing. Where steps are sampled ahead, a step's replacements are drawn
 * beside the choice of later steps, and neither knows of the other. Pure.
 */
export function isVisible(past: Pick<DrawPlace, "step" | "round">, { step, round, chosenAfter }: DrawPlace): boolean {
  if (past.step <= chosenAfter) return true;
  return past.step === step ? past.round < round : past.step < step && past.round === 0;
}

/** Every so many indexes of an arm, of which only draws that see each other take. */
export interface Lane {
  readonly lane: number;
  readonly of: number;
}

/**
 * The lane that a place draws from: first choices share one, and so do the replacements of steps that are never at work at
 * the same time. So no index is taken twice. Without replacements, or without sampling ahead, there is one. Pure.
 */
export function laneOf(
  { step, round }: Pick<DrawPlace, "step" | "round">,
  {
    pipeline: { depth },
    sampling,
  }: { readonly pipeline: { readonly depth: number }; readonly sampling: Pick<Recipe["sampling"], "refill"> },
): Lane {
  if (depth === 0 || sampling.refill === 0) return { lane: 0, of: 1 };
  return { lane: round === 0 ? 0 : 1 + (step % (depth + 1)), of: depth + 2 };
}
