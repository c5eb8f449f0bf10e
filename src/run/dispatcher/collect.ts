import { runAll } from "../../sampling/run-all.ts";
import { groupsOfStep, setStepPhase, type GroupRow, type StepRow } from "../../tracking/steps.ts";
import { refill } from "./choose-problems.ts";
import { progressAfter } from "../progress.ts";
import type { RunContext, SamplingContext } from "../run-context.ts";
import { weightsAfter } from "../services/served-weights.ts";
import { judgeGroup, sampleGroup } from "./sample-group.ts";
import { dropUnsampled } from "./unsampled.ts";
import { scaffoldGroup } from "./scaffold-group.ts";
import { groupHasSpread, scoredGroups } from "../scoring/scored-groups.ts";
import { teachGroup } from "./teach.ts";

/**
 * Phase `collect`: every group of the step is sampled, judged, tried with hints where its scaffold says so, and scored by
 * the teacher where there is one; one that cannot be sampled is dropped. Rows are written as soon as they are there, so what
 * a kill interrupts is at most the requests in flight; those are made again with the same seeds. Where the recipe asks for
 * it, groups without spread are replaced by further ones.
 */
export async function collect(context: RunContext, step: StepRow): Promise<void> {
  const { db } = context;
  for (;;) {
    const groups = groupsOfStep(db, step.id);
    await completeGroups(context, step, groups);
    const missing = missingGroups(context, step, groups.length);
    if (missing === 0) break;
    refill(context, step, groups, missing);
  }
  setStepPhase(db, step.id, "credit");
}

async function completeGroups(context: RunContext, step: StepRow, groups: readonly GroupRow[]): Promise<void> {
  const { policy, permits: queue, emit } = context;
  const open = groups.filter(({ state }) => state !== "collected" && state !== "dropped");
  const progress = progressAfter(context, step.chosenAfter);
  const weights = weightsAfter(context, step.chosenAfter);
  let done = groups.length - open.length;
  const tasks = open.map((group) => async (signal: AbortSignal) => {
    await policy.under(weights, () => completeGroup({ ...context, signal, weights }, step, group, progress));
    emit({ type: "group_finished", step: step.number, done: ++done, total: groups.length });
  });
  await runAll(tasks, { queue, priority: -step.chosenAfter, signal: context.signal });
}

async function completeGroup(
  context: SamplingContext,
  step: StepRow,
  group: GroupRow,
  progress: number,
): Promise<void> {
  if (group.state !== "teaching") {
    if (group.state === "selected" || group.state === "sampling")
      try {
        await sampleGroup(context, step, group);
      } catch (error) {
        return dropUnsampled(context, step, group, error);
      }
    if (group.state !== "scaffolding") await judgeGroup(context, group);
    await scaffoldGroup(context, step, group, progress);
  }
  await teachGroup(context, group);
}

/** How many groups are to be sampled in the place of those without spread (dynamic sampling, arXiv 2503.14476). */
function missingGroups({ db, recipe }: RunContext, step: StepRow, sampled: number): number {
  const { groups, refill: budget } = recipe.sampling;
  if (budget === 0) return 0;
  const useful = scoredGroups(db, step.id).filter(groupHasSpread).length;
  return Math.max(0, Math.min(groups - useful, groups + budget - sampled));
}
