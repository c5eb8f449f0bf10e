import type { Pick } from "../../curricula/curriculum.ts";
import { mixedShares } from "../../curricula/mixture.ts";
import { latestCurriculumState } from "../../tracking/curriculum-states.ts";
import { beginStep, refillStep, type Choice, type GroupRow, type StepRow } from "../../tracking/steps.ts";
import { latestCheckpoint } from "../../tracking/training.ts";
import type { RunContext } from "../run-context.ts";

/** Chooses the problems of a step and writes them down, each with the probability of its choice, before any is sampled. */
export function beginNextStep(context: RunContext, number: number): void {
  const { db, run, recipe, curriculum, problemsByArm, mixture, work, emit } = context;
  const state = latestCurriculumState(db, run.id) ?? curriculum.init([...problemsByArm.keys()]);
  const metricsByArm = Object.entries(curriculum.metrics(state));
  const own = new Map(metricsByArm.map(([arm, { probability = 0 }]) => [arm, probability]));
  const mixed = mixture === undefined ? own : mixedShares(own, mixture);
  const standings = metricsByArm.map(([arm, { probability = 0, ...metrics }]) => ({
    arm,
    probability: mixed.get(arm) ?? probability,
    metrics,
  }));
  const { choices, curriculumState } = choose(context, state, number, 0, recipe.sampling.groups);
  const policyVersion = latestCheckpoint(db, run.id)?.policyVersion ?? 0;
  beginStep(db, { runId: run.id, number, policyVersion }, choices, standings, curriculumState);
  for (const name of Object.keys(work.seconds)) delete work.seconds[name];
  work.begun = number;
  const probabilities = Object.fromEntries(standings.map(({ arm, probability }) => [arm, probability]));
  emit({ type: "step_started", step: number, groups: choices.length, policyVersion, probabilities });
}

/** Chooses further problems for a step in the place of `count` groups without spread. */
export function refill(context: RunContext, step: StepRow, groups: readonly GroupRow[], count: number): void {
  const { db, run } = context;
  const round = Math.max(...groups.map((group) => group.round)) + 1;
  const { choices, curriculumState } = choose(context, latestCurriculumState(db, run.id), step.number, round, count);
  refillStep(db, step, choices, { round, firstSlot: groups.length }, curriculumState);
}

function choose(context: RunContext, state: unknown, step: number, round: number, slots: number) {
  const { run, curriculum, problemsByArm, mixture } = context;
  const selection = curriculum.select(state, {
    step,
    round,
    slots,
    seed: run.seed,
    problemsByArm: Object.fromEntries([...problemsByArm].map(([arm, ids]) => [arm, ids.length])),
    mixture,
  });
  return {
    choices: selection.picks.map((pick) => choiceOf(context, pick)),
    curriculumState: { curriculum: curriculum.name, state: selection.state },
  };
}

function choiceOf({ problemsByArm, curriculum }: RunContext, { arm, index, propensity }: Pick): Choice {
  const problemId = problemsByArm.get(arm)?.[index];
  if (problemId === undefined) throw new Error(`curriculum ${curriculum.name} chose problem ${index} of arm ${arm}`);
  return { problemId, arm, propensity };
}
