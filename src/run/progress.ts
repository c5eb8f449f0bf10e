import { sampledTokens } from "../tracking/metrics.ts";
import type { RunContext } from "./run-context.ts";

type Parts = Pick<RunContext, "db" | "run" | "recipe">;

/**
 * Share of the run that is done after a step, 0 to 1: by steps, or by tokens where there is a budget and they are ahead.
 * @param tokens sampled in that step, where it is not finished yet.
 */
export function progressAfter({ db, run, recipe }: Parts, step: number, tokens = 0): number {
  const bySteps = step / recipe.steps;
  if (recipe.token_budget === undefined) return bySteps;
  return Math.min(1, Math.max(bySteps, (sampledTokens(db, run.id) + tokens) / recipe.token_budget));
}
