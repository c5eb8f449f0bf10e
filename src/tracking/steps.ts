import { and, asc, desc, eq, ne, sql } from "drizzle-orm";
import { problems } from "../../db/schema/problems.ts";
import { groups, type GROUP_DROP_REASONS, type GROUP_STATES } from "../../db/schema/groups.ts";
import { steps, type STEP_PHASES } from "../../db/schema/runs.ts";
import { arms } from "../../db/schema/training.ts";
import type { Connection } from "./database.ts";
import { storeCurriculumState, type CurriculumState } from "./curriculum-states.ts";
import { prepared } from "./prepared.ts";
import { storeMetrics } from "./metrics.ts";
import { now } from "./now.ts";
import type { ProblemRow } from "./problem-sets.ts";
import type { RunRow } from "./runs.ts";
import { transact } from "./transaction.ts";

/** A row of `steps`. */
export type StepRow = typeof steps.$inferSelect;
/** A row of `groups` with its problem. */
export type GroupRow = typeof groups.$inferSelect & { readonly problem: ProblemRow };
/** Phases of a step. */
export type StepPhase = (typeof STEP_PHASES)[number];
/** States of a group. */
export type GroupState = (typeof GROUP_STATES)[number];

/** Why a group was dropped as a whole. */
export type GroupDropReason = (typeof GROUP_DROP_REASONS)[number];

/** Rows of one INSERT: SQLite takes at most 32,766 parameters a statement. */
const CHUNK = 2000;

/** One chosen problem of a new step. */
export interface Choice {
  readonly problemId: number;
  readonly arm: string;
  readonly propensity: number;
}

/** Where the groups that are chosen at once have their places: in their step, and among all that the run chose. */
interface Place {
  readonly round: number;
  readonly firstSlot: number;
  readonly firstOrdinal: number;
}

