import {
  type AnySQLiteColumn,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import { problemSets } from "./problems.ts";

/** States of a run. `removing`: its rows and files are being deleted, or were in part when that was killed. */
export const RUN_STATES = ["running", "succeeded", "failed", "interrupted", "removing"] as const;

/** One training run, with the resolved recipe as JSON and its prompt template: a resumed run reads nothing else. */
export const runs = sqliteTable(
  "runs",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    name: text("name").notNull(),
    state: text("state", { enum: RUN_STATES }).notNull(),
    seed: integer("seed").notNull(),
    recipe: text("recipe", { mode: "json" }).notNull(),
    /** The recipe's file and its sha256 when the run began: a later edit is noticed. Null in runs of older versions. */
    recipeFile: text("recipe_file"),
    recipeSha256: text("recipe_sha256"),
    promptTemplate: text("prompt_template").notNull(),
    practiceSetId: integer("practice_set_id")
      .notNull()
      .references(() => problemSets.id),
    developmentSetId: integer("development_set_id").references(() => problemSets.id),
    testSetId: integer("test_set_id").references(() => problemSets.id),
    version: text("version").notNull(),
    /** The command that began it, as it was typed; null in runs of older versions. */
    command: text("command"),
    /** What a person wrote about it. */
    note: text("note"),
    /** The run that it was forked from, and the step after which; null for a run of its own. */
    parentRun: integer("parent_run").references((): AnySQLiteColumn => runs.id),
    parentStep: integer("parent_step"),
    /** The fork that replaces it, when going on with this run was given up for that one. */
    supersededBy: integer("superseded_by").references((): AnySQLiteColumn => runs.id),
    createdAt: text("created_at").notNull(),
    finishedAt: text("finished_at"),
  },
  (table) => [index("runs_by_parent").on(table.parentRun)],
);

/** Words that people file runs under. */
export const runTags = sqliteTable(
  "run_tags",
  {
    runId: integer("run_id")
      .notNull()
      .references(() => runs.id),
    tag: text("tag").notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.tag] }), index("run_tags_by_tag").on(table.tag)],
);

/** A change of an option of a run's recipe after its start. `runs.recipe` holds the recipe with all changes. */
export const recipeChanges = sqliteTable(
  "recipe_changes",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    runId: integer("run_id")
      .notNull()
      .references(() => runs.id),
    /** First step that it applies to. */
    step: integer("step").notNull(),
    /** The option, such as `trainer.learning_rate`. */
    path: text("path").notNull(),
    /** Its value before and after, as JSON. */
    before: text("before", { mode: "json" }),
    after: text("after", { mode: "json" }),
    /** What changed it: `person`, or the name of a controller. */
    by: text("by").notNull(),
    /** What the change is based on, as JSON; null for a person's. */
    evidence: text("evidence", { mode: "json" }),
    at: text("at").notNull(),
  },
  (table) => [index("recipe_changes_by_run").on(table.runId, table.id)],
);

/** Phases of a step, in order; each reads what the one before wrote. */
export const STEP_PHASES = ["collect", "credit", "train", "sync", "observe", "done"] as const;

/** One step of a run: the groups made ready for one batch. `number` counts from 1. */
export const steps = sqliteTable(
  "steps",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    runId: integer("run_id")
      .notNull()
      .references(() => runs.id),
    number: integer("number").notNull(),
    phase: text("phase", { enum: STEP_PHASES }).notNull(),
    /** The newest step that was done when its problems were chosen: what its choices and hints go by. */
    chosenAfter: integer("chosen_after").notNull().default(0),
    /** Version of the policy that the step samples from: that of the step which it was chosen after. */
    policyVersion: integer("policy_version").notNull(),
    startedAt: text("started_at").notNull(),
    finishedAt: text("finished_at"),
  },
  (table) => [uniqueIndex("steps_natural").on(table.runId, table.number)],
);

/** Numbers of a step, such as `train.loss` or `seconds.collect`. */
export const metrics = sqliteTable(
  "metrics",
  {
    runId: integer("run_id")
      .notNull()
      .references(() => runs.id),
    step: integer("step").notNull(),
    name: text("name").notNull(),
    value: real("value").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.step, table.name] }),
    // A chart reads one name over all steps: from this index alone.
    index("metrics_by_name").on(table.runId, table.name, table.step, table.value),
  ],
);

/** What happened, in order: the same objects that the terminal and `--json` show. */
export const events = sqliteTable(
  "events",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    runId: integer("run_id")
      .notNull()
      .references(() => runs.id),
    step: integer("step"),
    type: text("type").notNull(),
    at: text("at").notNull(),
    data: text("data", { mode: "json" }).notNull(),
  },
  (table) => [
    index("events_by_run").on(table.runId, table.id),
    // Alarms and changes of a trainer's state are few among events of every step.
    index("events_by_type").on(table.runId, table.type, table.id),
  ],
);
