import { writeFile } from "node:fs/promises";
import { RlvrError } from "../../core/errors.ts";
import { reportData } from "../../exports/html/report-data.ts";
import { reportPage } from "../../exports/html/report-page.ts";
import { fileTarget } from "../../exports/target.ts";
import type { Database } from "../../tracking/database.ts";
import type { RunRow } from "../../tracking/runs.ts";
import { userPath } from "../user-path.ts";
import type { Exported, ExportRequest } from "./formats.ts";

/**
 * Exports a report of a run as one page.
 * @throws RlvrError `bad_usage` for a range of steps: a report is of the whole run.
 */
export async function exportHtml(
  db: Database,
  run: RunRow,
  { out = `run-${run.id}.html`, steps, force }: ExportRequest,
): Promise<Exported> {
  if (steps.from > 0 || steps.to !== Infinity) {
    throw new RlvrError("bad_usage", "a report is of all steps of a run", { advice: "Leave out --steps." });
  }
  const target = fileTarget(userPath(out), { force });
  try {
    const page = await reportPage(reportData(db, run));
    await writeFile(target.temporary, page);
    target.commit();
    const bytes = Buffer.byteLength(page);
    return {
      data: { out: target.path, bytes },
      text: `A report of run ${run.id} in ${target.path} (${bytes.toLocaleString("en-US")} bytes)`,
    };
  } catch (error) {
    target.discard();
    throw error;
  }
}
