import { sampledTokens } from "../tracking/metrics.ts";
import type { RunContext } from "./run-context.ts";

/** Share of the run that lies behind when a step begins, 0 to 1: by steps, or by tokens where there is a budget. */
export function progressBefore({ db, run, recipe }: Pick<RunContext, "db" | "run" | "recipe">, step: number): number {
  const bySteps = (step - 1) / recipe.steps;
  if (recipe.token_budget === undefined) return bySteps;
  return Math.min(1, Math.max(bySteps, sampledTokens(db, run.id) / recipe.token_budget));
}

/** Whether a run ends after a step: its steps are done, or its tokens used up. */
export function isLastStep(context: Pick<RunContext, "db" | "run" | "recipe">, step: number): boolean {
  return progressBefore(context, step + 1) >= 1;
}
