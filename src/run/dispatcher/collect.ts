import { runAll } from "../../sampling/run-all.ts";
import { groupsOfStep, setStepPhase, type GroupRow, type StepRow } from "../../tracking/steps.ts";
import { refill } from "./choose-problems.ts";
import { progressAfter } from "../progress.ts";
import { weightsAfter } from "../services/served-weights.ts";
import type { RunContext, SamplingContext } from "../run-context.ts";
import { groupHasSpread, scoredGroups } from "../scoring/scored-groups.ts";
import { completeGroup } from "./complete-group.ts";
import { takeBatch } from "./take-batch.ts";

/**
 * Phase `collect`: every group of the step is sampled, judged, tried with hints where its scaffold says so, and scored by
 * the teacher where there is one; one that cannot be sampled is dropped. Rows are written as soon as they are there, so what
 * a kill interrupts is at most the requests in flight; those are made again with the same seeds. Where the recipe asks for
 * it, groups without spread are replaced by further ones. With `pipeline.partial` the step moves on by itself once there are
 * enough groups for its batch, of whichever step.
 */
export async function collect(context: RunContext, step: StepRow): Promise<void> {
  const { db, recipe, policy } = context;
  const progress = progressAfter(context, step.chosenAfter);
  if (recipe.pipeline.partial)
    return completeGroups({ ...context, weights: undefined, progress }, step, groupsOfStep(db, step.id));
  const weights = weightsAfter(context, step.chosenAfter);
  await policy.under(weights, () => collectWhole({ ...context, weights, progress }, step));
  setStepPhase(db, step.id, "credit");
}

async function collectWhole(context: SamplingContext, step: StepRow): Promise<void> {
  for (;;) {
    const groups = groupsOfStep(context.db, step.id);
    await completeGroups(context, step, groups);
    const missing = missingGroups(context, step, groups.length);
    if (missing === 0) return;
    await refill(context, step, groups, missing);
  }
}

async function completeGroups(context: SamplingContext, step: StepRow, groups: readonly GroupRow[]): Promise<void> {
  const { permits, emit, recipe, atWork } = context;
  // One that was left of an earlier step is at work already.
  const open = groups.filter(({ id, state }) => state !== "collected" && state !== "dropped" && !atWork.has(id));
  let done = groups.length - open.length;
  const tasks = open.map((group) => async (signal: AbortSignal) => {
    await completeGroup({ ...context, signal }, step, group);
    emit({ type: "group_finished", step: step.number, done: ++done, total: groups.length });
    if (recipe.pipeline.partial) takeBatch(context);
  });
  for (const { id } of open) atWork.set(id, new AbortController());
  // In spans everything is sampled under what is served.
  const queue = permits(recipe.pipeline.partial ? 0 : step.chosenAfter);
  await runAll(tasks, { queue, signal: context.signal });
}

/** How many groups are to be sampled in the place of those without spread (dynamic sampling, arXiv 2503.14476). */
function missingGroups({ db, recipe }: RunContext, step: StepRow, sampled: number): number {
  const { groups, refill: budget } = recipe.sampling;
  if (budget === 0) return 0;
  const useful = scoredGroups(db, step.id).filter(groupHasSpread).length;
  return Math.max(0, Math.min(groups - useful, groups + budget - sampled));
}
