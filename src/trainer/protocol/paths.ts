import { dirname, join } from "node:path";

/** Numbers in names of the protocol: six digits, so that names sort. */
export function sixDigits(value: number): string {
  return String(value).padStart(6, "0");
}

/** Folder of a job's batches. */
export function batchesDirectory(jobDirectory: string): string {
  return join(jobDirectory, "batches");
}

/** Directory of the batch of a step. */
export function batchDirectory(jobDirectory: string, step: number): string {
  return join(batchesDirectory(jobDirectory), sixDigits(step));
}

/** Where everything of one attempt of a job lies. Only the current epoch's answers are read. */
export interface EpochPaths {
  readonly job: string;
  readonly root: string;
  readonly launch: string;
  readonly heartbeat: string;
  readonly control: string;
  readonly exports: string;
  readonly checkpoints: string;
  /** What was computed of single tokens, a file each version. */
  readonly tokenStats: string;
  /** What the process prints. */
  readonly log: string;
}

/** The paths of an epoch's directory. */
export function epochPaths(root: string): EpochPaths {
  return {
    job: dirname(root),
    root,
    launch: join(root, "launch.json"),
    heartbeat: join(root, "heartbeat.json"),
    control: join(root, "control"),
    exports: join(root, "exports"),
    checkpoints: join(root, "checkpoints"),
    tokenStats: join(root, "token-stats"),
    log: join(root, "trainer.log"),
  };
}

/** Directory of an epoch of a job, 1-based. */
export function epochDirectory(jobDirectory: string, epoch: number): string {
  return join(jobDirectory, `epoch-${epoch}`);
}

/** File of a request, by its sequence number in the epoch (1-based). */
export function requestPath(paths: EpochPaths, sequence: number): string {
  return join(paths.control, `${sixDigits(sequence)}.json`);
}

/** File of a request's answer. */
export function answerPath(paths: EpochPaths, sequence: number): string {
  return join(paths.control, `${sixDigits(sequence)}.answer.json`);
}

/** File of what was computed of the tokens of the batch that made a version. */
export function tokenStatsPath(paths: EpochPaths, policyVersion: number): string {
  return join(paths.tokenStats, `${sixDigits(policyVersion)}.safetensors`);
}
