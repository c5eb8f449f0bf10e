import type { Connection } from "../../tracking/database.ts";
import { armResults, findEval, latestEval, type ArmResult } from "../../tracking/evals.ts";
import { beforeAndAfter, secondsByPhase, type BeforeAndAfter } from "../../tracking/report.ts";
import type { RunRow } from "../../tracking/runs.ts";
import { commandName } from "../command-name.ts";
import { table } from "../table.ts";
import { duration, share } from "./format.ts";

/** What is told at the end of a run. */
export interface Summary {
  readonly runId: number;
  readonly name: string;
  readonly state: string;
  readonly suite: string;
  readonly before: readonly ArmResult[];
  readonly after: readonly ArmResult[];
  readonly afterStep: number | null;
  readonly examples: readonly BeforeAndAfter[];
  readonly secondsByPhase: Readonly<Record<string, number>>;
}

/** Reads the summary of a run: accuracies on the test set, or on the development set where the test was not reached. */
export function summaryOf(db: Connection, run: RunRow): Summary {
  const suite = (latestEval(db, run.id, "test")?.step ?? 0) > 0 ? "test" : "development";
  const before = findEval(db, run.id, suite, 0);
  const after = latestEval(db, run.id, suite);
  return {
    runId: run.id,
    name: run.name,
    state: run.state,
    suite,
    before: before ? armResults(db, before.id) : [],
    after: after ? armResults(db, after.id) : [],
    afterStep: after?.step ?? null,
    examples: before && after ? beforeAndAfter(db, before.id, after.id, 3) : [],
    secondsByPhase: Object.fromEntries(secondsByPhase(db, run.id)),
  };
}

/** The summary as people read it. */
export function summaryText(summary: Summary, databasePath: string): string {
  const { before, after, afterStep, examples } = summary;
  const parts: string[] = [];
  if (after.length > 0) {
    const rows = after.map(({ arm, accuracy, problems, completions }) => [
      arm,
      share(before.find((row) => row.arm === arm)?.accuracy),
      share(accuracy),
      `${problems} problems, ${completions} completions`,
    ]);
    parts.push(
      `Held-out accuracy (${summary.suite} set, sampled), before and after ${afterStep ?? 0} steps`,
      table(["arm", "before", "after", ""], rows),
    );
  }
  if (examples.length > 0) {
    const mark = (passed: boolean | null): string => (passed === null ? "?" : passed ? "right" : "wrong");
    parts.push(
      "Three held-out problems",
      table(
        ["arm", "problem", "answer", "before", "", "after", ""],
        examples.map((row) => [
          row.arm,
          row.problem,
          row.answer,
          row.before,
          mark(row.beforePassed),
          row.after,
          mark(row.afterPassed),
        ]),
      ),
    );
  }
  const phases = Object.entries(summary.secondsByPhase).map(([phase, seconds]) => `${phase} ${duration(seconds)}`);
  if (phases.length > 0) parts.push(`Time by phase: ${phases.join(", ")}`);
  parts.push(
    `Everything is in ${databasePath}. Try:`,
    queriesToTry(summary.runId, afterStep ?? 1)
      .map((query) => `  ${commandName()} sql "${query}"`)
      .join("\n"),
  );
  return parts.join("\n\n");
}

/** Three questions worth asking of a run. */
function queriesToTry(runId: number, lastStep: number): string[] {
  return [
    `SELECT step, arm, round(pass_rate, 2) AS pass_rate FROM v_arms WHERE run_id = ${runId} AND step IN (1, ${lastStep})`,
    `SELECT * FROM v_lineage WHERE run_id = ${runId} LIMIT 1`,
    `SELECT arm, drop_reason, sum(rollouts) AS rollouts FROM v_drops WHERE run_id = ${runId} GROUP BY arm, drop_reason`,
  ];
}
