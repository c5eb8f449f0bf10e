/**
 * A driver starts the process of a trainer job somewhere and tells when it is gone. Everything else goes through the
 * job's directory.
 */
export type TrainerDriver = (epochDirectory: string) => TrainerProcess;

/** How a trainer's process ended. */
export interface TrainerExit {
  /** Such as `exit code 1` or `SIGKILL`. */
  readonly how: string;
  /** Whether a signal ended it: the same start may go well the next time. */
  readonly isKilled: boolean;
  /** The last lines that it printed; empty without any. */
  readonly output: string;
}

/** A started trainer. */
export interface TrainerProcess {
  /** Process id on this machine; undefined when it runs elsewhere. */
  readonly pid: number | undefined;
  /** Resolves, never rejects, once the process is gone. */
  readonly exited: Promise<TrainerExit>;
  /** Ends the process at once. Resolves when it is gone. */
  kill(): Promise<void>;
}
