import { and, count, desc, eq, getTableColumns, gt, isNotNull, isNull, lt, lte, max, sum } from "drizzle-orm";
import { credits, type DROP_REASONS } from "../../db/schema/rollouts.ts";
import { metrics, steps } from "../../db/schema/runs.ts";
import { batches, checkpoints, trainerJobs, type JOB_STATES } from "../../db/schema/training.ts";
import type { Connection, Database } from "./database.ts";
import { inStretches, lineageOf } from "./lineage.ts";
import { storeMetrics } from "./metrics.ts";
import { now } from "./now.ts";
import { moveGroups, setGroupState, setStepPhase, type StepRow } from "./steps.ts";
import { storeTokenStats, type NewTokenStats } from "./token-stats.ts";
import { transact, transactDurably } from "./transaction.ts";

/** A row of `batches`. */
export type BatchRow = typeof batches.$inferSelect;
/** A row of `credits`. */
export type CreditRow = typeof credits.$inferSelect;
/** A row of `checkpoints`. */
export type CheckpointRow = typeof checkpoints.$inferSelect;
/** A row of `trainer_jobs`. */
export type JobRow = typeof trainerJobs.$inferSelect;
/** Why a rollout was not trained. */
export type DropReason = (typeof DROP_REASONS)[number];

/** Credit of one rollout: `dropReason` null sends it to the step's batch. */
export interface NewCredit {
  readonly rolloutId: number;
  readonly groupId: number;
  readonly reward: number | null;
  readonly advantage: number;
  readonly weight: number;
  /** Those of a second surrogate; null without one. */
  readonly advantage2: number | null;
  readonly weight2: number | null;
  /** Which minibatch of the batch it is in; null when it is dropped. */
  readonly minibatch: number | null;
  readonly dropReason: DropReason | null;
}

/** Rows of one INSERT: SQLite takes at most 32,766 parameters a statement. */
const CHUNK = 2000;

/**
 * Writes the credits of a step and, when any rollout is to be trained, the plan of its batch; moves the groups to
 * `credited` (or `dropped`, when none of their rollouts is trained) and the step to its next phase, all or nothing.
 */
export function storeStepCredits(
  db: Connection,
  step: StepRow,
  rows: readonly NewCredit[],
  batch: { readonly directory: string; readonly sequences: number; readonly tokens: number } | undefined,
): void {
  transact(db, (tx) => {
    const batchId =
      batch === undefined
        ? null
        : tx
            .insert(batches)
            .values({ stepId: step.id, state: "planned", ...batch })
            .returning({ id: batches.id })
            .get().id;
    const values = rows.map((row) => ({ ...row, batchId: row.dropReason === null ? batchId : null }));
    for (let at = 0; at < values.length; at += CHUNK)
      tx.insert(credits)
        .values(values.slice(at, at + CHUNK))
        .run();
    const trained = new Set(rows.filter((row) => row.dropReason === null).map((row) => row.groupId));
    const dropped = [...new Set(rows.map((row) => row.groupId))].filter((id) => !trained.has(id));
    for (const groupId of trained) setGroupState(db, groupId, "credited");
    for (const groupId of dropped) setGroupState(db, groupId, "dropped");
    setStepPhase(tx, step.id, batch === undefined ? "observe" : "train");
  });
}

/** The batch of a step. */
export function batchOfStep(db: Connection, stepId: number): BatchRow | undefined {
  return db.select().from(batches).where(eq(batches.stepId, stepId)).get();
}

/** Number of the step that a batch belongs to. */
export function stepNumberOf(db: Connection, batchId: number): number | undefined {
  return db
    .select({ number: steps.number })
    .from(batches)
    .innerJoin(steps, eq(steps.id, batches.stepId))
    .where(eq(batches.id, batchId))
    .get()?.number;
}

/** Number of the step that made a version of a run; undefined of the base, and where a run that it was forked from made it. */
export function stepOfVersion(db: Connection, runId: number, policyVersion: number): number | undefined {
  return db
    .select({ number: steps.number })
    .from(checkpoints)
    .innerJoin(batches, eq(batches.id, checkpoints.batchId))
    .innerJoin(steps, and(eq(steps.id, batches.stepId), eq(steps.runId, checkpoints.runId)))
    .where(and(eq(checkpoints.runId, runId), eq(checkpoints.policyVersion, policyVersion)))
    .get()?.number;
}

