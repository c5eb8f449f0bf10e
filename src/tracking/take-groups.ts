import { and, asc, eq, inArray, isNull, ne, sql } from "drizzle-orm";
import { groups } from "../../db/schema/groups.ts";
import { credits, outcomes, rollouts } from "../../db/schema/rollouts.ts";
import { steps } from "../../db/schema/runs.ts";
import type { Connection } from "./database.ts";
import { dropGroup, setStepPhase, type GroupDropReason, type GroupState, type StepRow } from "./steps.ts";
import { transact } from "./transaction.ts";

/** A group that is in no batch yet. */
export interface WaitingGroup {
  readonly id: number;
  readonly stepId: number;
  readonly ordinal: number;
  readonly state: GroupState;
  /** Version that drew the first token of its oldest rollout; null before it has any. */
  readonly oldestVersion: number | null;
}

/** The groups of steps that are collected, in the order in which they were chosen; without those that were dropped. */
export function waitingGroups(db: Connection, runId: number): WaitingGroup[] {
  return db
    .select({
      id: groups.id,
      stepId: groups.stepId,
      ordinal: groups.ordinal,
      state: groups.state,
      oldestVersion: sql<number | null>`(SELECT min(policy_version) FROM rollouts WHERE group_id = ${groups.id})`,
    })
    .from(groups)
    .innerJoin(steps, eq(steps.id, groups.stepId))
    .where(and(eq(steps.runId, runId), eq(steps.phase, "collect"), ne(groups.state, "dropped")))
    .orderBy(asc(groups.ordinal))
    .all();
}

/** What becomes of the groups that are in no batch when one is made. */
export interface Taking {
  /** Those of the batch, in their order. */
  readonly taken: readonly number[];
  /** Those of the step that wait for the next one's. */
  readonly kept: readonly number[];
  readonly dropped: readonly { readonly id: number; readonly reason: GroupDropReason & ("stale" | "cancelled") }[];
}

/**
 * Makes up the batch of a step: moves the groups that it takes to it, and those of it that are left to the next step; drops
 * others with what they have of rollouts; and moves the step to its next phase. All or nothing.
 * @param next the step after it; undefined where none is begun, and then nothing is kept.
 */
export function takeGroups(
  db: Connection,
  step: StepRow,
  next: StepRow | undefined,
  { taken, kept, dropped }: Taking,
): void {
  transact(db, (tx) => {
    for (const { id, reason } of dropped) {
      dropGroup(tx, id, reason);
      dropRollouts(tx, id, reason);
    }
    unplace(tx, [...taken, ...kept]);
    place(tx, step.id, [...taken, ...groupsOf(tx, step.id, [...taken, ...kept]).filter((id) => !taken.includes(id))]);
    if (next !== undefined) place(tx, next.id, [...kept, ...groupsOf(tx, next.id, [...taken, ...kept])]);
    setStepPhase(tx, step.id, "credit");
  });
}

/** The groups of a step but for some, by slot. */
function groupsOf(db: Connection, stepId: number, but: readonly number[]): number[] {
  const known = new Set(but);
  const rows = db
    .select({ id: groups.id })
    .from(groups)
    .where(eq(groups.stepId, stepId))
    .orderBy(asc(groups.slot))
    .all();
  return rows.map(({ id }) => id).filter((id) => !known.has(id));
}

/** Takes groups out of their slots: no two of a step may have the same at any time. */
function unplace(db: Connection, ids: readonly number[]): void {
  db.update(groups)
    .set({ slot: sql`-1 - ${groups.id}` })
    .where(inArray(groups.id, [...ids]))
    .run();
}

/** Gives groups to a step, in slots from 0 on. */
function place(db: Connection, stepId: number, ids: readonly number[]): void {
  unplace(db, ids);
  for (const [slot, id] of ids.entries()) db.update(groups).set({ stepId, slot }).where(eq(groups.id, id)).run();
}

/** Gives the rollouts of a dropped group its reason: they are in no batch. */
function dropRollouts(db: Connection, groupId: number, dropReason: "stale" | "cancelled"): void {
  const rows = db
    .select({ rolloutId: rollouts.id, reward: outcomes.reward })
    .from(rollouts)
    .leftJoin(outcomes, eq(outcomes.rolloutId, rollouts.id))
    .leftJoin(credits, eq(credits.rolloutId, rollouts.id))
    .where(and(eq(rollouts.groupId, groupId), isNull(credits.rolloutId)))
    .all();
  if (rows.length === 0) return;
  db.insert(credits)
    .values(rows.map((row) => ({ ...row, advantage: 0, weight: 0, dropReason })))
    .run();
}
