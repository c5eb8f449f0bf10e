/**
 * What the loop asks of a trainer, whatever process or cluster it runs on. Behind it lie the directory protocol and a
 * driver that starts and watches the process.
 */
export interface TrainerHandle {
  /** Process id on this machine; undefined when the trainer runs elsewhere. */
  readonly pid: number | undefined;
  /**
   * Trains on a written batch and waits for the answer: the new policy version with its checkpoint and export.
   * @throws RlvrError `trainer_lost` (retryable: start a new epoch and replay) when the process died or stopped
   * answering, `trainer_failed` when it answered with an error, `training_diverged` when the batch gave numbers that are
   * not finite, `bad_checkpoint` or `protocol_violation` when the batch is damaged or not for this policy (with these three
   * the weights are as before, or the trainer ends and is lost at the next request), `disk_full`, `interrupted` when the signal aborted (the
   * trainer may still be at work: `stop` it).
   */
  train(request: TrainRequest, signal?: AbortSignal): Promise<TrainAnswer>;
  /**
   * Has the current version's checkpoint written, where `train` gave none. Throws like `train`.
   */
  checkpoint(signal?: AbortSignal): Promise<SavedCheckpoint>;
  /** Has the current version's weights written for the policy server; gives the directory. Throws like `train`. */
  export(signal?: AbortSignal): Promise<string>;
  /** Asks the trainer to end and waits until its process is gone; kills it when it does not end in time. */
  stop(): Promise<void>;
}

/** Which batch to train on. Paths are absolute. */
export interface TrainRequest {
  readonly step: number;
  readonly batchDirectory: string;
}

/** A checkpoint (weights, optimiser state) on disk. */
export interface SavedCheckpoint {
  readonly directory: string;
  /** sha256 over the checkpoint's files, from its manifest. */
  readonly sha256: string;
}

/** What a trained batch gave. */
export interface TrainAnswer {
  readonly policyVersion: number;
  readonly parentVersion: number;
  /** The checkpoint after the batch; undefined where the trainer writes one every few versions only. */
  readonly checkpoint: SavedCheckpoint | undefined;
  /** Directory of the weights for the policy server. */
  readonly exportDirectory: string;
  /** Means over the batch's action tokens, such as `loss`, `gradient_norm`, `entropy`, `clip_fraction`, `tokens`, `seconds`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** File of what it computed of single tokens (protocol/token-stats.ts); undefined of a trainer that does not tell. */
  readonly tokenStats: { readonly path: string; readonly sha256: string } | undefined;
  /** What computed it: the trainer's name, and its versions by library. */
  readonly trainer: { readonly name: string; readonly versions: Readonly<Record<string, string>> };
}
