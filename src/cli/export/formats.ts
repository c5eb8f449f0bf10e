import type { RunVersion } from "../../core/run-version.ts";
import type { Database } from "../../tracking/database.ts";
import type { StepRange } from "../../tracking/reads/exported-rollouts.ts";
import type { RunRow } from "../../tracking/runs.ts";
import type { WorkProgress } from "../progress-line.ts";
import { exportModel } from "./model.ts";
import { exportRows } from "./rows.ts";
import { exportTensorboard } from "./tensorboard.ts";
import { exportToTracker } from "./tracker.ts";

/** Formats of `rlvr export`. */
export const EXPORT_FORMATS = ["parquet", "jsonl", "tensorboard", "html", "model", "wandb", "trackio"] as const;

/** Such a format. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What was asked for. */
export interface ExportRequest {
  /** As it was typed; the format's own place when it was not. */
  readonly out?: string;
  readonly steps: StepRange;
  readonly force: boolean;
  /** For a tracker: the project that gets the run. */
  readonly project: string;
  /** For a tracker and the hub: a Python that has the package of its client. */
  readonly python?: string;
  /** For a model: which version of the run. */
  readonly at: RunVersion["at"];
  /** For a model: whether an adapter is merged into its base. */
  readonly merge: boolean;
  /** For a model: what others call its base. */
  readonly baseModel?: string;
  /** For a model: the repository of the hub, `OWNER/NAME`, that gets it in place of a folder. */
  readonly push?: string;
  /** Path of the database. */
  readonly databasePath: string;
  readonly signal: AbortSignal;
  /** Is told how far it has come; what it throws ends the export. */
  readonly onProgress: (progress: WorkProgress) => void;
}

/** What was written: as data for `--json`, and as people read it. */
export interface Exported {
  readonly data: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Exports a run in a format. */
export async function exportTo(
  format: ExportFormat,
  db: Database,
  run: RunRow,
  request: ExportRequest,
): Promise<Exported> {
  switch (format) {
    case "parquet":
    case "jsonl":
      return exportRows(format, db, run, request);
    case "tensorboard":
      return exportTensorboard(db, run, request);
    case "html":
      // Loaded only now: what draws the charts is big.
      return (await import("./html.ts")).exportHtml(db, run, request);
    case "model":
      return exportModel(db, run, request);
    case "wandb":
    case "trackio":
      return exportToTracker(format, db, run, request);
  }
}
