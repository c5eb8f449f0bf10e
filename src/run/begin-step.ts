import { latestCurriculumState } from "../tracking/curriculum-states.ts";
import { countByArm, problemIdsOfArm } from "../tracking/problem-sets.ts";
import { beginStep } from "../tracking/steps.ts";
import { latestCheckpoint } from "../tracking/training.ts";
import type { RunContext } from "./run-context.ts";

/** Chooses the problems of a step and writes them down, each with the probability of its choice, before any is sampled. */
export function beginNextStep(context: RunContext, number: number): void {
  const { db, run, recipe, curriculum, emit } = context;
  const problemsByArm = Object.fromEntries(countByArm(db, run.practiceSetId));
  const state = latestCurriculumState(db, run.id) ?? curriculum.init(Object.keys(problemsByArm));
  const selection = curriculum.select(state, {
    step: number,
    slots: recipe.sampling.groups,
    seed: run.seed,
    problemsByArm,
  });
  const idsByArm = new Map<string, number[]>();
  for (const { arm } of selection.picks)
    if (!idsByArm.has(arm)) idsByArm.set(arm, problemIdsOfArm(db, run.practiceSetId, arm));
  const choices = selection.picks.map(({ arm, index, propensity }) => {
    const problemId = idsByArm.get(arm)?.[index];
    if (problemId === undefined) throw new Error(`curriculum ${curriculum.name} chose problem ${index} of arm ${arm}`);
    return { problemId, arm, propensity };
  });
  const policyVersion = latestCheckpoint(db, run.id)?.policyVersion ?? 0;
  beginStep(db, { runId: run.id, number, policyVersion }, choices, {
    curriculum: curriculum.name,
    state: selection.state,
  });
  for (const name of Object.keys(context.seconds)) delete context.seconds[name];
  emit({ type: "step_started", step: number, groups: choices.length, policyVersion });
}
