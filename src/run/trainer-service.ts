import { join } from "node:path";
import { RlvrError, isRlvrError, messageOf } from "../core/errors.ts";
import { isPresent, removeTemporaries } from "../core/files.ts";
import { startTrainer } from "../trainer/trainer-job.ts";
import type { TrainAnswer, TrainerHandle, TrainRequest } from "../trainer/trainer-handle.ts";
import type { Database } from "../tracking/database.ts";
import { createTrainerJob, latestCheckpoint, openJobs, setJobState, type JobRow } from "../tracking/training.ts";

/** Trains batches, starting and replacing trainer jobs as needed; see {@link createTrainerService}. */
export interface TrainerService {
  /** Starts the trainer ahead of its first batch, so that its start overlaps with sampling. */
  warmUp(): void;
  train(request: TrainRequest): Promise<TrainAnswer & { readonly job: JobRow }>;
  close(): Promise<void>;
}

/** Trainer jobs that may be lost for one batch before the run gives up. */
const MOST_LOSSES = 3;

interface RunningJob {
  readonly job: JobRow;
  readonly handle: TrainerHandle;
}

/**
 * Keeps a trainer for a run. Each start is a new epoch of the run's job, from the newest recorded checkpoint, so a
 * batch that was being trained when its trainer died is trained again from where it began.
 */
export function createTrainerService(options: {
  readonly db: Database;
  readonly runId: number;
  readonly runDirectory: string;
  readonly policyDirectory: string;
  /** File of version 0's weights in place of the policy's own. */
  readonly baseWeights: string | undefined;
  readonly driver: "local";
  readonly onState: (epoch: number, state: JobRow["state"], detail: string) => void;
  readonly signal: AbortSignal;
}): TrainerService {
  const { db, runId } = options;
  const jobDirectory = join(options.runDirectory, "trainer");
  let running: Promise<RunningJob> | undefined;

  let readyEpoch = 0;
  const record = (job: JobRow, state: JobRow["state"], detail: string): void => {
    setJobState(db, job.id, state, detail);
    // From batch to batch a trainer that is up goes between running and idle: a row, but no news.
    if (readyEpoch < job.epoch || (state !== "running" && state !== "idle")) options.onState(job.epoch, state, detail);
    if (state === "idle") readyEpoch = job.epoch;
  };

  const start = async (): Promise<RunningJob> => {
    const checkpoint = latestCheckpoint(db, runId);
    const job = createTrainerJob(db, runId, options.driver, checkpoint?.policyVersion ?? 0);
    const handle = await startTrainer({
      jobDirectory,
      epoch: job.epoch,
      policyDirectory: options.policyDirectory,
      baseWeights: options.baseWeights,
      startFrom:
        checkpoint === undefined || checkpoint.directory === null
          ? { kind: "base" }
          : {
              kind: "checkpoint",
              directory: join(options.runDirectory, checkpoint.directory),
              policyVersion: checkpoint.policyVersion,
            },
      // The run's folder lies beside its database, on a local disk: what is damaged there stays damaged.
      settings: { reread_seconds: 0 },
      onState: (state, detail) => record(job, state, detail),
      signal: options.signal,
    });
    return { job, handle };
  };

  const current = (): Promise<RunningJob> => {
    running ??= start();
    // Who waits for it sees the failure; warming up alone must not end the process.
    running.catch(() => undefined);
    return running;
  };

  abandonJobs(db, runId, options.onState);
  if (isPresent(jobDirectory)) removeTemporaries(jobDirectory);
  return {
    warmUp: () => void current(),
    async train(request) {
      for (let losses = 0; ;) {
        try {
          const { job, handle } = await current();
          return { ...(await handle.train(request, options.signal)), job };
        } catch (error) {
          if (!isRlvrError(error) || error.code !== "trainer_lost") throw error;
          running = undefined;
          if (++losses >= MOST_LOSSES) throw givenUp(losses, error);
        }
      }
    },
    async close() {
      const job = await running?.catch(() => undefined);
      await job?.handle.stop();
    },
  };
}

/** After a kill of the orchestrator its trainer is gone too (it watches its IPC channel): note that. */
function abandonJobs(
  db: Database,
  runId: number,
  onState: (epoch: number, state: JobRow["state"], detail: string) => void,
): void {
  for (const job of openJobs(db, runId)) {
    const detail = "the orchestrator ended without it";
    setJobState(db, job.id, "lost", detail);
    onState(job.epoch, "lost", detail);
  }
}

function givenUp(losses: number, cause: unknown): RlvrError {
  return new RlvrError("trainer_failed", `the trainer was lost ${losses} times on one batch: ${messageOf(cause)}`, {
    advice:
      'Look at the job\'s detail (rlvr sql "SELECT epoch, state, detail FROM trainer_jobs"); memory is the usual cause.',
    cause,
  });
}