/** How an arm stands with the curriculum: its probability and what that comes from. */
export interface ArmStanding {
  readonly arm: string;
  readonly probability: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Writes a new step, the problems chosen for it, how the arms stood and the curriculum's state after choosing, all or
 * nothing.
 * @param firstOrdinal of its first group among all that the run chose.
 */
export function beginStep(
  db: Connection,
  step: Pick<StepRow, "runId" | "number" | "chosenAfter" | "policyVersion">,
  choices: readonly Choice[],
  standings: readonly ArmStanding[],
  curriculum: CurriculumState,
  firstOrdinal: number,
): StepRow {
  return transact(db, (tx) => {
    const row = tx
      .insert(steps)
      .values({ ...step, phase: "collect", startedAt: now() })
      .returning()
      .get();
    const armRows = standings.map((standing) => ({ runId: step.runId, step: step.number, ...standing }));
    for (let at = 0; at < armRows.length; at += CHUNK)
      tx.insert(arms)
        .values(armRows.slice(at, at + CHUNK))
        .run();
    chooseGroups(tx, row, choices, { round: 0, firstSlot: 0, firstOrdinal }, curriculum);
    return row;
  });
}

/**
 * Writes further problems of a step, chosen to replace groups without spread, all or nothing.
 * @param curriculum its state after that; undefined where it goes on from another.
 */
export function refillStep(
  db: Connection,
  step: StepRow,
  choices: readonly Choice[],
  place: Place,
  curriculum: CurriculumState | undefined,
): void {
  transact(db, (tx) => chooseGroups(tx, step, choices, place, curriculum));
}

function chooseGroups(
  tx: Connection,
  step: StepRow,
  choices: readonly Choice[],
  { round, firstSlot, firstOrdinal }: Place,
  curriculum: CurriculumState | undefined,
): void {
  const state = "selected" as const;
  const rows = choices.map((choice, index) => ({
    stepId: step.id,
    slot: firstSlot + index,
    ordinal: firstOrdinal + index,
    round,
    ...choice,
    state,
  }));
  for (let at = 0; at < rows.length; at += CHUNK)
    tx.insert(groups)
      .values(rows.slice(at, at + CHUNK))
      .run();
  if (curriculum !== undefined)
    storeCurriculumState(tx, { runId: step.runId, step: step.number, moment: "selected", round, ...curriculum });
}

/** The newest step of a run, or undefined before the first. */
export function latestStep(db: Connection, runId: number): StepRow | undefined {
  return db.select().from(steps).where(eq(steps.runId, runId)).orderBy(desc(steps.number)).limit(1).get();
}

/** How many steps of a run are begun: before its first none, or those that it was forked after. */
export function begunSteps(db: Connection, run: Pick<RunRow, "id" | "parentStep">): number {
  return latestStep(db, run.id)?.number ?? run.parentStep ?? 0;
}

/** A step of a run. @throws when it is not begun. */
export function stepNumbered(db: Connection, runId: number, number: number): StepRow {
  const row = db
    .select()
    .from(steps)
    .where(and(eq(steps.runId, runId), eq(steps.number, number)))
    .get();
  if (row === undefined) throw new Error(`run ${runId} has no step ${number}`);
  return row;
}

/** Seconds from the end of the step before, or from the beginning of this one where that was later, to now. */
export function secondsSinceLast(db: Connection, { runId, number, startedAt }: StepRow): number {
  const before = db
    .select({ finishedAt: steps.finishedAt })
    .from(steps)
    .where(and(eq(steps.runId, runId), eq(steps.number, number - 1)))
    .get();
  const since = Math.max(Date.parse(startedAt), Date.parse(before?.finishedAt ?? startedAt));
  return Math.max(0, Date.parse(now()) - since) / 1000;
}

/** The steps of a run that are begun and not done, oldest first. */
export function openSteps(db: Connection, runId: number): StepRow[] {
  return db
    .select()
    .from(steps)
    .where(and(eq(steps.runId, runId), ne(steps.phase, "done")))
    .orderBy(asc(steps.number))
    .all();
}

/** How many steps of a run are done; steps are done in their order. Counts those that it was forked after. */
export function finishedSteps(db: Connection, run: Pick<RunRow, "id" | "parentStep">): number {
  const [oldest] = openSteps(db, run.id);
  return oldest === undefined ? begunSteps(db, run) : oldest.number - 1;
}

/** Moves a step to its next phase. */
export function setStepPhase(db: Connection, stepId: number, phase: StepPhase): void {
  db.update(steps)
    .set({ phase, ...(phase === "done" && { finishedAt: now() }) })
    .where(eq(steps.id, stepId))
    .run();
}

/** Ends a step: what its arms gave, the curriculum's state after seeing it and its numbers, all or nothing. */
export function finishStep(
  db: Connection,
  step: StepRow,
  results: Readonly<Record<string, { readonly meanAbsoluteAdvantage: number }>>,
  curriculum: CurriculumState,
  metrics: Readonly<Record<string, number>>,
): void {
  transact(db, (tx) => {
    for (const [arm, { meanAbsoluteAdvantage }] of Object.entries(results))
      tx.update(arms)
        .set({ meanAbsoluteAdvantage })
        .where(and(eq(arms.runId, step.runId), eq(arms.step, step.number), eq(arms.arm, arm)))
        .run();
    storeCurriculumState(tx, { runId: step.runId, step: step.number, moment: "observed", ...curriculum });
    storeMetrics(tx, step.runId, step.number, metrics);
    setStepPhase(tx, step.id, "done");
  });
}

/** The groups of a step with their problems, by slot. */
export function groupsOfStep(db: Connection, stepId: number): GroupRow[] {
  return db
    .select()
    .from(groups)
    .innerJoin(problems, eq(problems.id, groups.problemId))
    .where(eq(groups.stepId, stepId))
    .orderBy(asc(groups.slot))
    .all()
    .map((row) => ({ ...row.groups, problem: row.problems }));
}

const updateGroupState = prepared((db) =>
  db
    .update(groups)
    .set({ state: sql`${sql.placeholder("state")}` })
    .where(eq(groups.id, sql.placeholder("id")))
    .prepare(),
);

/** Sets the state of a group. */
export function setGroupState(db: Connection, groupId: number, state: GroupState): void {
  updateGroupState(db).run({ id: groupId, state });
}

/** Drops a group that has no rollouts to give credit to. */
export function dropGroup(db: Connection, groupId: number, dropReason: GroupDropReason): void {
  db.update(groups).set({ state: "dropped", dropReason }).where(eq(groups.id, groupId)).run();
}

/** How many groups a step has, and how many of them were dropped as a whole, by reason. */
export function droppedGroups(
  db: Connection,
  stepId: number,
): { readonly groups: number; readonly dropped: Readonly<Partial<Record<GroupDropReason, number>>> } {
  const rows = db
    .select({ reason: groups.dropReason, count: sql<number>`count(*)` })
    .from(groups)
    .where(eq(groups.stepId, stepId))
    .groupBy(groups.dropReason)
    .orderBy(groups.dropReason)
    .all();
  return {
    groups: rows.reduce((sum, { count }) => sum + count, 0),
    dropped: Object.fromEntries(rows.flatMap(({ reason, count }) => (reason === null ? [] : [[reason, count]]))),
  };
}

/** Sets the state of all groups of a step that are in another state. */
export function moveGroups(db: Connection, stepId: number, from: GroupState, to: GroupState): void {
  db.update(groups)
    .set({ state: to })
    .where(and(eq(groups.stepId, stepId), eq(groups.state, from)))
    .run();
}
