import { runAll } from "../../sampling/run-all.ts";
import { scoredRolloutsOfGroup } from "../../tracking/scored-rollouts.ts";
import { setGroupState, type GroupRow } from "../../tracking/steps.ts";
import { storeTeacherLogprobs, untaughtRollouts } from "../../tracking/teacher-logprobs.ts";
import type { RunContext } from "../run-context.ts";
import { isMasked, isTrainable, scoredGroup } from "../scoring/scored-groups.ts";

/**
 * Asks the teacher how likely the tokens of a group's rollouts are, of those alone that credit is given to; each answer
 * is a row at once, so that after a kill only what is missing is asked for. Every rollout is scored under the prompt that
 * it was sampled under, which is the one that it is trained under: see `checkTeacherFits` in modules.ts.
 */
export async function teachGroup(context: RunContext, group: GroupRow): Promise<void> {
  const { db, recipe, teacher, signal } = context;
  if (teacher === undefined) return;
  const scored = scoredGroup(group.id, scoredRolloutsOfGroup(db, group.id));
  const kept = isTrainable(recipe, scored)
    ? scored.kept.filter((rollout) => rollout.reward !== null && !isMasked(recipe, rollout))
    : [];
  const wanted = new Set(kept.map(({ id }) => id));
  const tasks = untaughtRollouts(db, group.id)
    .filter(({ rolloutId }) => wanted.has(rolloutId))
    .map(({ rolloutId, promptIds, tokenIds }) => async (until: AbortSignal) => {
      storeTeacherLogprobs(db, rolloutId, await teacher.score({ promptIds, completionIds: tokenIds }, until));
    });
  await runAll(tasks, { concurrency: Math.max(1, tasks.length), signal });
  setGroupState(db, group.id, "collected");
}
