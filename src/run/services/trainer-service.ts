import { rmSync } from "node:fs";
import { join, relative } from "node:path";
import { RlvrError, isRlvrError, messageOf } from "../../core/errors.ts";
import { isPresent, removeTemporaries } from "../../core/files/files.ts";
import type { TrainerDriver } from "../../trainer/drivers/driver.ts";
import type { TorchSettings } from "../../trainer/protocol/schemas.ts";
import { startTrainer } from "../../trainer/trainer-job.ts";
import type { TrainAnswer, TrainerHandle, TrainRequest } from "../../trainer/trainer-handle.ts";
import type { Database } from "../../tracking/database.ts";
import { fromNewestCheckpoint, type PassedOver, type SavedVersion } from "./newest-checkpoint.ts";
import {
  createTrainerJob,
  latestCheckpoint,
  moveCheckpoint,
  openJobs,
  setJobState,
  versionsAfter,
  type JobRow,
  type TrainedVersion,
} from "../../tracking/training.ts";

/** Trains batches, starting and replacing trainer jobs as needed; see {@link createTrainerService}. */
export interface TrainerService {
  /**
   * Starts the trainer and waits until it is up; the batches that it then trains again are not waited for.
   * @throws RlvrError `trainer_failed` when it cannot start, `bad_checkpoint` or `missing_file` when its policy is not usable.
   */
  ready(): Promise<void>;
  train(request: TrainRequest): Promise<TrainAnswer & { readonly job: JobRow }>;
  /** Has the newest version's checkpoint written, where it has none. */
  save(): Promise<void>;
  /** Has the newest version's export written again, because it is damaged or gone. */
  restoreExport(): Promise<void>;
  close(): Promise<void>;
}

/** Which trainer trains, and how it is started. */
export interface TrainerChoice {
  /** Of the PyTorch trainer; undefined for the embedded one. */
  readonly torch: TorchSettings | undefined;
  readonly driver: TrainerDriver;
}

/** Most losses of the trainer in a row. */
const MOST_LOSSES = 3;

interface RunningJob {
  readonly job: JobRow;
  readonly handle: TrainerHandle;
}

/** A trainer from its start on. */
interface Start {
  /** When it is up. */
  readonly up: Promise<RunningJob>;
  /** When it stands at the newest version. */
  readonly current: Promise<RunningJob>;
}

/**
 * Keeps a trainer for a run. Each start is a new epoch of the run's job, from the newest checkpoint that verifies, or from the
 * base; the batches of the versions since are then trained again, in order, so that it stands where the lost one stood. A
 * batch that was being trained when its trainer died is trained from where it began.
 */
