import { join } from "node:path";
import type { Override } from "../config/load-document.ts";
import { orDiskFull } from "../core/files/disk-full.ts";
import { messageOf, RlvrError } from "../core/errors.ts";
import { maskUrls } from "../core/secrets/mask-urls.ts";
import type { Database } from "../tracking/database.ts";
import { makeRunFolder } from "../tracking/run-folder.ts";
import { lockRun } from "../tracking/run-lock.ts";
import { findRun, setRunState, type RunRow, type RunState } from "../tracking/runs.ts";
import { finishedSteps } from "../tracking/steps.ts";
import { announce } from "./start/announce.ts";
import { createEventLog } from "./event-log.ts";
import type { RunEvent } from "./events.ts";
import { execute } from "./execute.ts";
import { planResume, type ResumePlan } from "./start/plan-resume.ts";
import { SERVER_LOG } from "./run-context.ts";
import type { RunPorts } from "./run-ports.ts";
import { withRunContext } from "./with-run-context.ts";

/** How a run is worked on. */
export interface WorkOptions {
  readonly db: Database;
  readonly databasePath: string;
  readonly run: RunRow;
  /** Options that a person changes with this. Default: none. */
  readonly changes?: readonly Override[];
  readonly listen: (event: RunEvent) => void;
  /** Aborting it ends the run tidily: nothing new is begun, children are ended, `resume` goes on. */
  readonly signal: AbortSignal;
  /** Default: {@link RUN_PORTS}. */
  readonly ports?: Partial<RunPorts>;
}

/**
 * Works on a run, new or unfinished, until it is done: takes its lock, starts its children, executes its steps, and
 * ends its children whatever happens. A run that is over is left as it is.
 * @throws RlvrError `run_locked`, `unsafe_path`, `interrupted`, of changes that are refused, or whatever ended it.
 */
export async function workOn(options: WorkOptions): Promise<void> {
  const { db, databasePath, changes = [] } = options;
  const directory = makeRunFolder(databasePath, options.run.id);
  const lock = lockRun(directory, options.run.id);
  try {
    // Read anew: another process may have worked on it until now.
    const run = findRun(db, options.run.id);
    const plan = planResume(db, run, changes);
    if (!plan.isOver) await workLocked({ ...options, run }, directory, plan);
  } finally {
    lock.release();
  }
}

async function workLocked(options: WorkOptions, directory: string, plan: ResumePlan): Promise<void> {
  const { db, run } = options;
  const { recipe } = plan;
  const log = createEventLog(db, run.id, options.listen);
  const end = (state: Exclude<RunState, "running">, reason: string | null): void => {
    const step = finishedSteps(db, run);
    log.conclude(() => setRunState(db, run.id, state), [{ type: "run_ended", state, step, reason }]);
  };
  try {
    setRunState(db, run.id, "running");
    announce({ ...options, ...log }, plan);
    const serverLog = join(directory, SERVER_LOG);
    end("succeeded", await withRunContext({ ...options, recipe, directory, log, serverLog }, execute));
  } catch (thrown) {
    if (options.signal.aborted) {
      end("interrupted", null);
      throw interrupted(run.id, thrown);
    }
    const error = orDiskFull(thrown, `Free some space, then go on with: rlvr resume ${run.id}`);
    try {
      end("failed", maskUrls(messageOf(error)));
    } catch {
      // The database's own disk may be full: report the error that ended the run, not that this could not be written.
    }
    throw error;
  }
}

function interrupted(runId: number, cause: unknown): RlvrError {
  return new RlvrError("interrupted", `run ${runId} was interrupted`, {
    advice: `Go on with: rlvr resume ${runId}`,
    cause,
  });
}
