import { sampledTokens } from "../tracking/metrics.ts";
import type { RunContext } from "./run-context.ts";

type Parts = Pick<RunContext, "db" | "run" | "recipe">;

/**
 * Share of the run that is done after a step, 0 to 1: by steps, or by tokens where there is a budget and they are ahead.
 * @param tokens sampled in that step, where it is not finished yet.
 */
export function progressAfter({ db, run, recipe }: Parts, step: number, tokens = 0): number {
  const { steps, token_budget: tokenBudget = null } = recipe;
  return shareDone({
    step,
    steps,
    tokens: tokenBudget === null ? 0 : sampledTokens(db, run.id, step) + tokens,
    tokenBudget,
  });
}

/** Share of a run that is done: by steps, or by tokens where there is a budget and they are ahead. */
export function shareDone(run: {
  readonly step: number;
  readonly steps: number;
  readonly tokens: number;
  readonly tokenBudget: number | null;
}): number {
  const bySteps = run.step / run.steps;
  return run.tokenBudget === null ? bySteps : Math.min(1, Math.max(bySteps, run.tokens / run.tokenBudget));
}