/** The credits of the rollouts that a batch trains. */
export function creditsOfBatch(db: Connection, batchId: number): CreditRow[] {
  return db.select().from(credits).where(eq(credits.batchId, batchId)).all();
}

/** Notes that a batch's files stand on disk, and moves its groups to `batched`. */
export function markBatchWritten(db: Connection, batch: BatchRow, sha256: string): void {
  transact(db, (tx) => {
    tx.update(batches).set({ state: "written", sha256 }).where(eq(batches.id, batch.id)).run();
    moveGroups(tx, batch.stepId, "credited", "batched");
  });
}

/** Writes what a trained batch gave: its checkpoint, its numbers and those of its tokens; moves groups and step on, all or nothing. */
export function storeCheckpoint(
  db: Database,
  step: StepRow,
  checkpoint: Omit<CheckpointRow, "id" | "createdAt" | "runId" | "removedAt">,
  numbers: Readonly<Record<string, number>>,
  tokens: Iterable<NewTokenStats>,
): void {
  transactDurably(db, (tx) => {
    tx.insert(checkpoints)
      .values({ runId: step.runId, ...checkpoint, createdAt: now() })
      .run();
    tx.update(batches).set({ state: "trained" }).where(eq(batches.id, checkpoint.batchId)).run();
    moveGroups(tx, step.id, "batched", "trained");
    storeMetrics(tx, step.runId, step.number, numbers);
    storeTokenStats(db, tokens);
    setStepPhase(tx, step.id, "sync");
  });
}

/** Quarantined batches of a run: those of one step, or all. */
export function quarantinedBatches(db: Connection, runId: number, step?: number): number {
  const ofStep = step === undefined ? undefined : eq(steps.number, step);
  return db
    .select({ id: batches.id })
    .from(steps)
    .innerJoin(batches, eq(batches.stepId, steps.id))
    .where(and(eq(steps.runId, runId), ofStep, eq(batches.state, "quarantined")))
    .all().length;
}

/**
 * Sets a batch apart whose training was refused, with the reason: its rollouts and groups are dropped, its directory stays,
 * and the step goes on without a version of its own; all or nothing.
 */
export function quarantineBatch(db: Connection, step: StepRow, batchId: number, quarantineReason: string): void {
  transact(db, (tx) => {
    tx.update(batches).set({ state: "quarantined", quarantineReason }).where(eq(batches.id, batchId)).run();
    tx.update(credits).set({ batchId: null, dropReason: "quarantined" }).where(eq(credits.batchId, batchId)).run();
    moveGroups(tx, step.id, "batched", "dropped");
    setStepPhase(tx, step.id, "sync");
  });
}

/** The newest checkpoint of a run, or undefined while it is at the base. */
export function latestCheckpoint(db: Connection, runId: number): CheckpointRow | undefined {
  return db
    .select()
    .from(checkpoints)
    .where(eq(checkpoints.runId, runId))
    .orderBy(desc(checkpoints.policyVersion))
    .limit(1)
    .get();
}

/** The checkpoint with which a run stood after a step; undefined while it was at the base. */
export function checkpointAfter(db: Connection, runId: number, step: number): CheckpointRow | undefined {
  return db
    .select(getTableColumns(checkpoints))
    .from(checkpoints)
    .innerJoin(batches, eq(batches.id, checkpoints.batchId))
    .innerJoin(steps, eq(steps.id, batches.stepId))
    .where(and(eq(checkpoints.runId, runId), lte(steps.number, step)))
    .orderBy(desc(checkpoints.policyVersion))
    .limit(1)
    .get();
}

/**
 * The newest version of a run that has a checkpoint; undefined while there is none.
 * @param below only versions before this one.
 */
export function latestSavedCheckpoint(
  db: Connection,
  runId: number,
  below = Number.MAX_SAFE_INTEGER,
): (CheckpointRow & { readonly directory: string }) | undefined {
  const row = db
    .select()
    .from(checkpoints)
    .where(
      and(
        eq(checkpoints.runId, runId),
        isNotNull(checkpoints.directory),
        isNull(checkpoints.removedAt),
        lt(checkpoints.policyVersion, below),
      ),
    )
    .orderBy(desc(checkpoints.policyVersion))
    .limit(1)
    .get();
  return row?.directory == null ? undefined : { ...row, directory: row.directory };
}

