import { openSteps } from "../../tracking/steps.ts";
import { takeGroups, waitingGroups, type WaitingGroup } from "../../tracking/take-groups.ts";
import { checkpointAfter } from "../../tracking/training.ts";
import type { RunContext } from "../run-context.ts";
import { situationOf } from "../schedule/situation.ts";

/**
 * Makes up the batch of the oldest step with `pipeline.partial`, once there are enough whole groups for it, or no group is at
 * work any more: it takes those that were chosen first, whichever step they were chosen for. Those of the step that are left
 * go on into the next batch, or are cancelled where the recipe says so or no step comes after; those whose tokens are too old
 * are dropped.
 */
export function takeBatch(context: RunContext): void {
  const { db, run, recipe, atWork, wake } = context;
  const [step, next] = openSteps(db, run.id);
  if (step?.phase !== "collect") return;
  // What is left of this batch goes into the next, which is about to be begun.
  if (next === undefined && !situationOf(context).isOver) return;
  const { groups: wanted } = recipe.sampling;
  const { max_staleness: most, leftover } = recipe.pipeline;
  const trainedOn = checkpointAfter(db, run.id, step.number - 1)?.policyVersion ?? 0;
  const isStale = ({ oldestVersion }: WaitingGroup): boolean =>
    oldestVersion !== null && trainedOn - oldestVersion > most;
  const waiting = waitingGroups(db, run.id);
  const stale = waiting.filter(isStale);
  const whole = waiting.filter((group) => group.state === "collected" && !isStale(group));
  const isAnyAtWork = waiting.some((group) => group.state !== "collected" && !isStale(group));
  if (whole.length < wanted && isAnyAtWork) return;
  const taken = whole.slice(0, wanted);
  const left = waiting.filter((group) => group.stepId === step.id && !taken.includes(group) && !isStale(group));
  const isKept = leftover === "keep" && next !== undefined;
  const cancelled = isKept ? [] : left;
  takeGroups(db, step, next, {
    taken: taken.map(({ id }) => id),
    kept: isKept ? left.map(({ id }) => id) : [],
    dropped: [
      ...stale.map(({ id }) => ({ id, reason: "stale" as const })),
      ...cancelled.map(({ id }) => ({ id, reason: "cancelled" as const })),
    ],
  });
  for (const { id } of [...stale, ...cancelled]) atWork.get(id)?.abort();
  wake();
}
