import { index, integer, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { problems } from "./problems.ts";
import { steps } from "./runs.ts";

/** States of a group, in order; the last two are ends. */
export const GROUP_STATES = [
  "selected",
  "sampling",
  "verifying",
  "scaffolding",
  "teaching",
  "collected",
  "credited",
  "batched",
  "trained",
  "dropped",
] as const;

/** Why a group was dropped before it had rollouts to give credit to. */
export const GROUP_DROP_REASONS = ["too_long", "sampling_failed", "stale", "cancelled"] as const;

/** The rollouts of one problem in one step. `slot` is its place in the step, from 0. */
export const groups = sqliteTable(
  "groups",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    stepId: integer("step_id")
      .notNull()
      .references(() => steps.id),
    slot: integer("slot").notNull(),
    /**
     * Its place among all that the run chose, by which its random numbers are drawn: as many to a step as a step may choose, so
     * there are gaps. With `pipeline.partial` a group may be taken into the batch of a later step than it was chosen for.
     */
    ordinal: integer("ordinal").notNull().default(0),
    problemId: integer("problem_id")
      .notNull()
      .references(() => problems.id),
    arm: text("arm").notNull(),
    /** Probability with which the curriculum chose this problem for this slot. */
    propensity: real("propensity").notNull(),
    /** 0 for the step's first choice; 1 and on where it replaces groups without spread. */
    round: integer("round").notNull().default(0),
    state: text("state", { enum: GROUP_STATES }).notNull(),
    /**
     * Why it was dropped as a whole: `too_long` when the prompt does not fit the policy's context, `sampling_failed` when no
     * server gave usable completions, `stale` when its tokens are older than `pipeline.max_staleness` allows, `cancelled` when
     * the batches were full without it. Null otherwise; rollouts that are not trained have a reason each in `credits`.
     */
    dropReason: text("drop_reason", { enum: GROUP_DROP_REASONS }),
    /** What the scaffold made of it, such as `passed`, `exempt`, `hinted` or `unrescued`; null before. */
    scaffold: text("scaffold"),
    /** How many of its own rollouts (no hints) have a verdict of all that is required, and how many of those passed. */
    judged: integer("judged").notNull().default(0),
    passed: integer("passed").notNull().default(0),
  },
  (table) => [
    uniqueIndex("groups_natural").on(table.stepId, table.slot),
    // The counts too: pass rates of problems over a run are read from this index alone, without a row of any group.
    index("groups_by_problem").on(table.problemId, table.stepId, table.judged, table.passed),
  ],
);
