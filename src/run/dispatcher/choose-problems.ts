import type { Pick } from "../../curricula/curriculum.ts";
import { mixedShares } from "../../curricula/mixture.ts";
import { curriculumStateChoosing, latestCurriculumState } from "../../tracking/curriculum-states.ts";
import type { Connection } from "../../tracking/database.ts";
import { storeGenerated, type DrawnProblem } from "../../tracking/generated-problems.ts";
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
import { transact } from "../../tracking/transaction.ts";
import type { DrawPlace } from "../generated/draw-places.ts";
import type { RunContext } from "../run-context.ts";
import { ordinalOf } from "./ordinals.ts";

/**
 * Chooses the problems of a step and writes them down, each with the probability of its choice, before any is sampled: by
 * what is known after the steps that are done, whatever is trained of those after them.
 */
export async function beginNextStep(context: RunContext, number: number): Promise<void> {
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
  const chosenAfter = finishedSteps(db, run);
  const place = { step: number, round: 0, chosenAfter };
  const { picks, drawn, curriculumState } = await choose(context, state, place, groupsToChoose(context));
  const policyVersion = checkpointAfter(db, run.id, chosenAfter)?.policyVersion ?? 0;
  transact(db, (tx) => {
    const choices = choicesOf(tx, context, picks, drawn);
    const step = { runId: run.id, number, chosenAfter, policyVersion };
    beginStep(tx, step, choices, standings, curriculumState, ordinalOf(recipe, number, 0));
  });
  work.set(number, { isWhole: true, seconds: {} });
  const probabilities = Object.fromEntries(standings.map(({ arm, probability }) => [arm, probability]));
  emit({ type: "step_started", step: number, groups: picks.length, policyVersion, probabilities });
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
export async function refill(
  context: RunContext,
  step: StepRow,
  groups: readonly GroupRow[],
  count: number,
): Promise<void> {
  const { db, run, recipe } = context;
  const round = Math.max(...groups.map((group) => group.round)) + 1;
  const state = curriculumStateChoosing(db, run.id, step.number);
  const place = { step: step.number, round, chosenAfter: step.chosenAfter };
  const { picks, drawn, curriculumState } = await choose(context, state, place, count);
  const firstSlot = groups.length;
  const firstOrdinal = ordinalOf(recipe, step.number, firstSlot);
  const isNewest = recipe.pipeline.depth === 0;
  transact(db, (tx) => {
    const choices = choicesOf(tx, context, picks, drawn);
    refillStep(tx, step, choices, { round, firstSlot, firstOrdinal }, isNewest ? curriculumState : undefined);
  });
}

/** What the curriculum picks, and the problems that generators make for its picks of their arms, in their order. */
async function choose(context: RunContext, state: unknown, place: DrawPlace, slots: number) {
  const { run, curriculum, problemsByArm, draw, mixture } = context;
  const { step, round } = place;
  const selection = curriculum.select(state, {
    step,
    round,
    slots,
    seed: run.seed,
    problemsByArm: Object.fromEntries(
      [...problemsByArm].map(([arm, ids]) => [arm, draw.has(arm) ? Infinity : ids.length]),
    ),
    mixture,
  });
  const generated = selection.picks.map(({ arm }) => arm).filter((arm) => draw.has(arm));
  return {
    picks: selection.picks,
    drawn: await draw.next(generated, place),
    curriculumState: { curriculum: curriculum.name, state: selection.state },
  };
}

/** The problems of picks; those that were made for them are stored. */
function choicesOf(
  tx: Connection,
  { run, problemsByArm, draw, curriculum }: RunContext,
  picks: readonly Pick[],
  drawn: readonly DrawnProblem[],
): Choice[] {
  const made = (drawn.length === 0 ? [] : storeGenerated(tx, run.practiceSetId, drawn)).values();
  return picks.map(({ arm, index, propensity }) => {
    const problemId = draw.has(arm) ? made.next().value : problemsByArm.get(arm)?.[index];
    if (problemId === undefined) throw new Error(`curriculum ${curriculum.name} chose problem ${index} of arm ${arm}`);
    return { problemId, arm, propensity };
  });
}
