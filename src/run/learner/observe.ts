import type { ArmResult } from "../../curricula/curriculum.ts";
import { mean } from "../../core/statistics.ts";
import { repeatLog10Chance } from "../../monitors/repeat-chance.ts";
import type { ConfiguredObjective } from "../../objectives/registry.ts";
import { latestCurriculumState } from "../../tracking/curriculum-states.ts";
import { scaffoldOutcomes } from "../../tracking/hints.ts";
import { metricsOfStep } from "../../tracking/metrics.ts";
import { repeatsOfStep } from "../../tracking/repeats.ts";
import { fatesOfStep, stalenessOfStep } from "../../tracking/scored-rollouts.ts";
import { droppedGroups, finishStep, secondsSinceLast, type StepRow } from "../../tracking/steps.ts";
import { taughtRollouts, type TaughtRollout } from "../../tracking/teacher-logprobs.ts";
import { latestCheckpoint } from "../../tracking/training.ts";
import { missingVerdicts } from "../../tracking/verdicts.ts";
import type { StepFinished } from "../events.ts";
import { progressAfter } from "../progress.ts";
import type { RunContext } from "../run-context.ts";
import { groupHasSpread, isCliff, rewardGroup, scoredGroups, type ScoredGroup } from "../scoring/scored-groups.ts";

/** Phase `observe`: the curriculum learns what the step gave, and the step's numbers are written. */
export async function observe(context: RunContext, step: StepRow): Promise<void> {
  const { db, run, curriculum, objective, watch, conclude } = context;
  const groups = scoredGroups(db, step.id);
  const results = resultsByArm(objective, groups);
  const state = curriculum.observe(latestCurriculumState(db, run.id), results);
  const event = summarise(context, step, groups, results);
  const moved = groups.flatMap(({ kept }) => kept).filter(({ trainedUnder }) => trainedUnder === "unhinted").length;
  const chance = repeatLog10Chance(repeatsOfStep(db, step.id));
  const metrics = {
    ...metricsOf(event),
    ...(moved > 0 && { "rollouts.trained_unhinted": moved }),
    ...(chance < 0 && { "repeats.log10_chance": chance }),
  };
  const alarms = watch.step(step.number, { ...metricsOfStep(db, run.id, step.number, ""), ...metrics });
  conclude(() => finishStep(db, step, results, { curriculum: curriculum.name, state }, metrics), [event, ...alarms]);
}

/**
 * What the rollouts of each arm gave without hints, for the curriculum: the groups are taken as before scaffolding, and
 * by their rewards alone, whatever a teacher says.
 */