/** Optimiser steps that a version of a run took since the base; undefined where a trainer did not tell its own. */
export function optimizerStepsTo(db: Connection, runId: number, policyVersion: number): number | undefined {
  const row = db
    .select({ versions: count(), told: count(metrics.value), steps: sum(metrics.value) })
    .from(checkpoints)
    .innerJoin(batches, eq(batches.id, checkpoints.batchId))
    // The first version of a fork is counted as the parent's, which trained it.
    .innerJoin(steps, and(eq(steps.id, batches.stepId), eq(steps.runId, checkpoints.runId)))
    .leftJoin(
      metrics,
      and(eq(metrics.runId, steps.runId), eq(metrics.step, steps.number), eq(metrics.name, "train.optimizer_steps")),
    )
    .where(
      and(inStretches(lineageOf(db, runId), steps.runId, steps.number), lte(checkpoints.policyVersion, policyVersion)),
    )
    .get();
  return row === undefined || row.told < row.versions ? undefined : Number(row.steps);
}

/** A version with the batch that it was trained from, and that batch's step. */
export interface TrainedVersion {
  readonly checkpoint: CheckpointRow;
  readonly batch: BatchRow;
  readonly step: StepRow;
}

/**
 * The versions after one that a run goes on from, in order: its own, and those of the runs that it was forked from. For the
 * version that a fork begins with its own row stands.
 */
export function versionsAfter(db: Connection, runId: number, policyVersion: number): TrainedVersion[] {
  const versions = lineageOf(db, runId).flatMap(({ run, to }) =>
    db
      .select({ checkpoint: checkpoints, batch: batches, step: steps })
      .from(checkpoints)
      .innerJoin(batches, eq(batches.id, checkpoints.batchId))
      .innerJoin(steps, eq(steps.id, batches.stepId))
      .where(and(eq(checkpoints.runId, run.id), gt(checkpoints.policyVersion, policyVersion), lte(steps.number, to)))
      .all(),
  );
  const byNumber = new Map(versions.toReversed().map((version) => [version.checkpoint.policyVersion, version]));
  return [...byNumber.values()].sort((a, b) => a.checkpoint.policyVersion - b.checkpoint.policyVersion);
}

/** Notes where a version lies that was trained again, or whose checkpoint was written after all. */
export function moveCheckpoint(
  db: Database,
  id: number,
  place: Partial<Pick<CheckpointRow, "jobId" | "directory" | "exportDirectory" | "sha256">>,
): void {
  transactDurably(db, (tx) => tx.update(checkpoints).set(place).where(eq(checkpoints.id, id)).run());
}

/** Writes a new trainer job in state `queued`, in the epoch after the run's last. */
export function createTrainerJob(db: Database, runId: number, driver: string, startedFromVersion: number): JobRow {
  return transactDurably(db, (tx) => {
    const last = tx
      .select({ epoch: max(trainerJobs.epoch) })
      .from(trainerJobs)
      .where(eq(trainerJobs.runId, runId))
      .get();
    const at = now();
    return tx
      .insert(trainerJobs)
      .values({
        runId,
        epoch: (last?.epoch ?? 0) + 1,
        driver,
        state: "queued",
        startedFromVersion,
        createdAt: at,
        updatedAt: at,
      })
      .returning()
      .get();
  });
}

/** Sets the state of a trainer job. */
export function setJobState(db: Connection, jobId: number, state: (typeof JOB_STATES)[number], detail: string): void {
  db.update(trainerJobs).set({ state, detail, updatedAt: now() }).where(eq(trainerJobs.id, jobId)).run();
}

/** The trainer jobs of a run that are in no end state: after a kill, those whose process is gone. */
export function openJobs(db: Connection, runId: number): JobRow[] {
  const ended = new Set(["succeeded", "failed", "lost", "cancelled"]);
  return db
    .select()
    .from(trainerJobs)
    .where(eq(trainerJobs.runId, runId))
    .all()
    .filter((job) => !ended.has(job.state));
}
