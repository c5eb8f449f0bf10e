import type { Override } from "../config/load-document.ts";
import type { Database } from "../tracking/database.ts";
import { findRun, type RunRow } from "../tracking/runs.ts";
import { workOn } from "../run/work.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { progressOf } from "./run-view/history.ts";
import { createRunView } from "./run-view/run-view.ts";
import { summaryText } from "./run-view/summary-text.ts";
import { summaryOf } from "./run-view/summary.ts";

/**
 * Works on a run, shows its progress, and reports its result at the end.
 * @param changes options that a person changes with this.
 */
export async function workAndReport(
  db: Database,
  databasePath: string,
  run: RunRow,
  json: boolean,
  changes: readonly Override[] = [],
): Promise<void> {
  const view = createRunView(json, () => progressOf(db, run.id));
  const interrupt = listenForInterrupt((text) => view.note(text));
  try {
    await workOn({ db, databasePath, run, changes, listen: (event) => view.listen(event), signal: interrupt.signal });
  } finally {
    view.close();
    interrupt.release();
  }
  const summary = summaryOf(db, findRun(db, run.id));
  process.stdout.write(
    json ? `${JSON.stringify({ type: "summary", ...summary })}\n` : `\n${summaryText(summary, databasePath)}\n`,
  );
}