export function resultsByArm(
  objective: ConfiguredObjective,
  groups: readonly Pick<ScoredGroup, "arm" | "own">[],
): Record<string, ArmResult> {
  const credited = objective.rewardCredit(groups.map(({ own }) => rewardGroup(own)));
  const byArm = new Map<string, { passed: boolean; advantage: number }[]>();
  for (const [slot, { arm, own }] of groups.entries())
    for (const [place, { passed }] of own.entries()) {
      if (passed === null) continue;
      const rows = byArm.get(arm) ?? [];
      rows.push({ passed, advantage: Math.abs(credited[slot]?.advantages[place] ?? 0) });
      byArm.set(arm, rows);
    }
  const results = [...byArm].map(([arm, rows]): [string, ArmResult] => [
    arm,
    {
      rollouts: rows.length,
      passed: rows.filter((row) => row.passed).length,
      meanAbsoluteAdvantage: mean(rows.map((row) => row.advantage)),
    },
  ]);
  return Object.fromEntries(results.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function summarise(
  context: RunContext,
  step: StepRow,
  groups: readonly ScoredGroup[],
  results: Readonly<Record<string, ArmResult>>,
): StepFinished {
  const { db, run, work, recipeAt } = context;
  const own = groups.flatMap((group) => group.own);
  const all = groups.flatMap(({ kept, left }) => [...kept, ...left.map(({ rollout }) => rollout)]);
  const rewards = own.map(({ reward }) => reward).filter((reward) => reward !== null);
  const tokensOf = (rollouts: readonly { tokens: number }[]): number =>
    rollouts.reduce((sum, { tokens }) => sum + tokens, 0);
  const { trained, dropped } = fatesOfStep(db, step.id);
  const judged = Object.values(results);
  const count = (of: "rollouts" | "passed"): number => judged.reduce((sum, result) => sum + result[of], 0);
  const done = work.get(step.number);
  const collected = done?.isWhole === true ? done.seconds["collect"] : undefined;
  return {
    type: "step_finished",
    step: step.number,
    // Of the run as long as it is now, though this step began before that was changed.
    progress: progressAfter({ db, run, recipe: recipeAt(Infinity) }, step.number, tokensOf(all)),
    policyVersion: latestCheckpoint(db, step.runId)?.policyVersion ?? 0,
    reward: rewards.length === 0 ? null : mean(rewards),
    passRate: count("rollouts") === 0 ? null : count("passed") / count("rollouts"),
    passRateByArm: Object.fromEntries(
      Object.entries(results).map(([arm, { passed, rollouts }]) => [arm, passed / rollouts]),
    ),
    draws: Object.fromEntries(countBy(groups.map(({ arm }) => arm))),
    zeroVariance: groups.length === 0 ? null : groups.filter((group) => !groupHasSpread(group)).length / groups.length,
    cliffs: groups.filter(isCliff).length,
    length:
      own.length === 0
        ? null
        : {
            mean: tokensOf(own) / own.length,
            max: own.reduce((most, { tokens }) => Math.max(most, tokens), 0),
            cut: own.filter(({ finishReason }) => finishReason === "length").length / own.length,
          },
    staleness: stalenessOfStep(db, step.id),
    rollouts: all.length,
    trained,
    dropped,
    droppedGroups: droppedGroups(db, step.id).dropped,
    missing: missingVerdicts(db, step.id),
    scaffold: scaffoldOutcomes(db, step.id),
    tokens: { sampled: tokensOf(all), hints: tokensOf(all.filter(({ hintId }) => hintId !== null)) },
    tokensPerSecond: collected === undefined || collected === 0 ? null : tokensOf(all) / collected,
    teacherKl: meanLogRatio(taughtRollouts(db, step.id)),
    train: metricsOfStep(db, step.runId, step.number, "train."),
    seconds: { ...done?.seconds },
    wallSeconds: done?.isWhole === true ? secondsSinceLast(db, step) : null,
  };
}

/**
 * Mean of log p - log p of the teacher over all tokens of rollouts: the estimate k1 of the reverse KL to the teacher,
 * in nats a token. Null without tokens.
 */
export function meanLogRatio(rollouts: readonly TaughtRollout[]): number | null {
  const ratios = rollouts.flatMap(({ logprobs, teacherLogprobs }) =>
    logprobs.map((logprob, token) => logprob - (teacherLogprobs[token] ?? NaN)),
  );
  return ratios.length === 0 ? null : mean(ratios);
}

/** How often each value occurs, in the order of the values. */
function countBy(values: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const value of [...values].sort()) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts];
}

function metricsOf(event: StepFinished): Record<string, number> {
  const named = (prefix: string, values: Readonly<Record<string, number>>): [string, number][] =>
    Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]);
  const known = (name: string, value: number | null): [string, number][] => (value === null ? [] : [[name, value]]);
  return Object.fromEntries([
    ...known("teacher.kl", event.teacherKl),
    ...known("reward.mean", event.reward),
    ...known("pass_rate", event.passRate),
    ...known("tokens.per_second", event.tokensPerSecond),
    ...known("groups.zero_variance", event.zeroVariance),
    ...known("groups.cliffs", event.cliffs),
    ...named("length", event.length ?? {}),
    ...named("staleness", event.staleness ?? {}),
    ...named("draws", event.draws),
    ...named("pass_rate", event.passRateByArm),
    ...named("dropped", event.dropped),
    ...named("dropped_groups", event.droppedGroups),
    ...named("scaffold", event.scaffold),
    ...named("tokens", event.tokens),
    ...named("seconds", event.seconds),
    ...known("wall_seconds", event.wallSeconds),
    ["rollouts", event.rollouts],
    ["verdicts.missing", event.rollouts === 0 ? 0 : (event.dropped["no_verdict"] ?? 0) / event.rollouts],
    ["rollouts.trained", event.trained],
  ]);
}
