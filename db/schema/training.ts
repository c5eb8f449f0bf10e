import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { runs, steps } from "./runs.ts";

/** What the trainer was given for one step. Directories are relative to the run's own. */
export const batches = sqliteTable("batches", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  stepId: integer("step_id")
    .notNull()
    .unique()
    .references(() => steps.id),
  /**
   * `planned`: its credits stand; `written`: its files too; `trained`: a version was made of it; `quarantined`: training on it
   * gave weights that are no numbers, so the step has no version of its own.
   */
  state: text("state", { enum: ["planned", "written", "trained", "quarantined"] }).notNull(),
  /** Why a batch is quarantined; null otherwise. */
  quarantineReason: text("quarantine_reason"),
  directory: text("directory").notNull(),
  /** sha256 of batch.safetensors; null until written. */
  sha256: text("sha256"),
  sequences: integer("sequences").notNull(),
  tokens: integer("tokens").notNull(),
});

/** States of a trainer job; which may follow which is in src/trainer/job-states.ts. */
export const JOB_STATES = [
  "queued",
  "submitted",
  "running",
  "idle",
  "succeeded",
  "failed",
  "lost",
  "cancelled",
] as const;

/** One attempt (epoch) at running a trainer for a run. */
export const trainerJobs = sqliteTable(
  "trainer_jobs",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    runId: integer("run_id")
      .notNull()
      .references(() => runs.id),
    epoch: integer("epoch").notNull(),
    driver: text("driver").notNull(),
    state: text("state", { enum: JOB_STATES }).notNull(),
    /** Why it is in this state, such as the end of what it printed. */
    detail: text("detail"),
    /** Version of the checkpoint it started from, 0 for the base. */
    startedFromVersion: integer("started_from_version").notNull(),
    createdAt: text("created_at").notNull(),
    updatedAt: text("updated_at").notNull(),
  },
  (table) => [uniqueIndex("trainer_jobs_natural").on(table.runId, table.epoch)],
);

/** A trained policy: what a batch made of the version before it. Directories are relative to the run's own. */
export const checkpoints = sqliteTable(
  "checkpoints",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    runId: integer("run_id")
      .notNull()
      .references(() => runs.id),
    policyVersion: integer("policy_version").notNull(),
    parentVersion: integer("parent_version").notNull(),
    batchId: integer("batch_id")
      .notNull()
      .references(() => batches.id),
    jobId: integer("job_id")
      .notNull()
      .references(() => trainerJobs.id),
    /** Null where the trainer wrote none for this version (`trainer.torch.checkpoint_every`): it is replayed from one before. */
    directory: text("directory"),
    exportDirectory: text("export_directory").notNull(),
    /** One hash over all the checkpoint's files; null without any. */
    sha256: text("sha256"),
    /** When the version was no longer to be kept (`checkpoints` of the recipe), and its files deleted; null while they stand. */
    removedAt: text("removed_at"),
    createdAt: text("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("checkpoints_natural").on(table.runId, table.policyVersion),
    index("checkpoints_by_batch").on(table.batchId),
  ],
);

/** The curriculum's state after a step chose its problems (`selected`) and after it saw their results (`observed`). */
export const curriculumStates = sqliteTable(
  "curriculum_states",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    runId: integer("run_id")
      .notNull()
      .references(() => runs.id),
    step: integer("step").notNull(),
    moment: text("moment", { enum: ["selected", "observed"] }).notNull(),
    /** Which choice of the step: 0 for the first, 1 and on for those that replace groups without spread. */
    round: integer("round").notNull().default(0),
    curriculum: text("curriculum").notNull(),
    state: text("state", { mode: "json" }).notNull(),
  },
  (table) => [uniqueIndex("curriculum_states_natural").on(table.runId, table.step, table.moment, table.round)],
);

/** How an arm stood when a step chose its problems: why it was drawn as often as it was. */
export const arms = sqliteTable(
  "arms",
  {
    runId: integer("run_id")
      .notNull()
      .references(() => runs.id),
    step: integer("step").notNull(),
    arm: text("arm").notNull(),
    /** Probability with which a slot of the step draws it. */
    probability: real("probability").notNull(),
    /** What the curriculum derives that from, such as SEC's `value`, as JSON. */
    metrics: text("metrics", { mode: "json" }).notNull(),
    /** Mean |advantage| of its own rollouts in the step, as before any hint; null before that is known or undrawn. */
    meanAbsoluteAdvantage: real("mean_abs_advantage"),
  },
  (table) => [primaryKey({ columns: [table.runId, table.step, table.arm] })],
);
