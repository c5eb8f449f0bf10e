import { createLogUpdate } from "log-update";
import { bar, duration } from "./run-view/format.ts";

const REDRAW_MS = 200;

/** Where long work stands. */
export interface WorkProgress {
  /** The part that is done, from 0 to 1. */
  readonly share: number;
  /** Numbers worth telling, such as `12,000 rows`. */
  readonly numbers: string;
}

/**
 * Shows on stderr how long work goes on, where that is a terminal; elsewhere nothing.
 * @param what the work is called, such as `importing`.
 * @returns what takes the line away again.
 */
export function showProgress(what: string, look: () => WorkProgress): () => void {
  if (!process.stderr.isTTY) return () => undefined;
  const log = createLogUpdate(process.stderr);
  const start = performance.now();
  const timer = setInterval(() => log(progressLine(what, look(), (performance.now() - start) / 1000)), REDRAW_MS);
  return () => {
    clearInterval(timer);
    log.clear();
    log.done();
  };
}

/** The line as text. Pure. */
export function progressLine(what: string, { share, numbers }: WorkProgress, seconds: number): string {
  const left = share > 0 ? `, about ${duration((seconds / share) * (1 - share))} to go` : "";
  return `${what}  ${bar(share, 30)} ${numbers}  ${duration(seconds)}${left}`;
}
