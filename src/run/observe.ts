import type { ArmResult } from "../curricula/curriculum.ts";
import { mean } from "../core/statistics.ts";
import { latestCurriculumState } from "../tracking/curriculum-states.ts";
import { metricsOfStep } from "../tracking/metrics.ts";
import { outcomesOfStep, type Outcome } from "../tracking/outcomes.ts";
import { finishStep, type StepRow } from "../tracking/steps.ts";
import { latestCheckpoint } from "../tracking/training.ts";
import type { StepFinished } from "./events.ts";
import type { RunContext } from "./run-context.ts";

/** Phase `observe`: the curriculum learns what the step gave, and the step's numbers are written. */
export async function observe(context: RunContext, step: StepRow): Promise<void> {
  const { db, run, curriculum, emit } = context;
  const arms = [...context.problemsByArm.keys()];
  const outcomes = outcomesOfStep(db, step.id);
  const state = curriculum.observe(latestCurriculumState(db, run.id), resultsByArm(arms, outcomes));
  const event = summarise(context, step, outcomes);
  finishStep(db, step, { curriculum: curriculum.name, state }, metricsOf(event));
  emit(event);
}

/** What the rollouts of each arm gave that has a verdict, for the curriculum; in the order of `arms`. */
function resultsByArm(arms: readonly string[], outcomes: readonly Outcome[]): Record<string, ArmResult> {
  const results: Record<string, ArmResult> = {};
  for (const arm of arms) {
    const rows = outcomes.filter((outcome) => outcome.arm === arm && outcome.passed !== null);
    if (rows.length === 0) continue;
    results[arm] = {
      rollouts: rows.length,
      passed: rows.filter((row) => row.passed).length,
      meanAbsoluteAdvantage: mean(rows.map((row) => Math.abs(row.advantage))),
    };
  }
  return results;
}

function summarise(context: RunContext, step: StepRow, outcomes: readonly Outcome[]): StepFinished {
  const rewards = outcomes.map((outcome) => outcome.reward).filter((reward) => reward !== null);
  const dropped: Record<string, number> = {};
  for (const { dropReason } of outcomes) if (dropReason !== null) dropped[dropReason] = (dropped[dropReason] ?? 0) + 1;
  const results = Object.entries(resultsByArm([...context.problemsByArm.keys()], outcomes));
  return {
    type: "step_finished",
    step: step.number,
    policyVersion: latestCheckpoint(context.db, step.runId)?.policyVersion ?? 0,
    reward: rewards.length === 0 ? null : mean(rewards),
    passRateByArm: Object.fromEntries(results.map(([arm, { passed, rollouts }]) => [arm, passed / rollouts])),
    rollouts: outcomes.length,
    trained: outcomes.filter((outcome) => outcome.dropReason === null).length,
    dropped,
    train: metricsOfStep(context.db, step.runId, step.number, "train."),
    seconds: { ...context.seconds },
  };
}

function metricsOf(event: StepFinished): Record<string, number> {
  const named = (prefix: string, values: Readonly<Record<string, number>>): [string, number][] =>
    Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]);
  return Object.fromEntries([
    ...(event.reward === null ? [] : [["reward.mean", event.reward] as [string, number]]),
    ...named("pass_rate", event.passRateByArm),
    ...named("dropped", event.dropped),
    ...named("seconds", event.seconds),
    ["rollouts", event.rollouts],
    ["rollouts.trained", event.trained],
  ]);
}
