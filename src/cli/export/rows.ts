import { extname } from "node:path";
import { exportRollouts, sizeOfRollout } from "../../exports/export-rollouts.ts";
import { jsonlFiles } from "../../exports/jsonl-file.ts";
import { parquetFiles } from "../../exports/parquet-file.ts";
import { openParts } from "../../exports/part-files.ts";
import { ROLLOUT_COLUMNS } from "../../exports/rollout-columns.ts";
import { fileTarget, folderTarget } from "../../exports/target.ts";
import type { Database } from "../../tracking/database.ts";
import type { RunRow } from "../../tracking/runs.ts";
import { userPath } from "../user-path.ts";
import type { Exported, ExportRequest } from "./formats.ts";

const PARTS = /^part-\d{3,}\.(?:parquet|jsonl)$/;

/** Exports a run's rollouts, a line each. */
export async function exportRows(
  format: "parquet" | "jsonl",
  db: Database,
  run: RunRow,
  { out = `run-${run.id}-${format}`, steps, force, onProgress }: ExportRequest,
): Promise<Exported> {
  const path = userPath(out);
  const isFile = extname(path) === `.${format}`;
  const open = format === "parquet" ? parquetFiles(ROLLOUT_COLUMNS, sizeOfRollout) : jsonlFiles(ROLLOUT_COLUMNS);
  const target = isFile ? fileTarget(path, { force }) : folderTarget(path, { force, files: PARTS });
  let isWhole = false;
  try {
    const file = await (isFile ? open(target.temporary) : openParts(target.temporary, format, open));
    try {
      const rollouts = await exportRollouts(db, run, steps, file, (progress) => {
        const numbers = `${progress.rollouts.toLocaleString("en-US")} rollouts`;
        onProgress({ share: progress.share, numbers });
      });
      await file.finish();
      target.commit();
      isWhole = true;
      return {
        data: { out: path, rollouts, bytes: file.bytes() },
        text: `${rollouts.toLocaleString("en-US")} rollouts of run ${run.id} in ${path} (${file.bytes().toLocaleString("en-US")} bytes)`,
      };
    } finally {
      if (!isWhole) await file.abandon();
    }
  } finally {
    if (!isWhole) target.discard();
  }
}
