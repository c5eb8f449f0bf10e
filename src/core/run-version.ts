import { RlvrError } from "./errors.ts";

/** A version of a run, as people name it. */
export interface RunVersion {
  readonly runId: number;
  /** After which step, 0 for the base; `best` of those on the disk; undefined is the newest. */
  readonly at: number | "best" | undefined;
}

const SHAPE = /^(\d{1,15})(?::(\d{1,15}|best))?$/;

/** Whether a text names a run or a version of one, rather than a file. */
export function isRunVersion(text: string): boolean {
  return SHAPE.test(text);
}

/** A version of a run as {@link readRunVersion} reads it. */
export function runVersionText({ runId, at }: RunVersion): string {
  return at === undefined ? String(runId) : `${runId}:${at}`;
}

/**
 * Reads `RUN`, `RUN:STEP` or `RUN:best`.
 * @throws RlvrError `bad_usage` when it has another form.
 */
export function readRunVersion(text: string): RunVersion {
  const [, run, at] = SHAPE.exec(text) ?? [];
  if (run === undefined) {
    throw new RlvrError("bad_usage", `${text.slice(0, 80)} names no version of a run`, {
      advice: "Write RUN for its newest version, RUN:STEP or RUN:best: 3, 3:120, 3:best. See: rlvr checkpoints RUN",
    });
  }
  return { runId: Number(run), at: at === undefined || at === "best" ? at : Number(at) };
}
