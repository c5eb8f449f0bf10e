/**
 * A driver starts the process of a trainer job somewhere and tells when it is gone. Everything else goes through the
 * job's directory.
 */
export type TrainerDriver = (epochDirectory: string) => TrainerProcess;

/** A started trainer. */
export interface TrainerProcess {
  /** Process id on this machine; undefined when it runs elsewhere. */
  readonly pid: number | undefined;
  /** Resolves, never rejects, once the process is gone: how it ended and the last lines that it printed. */
  readonly exited: Promise<string>;
  /** Ends the process at once. Resolves when it is gone. */
  kill(): Promise<void>;
}
