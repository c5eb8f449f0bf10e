import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { problems, problemSets } from "./problems.ts";
import { runs } from "./runs.ts";

/** One evaluation of one policy version on a problem set, never with hints. */
export const evals = sqliteTable(
  "evals",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    runId: integer("run_id")
      .notNull()
      .references(() => runs.id),
    /** What was evaluated on, such as `development` or `test`. */
    suite: text("suite").notNull(),
    setId: integer("set_id")
      .notNull()
      .references(() => problemSets.id),
    policyVersion: integer("policy_version").notNull(),
    /** The step after which it was made; 0 is before the first. */
    step: integer("step").notNull(),
    /** Completions a problem. */
    samples: integer("samples").notNull(),
    temperature: real("temperature").notNull(),
    startedAt: text("started_at").notNull(),
    /** Null while results are still missing. */
    finishedAt: text("finished_at"),
  },
  (table) => [uniqueIndex("evals_natural").on(table.runId, table.suite, table.step)],
);

/** One completion of an evaluation. `number` is its place among the problem's samples. */
export const evalResults = sqliteTable(
  "eval_results",
  {
    evalId: integer("eval_id")
      .notNull()
      .references(() => evals.id),
    problemId: integer("problem_id")
      .notNull()
      .references(() => problems.id),
    number: integer("number").notNull(),
    status: text("status", { enum: ["ok", "error", "timeout", "skipped"] }).notNull(),
    passed: integer("passed", { mode: "boolean" }),
    score: real("score"),
    tokens: integer("tokens").notNull(),
    text: text("text").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.evalId, table.problemId, table.number] }),
    index("eval_results_by_problem").on(table.problemId),
  ],
);

/** What the results of a finished evaluation come to by arm: written once, when it is finished. */
export const evalArms = sqliteTable(
  "eval_arms",
  {
    evalId: integer("eval_id")
      .notNull()
      .references(() => evals.id),
    arm: text("arm").notNull(),
    problems: integer("problems").notNull(),
    completions: integer("completions").notNull(),
    /** Completions with a verdict, and how many of those passed. */
    judged: integer("judged").notNull(),
    passed: integer("passed").notNull(),
  },
  (table) => [primaryKey({ columns: [table.evalId, table.arm] })],
);