export function createTrainerService(options: {
  readonly db: Database;
  readonly runId: number;
  readonly runDirectory: string;
  readonly policyDirectory: string;
  /** File of version 0's weights in place of the policy's own. */
  readonly baseWeights: string | undefined;
  readonly choice: TrainerChoice;
  /** Name of the driver, for the job's row. */
  readonly driver: "local";
  /** Gives the directory of a trained version's batch, which stands then. */
  readonly batchOf: (version: TrainedVersion) => Promise<string>;
  /** Whether the version that a step makes needs a whole checkpoint, also where the trainer writes none by itself. */
  readonly needsCheckpoint: (step: number) => boolean;
  readonly onState: (epoch: number, state: JobRow["state"], detail: string) => void;
  readonly onPassedOver: (passed: PassedOver) => void;
  readonly signal: AbortSignal;
}): TrainerService {
  const { db, runId, runDirectory, choice } = options;
  // A run that fails while its trainer still starts, or trains batches again, waits for none of that.
  const closing = new AbortController();
  const signal = AbortSignal.any([options.signal, closing.signal]);
  const jobDirectory = join(runDirectory, "trainer");
  let running: Start | undefined;

  let readyEpoch = 0;
  const record = (job: JobRow, state: JobRow["state"], detail: string): void => {
    setJobState(db, job.id, state, detail);
    // From batch to batch a trainer that is up goes between running and idle: a row, but no news.
    if (readyEpoch < job.epoch || (state !== "running" && state !== "idle")) options.onState(job.epoch, state, detail);
    if (state === "idle") readyEpoch = job.epoch;
  };

  /** Trains a batch, with a checkpoint of what comes of it where one is needed. */
  const trainWith = async ({ handle }: RunningJob, request: TrainRequest): Promise<TrainAnswer> => {
    const answer = await handle.train(request, signal);
    if (answer.checkpoint !== undefined || !options.needsCheckpoint(request.step)) return answer;
    return { ...answer, checkpoint: await handle.checkpoint(signal) };
  };

  const replay = async (trainer: RunningJob, version: TrainedVersion): Promise<void> => {
    const { checkpoint, step } = version;
    // A version before a fork is its parent's to keep.
    const isKept = checkpoint.removedAt === null && checkpoint.runId === runId;
    const request = { step: step.number, batchDirectory: await options.batchOf(version) };
    const answer = await (isKept ? trainWith(trainer, request) : trainer.handle.train(request, signal));
    if (answer.policyVersion !== checkpoint.policyVersion) throw otherVersion(answer.policyVersion, version);
    // Such a version is only the way to the next.
    if (!isKept) return removeAnswered(answer);
    moveCheckpoint(db, checkpoint.id, {
      jobId: trainer.job.id,
      exportDirectory: relative(runDirectory, answer.exportDirectory),
      // Without a new one there is none: that of the row was missing or damaged, or this start would have used it.
      directory: answer.checkpoint === undefined ? null : relative(runDirectory, answer.checkpoint.directory),
      sha256: answer.checkpoint?.sha256 ?? null,
    });
  };

  const launch = async (from: SavedVersion | undefined): Promise<RunningJob> => {
    const startedFrom = from?.policyVersion ?? 0;
    const job = createTrainerJob(db, runId, options.driver, startedFrom);
    const handle = await startTrainer({
      jobDirectory,
      epoch: job.epoch,
      policyDirectory: options.policyDirectory,
      baseWeights: options.baseWeights,
      startFrom:
        from === undefined
          ? { kind: "base" }
          : { kind: "checkpoint", directory: join(runDirectory, from.directory), policyVersion: startedFrom },
      // The run's folder lies beside its database, on a local disk: what is damaged there stays damaged.
      settings: { reread_seconds: 0 },
      torch: choice.torch,
      driver: choice.driver,
      onState: (state, detail) => record(job, state, detail),
      signal,
    });
    return { job, handle };
  };

  const catchUp = async (up: Promise<RunningJob>): Promise<RunningJob> => {
    const { job, handle } = await up;
    try {
      for (const version of versionsAfter(db, runId, job.startedFromVersion)) await replay({ job, handle }, version);
    } catch (error) {
      await handle.stop();
      throw error;
    }
    return { job, handle };
  };

  const started = (): Start => {
    if (running === undefined) {
      const up = fromNewestCheckpoint({ db, runId, runDirectory, onPassedOver: options.onPassedOver }, launch);
      running = { up, current: catchUp(up) };
      // Who waits for it sees the failure; until then it must not end the process.
      running.up.catch(() => undefined);
      running.current.catch(() => undefined);
    }
    return running;
  };

  /** Does something with a trainer, again with a new one when it is lost. */
  const withTrainer = async <T>(
    work: (running: RunningJob) => Promise<T>,
    moment: keyof Start = "current",
  ): Promise<T> => {
    for (let losses = 0; ;) {
      const start = started();
      try {
        return await work(await start[moment]);
      } catch (error) {
        if (!isRlvrError(error) || error.code !== "trainer_lost") throw error;
        // Unless another call has started the next one.
        if (running === start) running = undefined;
        if (++losses >= MOST_LOSSES) throw givenUp(losses, error);
      }
    }
  };

  abandonJobs(db, runId, options.onState);
  if (isPresent(jobDirectory)) removeTemporaries(jobDirectory);
  return {
    ready: () => withTrainer(() => Promise.resolve(), "up"),
    train: (request) => withTrainer(async (trainer) => ({ ...(await trainWith(trainer, request)), job: trainer.job })),
    async save() {
      const newest = latestCheckpoint(db, runId);
      if (newest === undefined || newest.directory !== null) return;
      const { directory, sha256 } = await withTrainer(({ handle }) => handle.checkpoint(signal));
      moveCheckpoint(db, newest.id, { directory: relative(runDirectory, directory), sha256 });
    },
    restoreExport: () =>
      withTrainer(async ({ job, handle }) => {
        const newest = latestCheckpoint(db, runId);
        // The one that trained it again has written it.
        if (newest === undefined || newest.jobId === job.id) return;
        moveCheckpoint(db, newest.id, { exportDirectory: relative(runDirectory, await handle.export(signal)) });
      }),
    async close() {
      closing.abort();
      const up = await running?.up.catch(() => undefined);
      await up?.handle.stop();
      await running?.current.catch(() => undefined);
    },
  };
}

/** Deletes what a trainer wrote of a version. */
function removeAnswered({ checkpoint, exportDirectory }: TrainAnswer): void {
  for (const directory of [checkpoint?.directory, exportDirectory])
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
}

/** After a kill of the orchestrator its trainer is gone too (it watches its parent): note that. */
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

function otherVersion(found: number, { checkpoint }: TrainedVersion): RlvrError {
  return new RlvrError(
    "protocol_violation",
    `a batch trained again gave policy version ${found} instead of ${checkpoint.policyVersion}`,
    { advice: "Use a trainer that speaks trainer protocol 1." },
  );
}

function givenUp(losses: number, cause: unknown): RlvrError {
  return new RlvrError("trainer_failed", `the trainer was lost ${losses} times in a row: ${messageOf(cause)}`, {
    advice:
      'Look at the job\'s detail (rlvr sql "SELECT epoch, state, detail FROM trainer_jobs"); memory is the usual cause.',
    cause,
  });
}
