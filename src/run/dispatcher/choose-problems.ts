import type { Pick } from "../../curricula/curriculum.ts";
import { mixedShares } from "../../curricula/mixture.ts";
import { curriculumStateChoosing, latestCurriculumState } from "../../tracking/curriculum-states.ts";
import {
  beginStep,
  finishedSteps,
  openSteps,
  refillStep,
  type Choice,
  type GroupRow,
  type StepRow,
} from "../../tracking/steps.ts";
import { waitingGroups } from "../../tracking/take-groups.ts";
import { checkpointAfter } from "../../tracking/training.ts";
import type { RunContext } from "../run-context.ts";
import { ordinalOf } from "./ordinals.ts";

/**
 * Chooses the problems of a step and writes them down, each with the probability of its choice, before any is sampled: by
 * what is known after the steps that are done, whatever is trained of those after them.
 */
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
  const { choices, curriculumState } = choose(context, state, number, 0, groupsToChoose(context));
  const chosenAfter = finishedSteps(db, run);
  const policyVersion = checkpointAfter(db, run.id, chosenAfter)?.policyVersion ?? 0;
  beginStep(
    db,
    { runId: run.id, number, chosenAfter, policyVersion },
    choices,
    standings,
    curriculumState,
    ordinalOf(recipe, number, 0),
  );
  work.set(number, { isWhole: true, seconds: {} });
  const probabilities = Object.fromEntries(standings.map(({ arm, probability }) => [arm, probability]));
  emit({ type: "step_started", step: number, groups: choices.length, policyVersion, probabilities });
}

/** As many as a batch has; with `pipeline.partial` as many as are missing in flight. */
function groupsToChoose({ db, run, recipe }: RunContext): number {
  const { groups } = recipe.sampling;
  const { partial, oversample } = recipe.pipeline;
  if (!partial) return groups;
  const batches = 1 + openSteps(db, run.id).filter(({ phase }) => phase === "collect").length;
  return Math.max(0, batches * groups + oversample - waitingGroups(db, run.id).length);
}

/**
 * Chooses further problems for a step in the place of `count` groups without spread. Where later steps are chosen already,
 * they did not know of these: the curriculum goes on from what it was after choosing them.
 */
export function refill(context: RunContext, step: StepRow, groups: readonly GroupRow[], count: number): void {
  const { db, run, recipe } = context;
  const round = Math.max(...groups.map((group) => group.round)) + 1;
  const state = curriculumStateChoosing(db, run.id, step.number);
  const { choices, curriculumState } = choose(context, state, step.number, round, count);
  const firstSlot = groups.length;
  const firstOrdinal = ordinalOf(recipe, step.number, firstSlot);
  const isNewest = recipe.pipeline.depth === 0;
  refillStep(db, step, choices, { round, firstSlot, firstOrdinal }, isNewest ? curriculumState : undefined);
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
