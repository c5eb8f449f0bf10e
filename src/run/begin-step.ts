import { latestCurriculumState } from "../tracking/curriculum-states.ts";
import { beginStep } from "../tracking/steps.ts";
import { latestCheckpoint } from "../tracking/training.ts";
import type { RunContext } from "./run-context.ts";

/** Chooses the problems of a step and writes them down, each with the probability of its choice, before any is sampled. */
export function beginNextStep(context: RunContext, number: number): void {
  const { db, run, recipe, curriculum, problemsByArm, emit } = context;
  const state = latestCurriculumState(db, run.id) ?? curriculum.init([...problemsByArm.keys()]);
  const selection = curriculum.select(state, {
    step: number,
    slots: recipe.sampling.groups,
    seed: run.seed,
    problemsByArm: Object.fromEntries([...problemsByArm].map(([arm, ids]) => [arm, ids.length])),
  });
  const choices = selection.picks.map(({ arm, index, propensity }) => {
    const problemId = problemsByArm.get(arm)?.[index];
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
