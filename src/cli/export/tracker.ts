import { scalarPoints } from "../../exports/scalars.ts";
import { logToTracker, type TrackerName } from "../../exports/tracker.ts";
import type { Database } from "../../tracking/database.ts";
import type { RunRow } from "../../tracking/runs.ts";
import { pythonPath, userPath } from "../user-path.ts";
import type { Exported, ExportRequest } from "./formats.ts";
import { stepProgress } from "./step-progress.ts";

/** Exports a run's numbers to a tracker, as a new run there. */
export async function exportToTracker(
  tracker: TrackerName,
  db: Database,
  run: RunRow,
  { project, python = "python3", steps, onProgress }: ExportRequest,
): Promise<Exported> {
  const { id, name, seed, version, createdAt, recipe } = run;
  const head = { project, name: `${name}-${id}`, config: { run_id: id, seed, version, created_at: createdAt, recipe } };
  const interpreter = pythonPath(python);
  let scalars = 0;
  const tell = stepProgress(db, run, steps, onProgress);
  const client = { tracker, python: interpreter, folder: userPath(".") };
  const answer = await logToTracker(client, head, scalarPoints(db, id, steps), (point) => {
    scalars += Object.keys(point.values).length;
    tell(point);
  });
  return {
    data: { project, ...answer, scalars },
    text: `${scalars.toLocaleString("en-US")} scalars of run ${id} given to ${tracker} ${answer.version}, project ${project}\nLook at them with: ${answer.where}`,
  };
}
