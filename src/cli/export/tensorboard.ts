import { join } from "node:path";
import { scalarPoints } from "../../exports/scalars.ts";
import { folderTarget } from "../../exports/target.ts";
import { writeEvents } from "../../exports/tensorboard/write-events.ts";
import type { Database } from "../../tracking/database.ts";
import type { RunRow } from "../../tracking/runs.ts";
import { userPath } from "../user-path.ts";
import type { Exported, ExportRequest } from "./formats.ts";
import { stepProgress } from "./step-progress.ts";

const EVENTS = /^events\.out\.tfevents\./;

/** Exports a run's numbers as a run of a TensorBoard log folder, which may hold others. */
export async function exportTensorboard(
  db: Database,
  run: RunRow,
  { out = "tensorboard", steps, force, onProgress }: ExportRequest,
): Promise<Exported> {
  const logFolder = userPath(out);
  const path = join(logFolder, `${run.name.replaceAll(/[^\w.-]+/g, "-")}-${run.id}`);
  const target = folderTarget(path, { force, files: EVENTS });
  try {
    const points = scalarPoints(db, run.id, steps);
    const written = await writeEvents(
      target.temporary,
      run.createdAt,
      points,
      stepProgress(db, run, steps, onProgress),
    );
    target.commit();
    return {
      data: { out: path, ...written },
      text: `${written.scalars.toLocaleString("en-US")} scalars of run ${run.id} in ${path}\nLook at them with: tensorboard --logdir ${logFolder}`,
    };
  } catch (error) {
    target.discard();
    throw error;
  }
}
