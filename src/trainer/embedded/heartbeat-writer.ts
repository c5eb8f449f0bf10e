import { writeFileAtomic } from "../../core/files/files.ts";
import { encodeJson } from "../protocol/json.ts";
import { heartbeat, type HeartbeatPhase, type WireError } from "../protocol/schemas.ts";

const INTERVAL_MS = 1000;

/** Keeps heartbeat.json up to date. */
export interface HeartbeatWriter {
  /** What is being done, and how much of it, 0 to 1. Written at the next beat, or now when `now` is set. */
  report(phase: HeartbeatPhase, policyVersion: number, progress?: number, now?: boolean): void;
  /** Writes that the trainer could not start, and why. */
  fail(error: WireError): void;
}

/**
 * Starts a beat a second. The counter rises with each report, and with each beat while idle: a trainer whose work
 * makes no progress shows it.
 */
export function startHeartbeat(path: string): HeartbeatWriter {
  let state = { counter: 0, phase: "starting" as HeartbeatPhase, progress: { "0": 0 }, policy_version: 0 };
  let written = -1;
  const write = (error?: WireError): void => {
    written = state.counter;
    writeFileAtomic(path, encodeJson(heartbeat, error === undefined ? state : { ...state, error }));
  };
  const timer = setInterval(() => {
    if (state.phase === "idle") state.counter += 1;
    if (state.counter !== written) write();
  }, INTERVAL_MS);
  // The control loop keeps the process alive, not its heartbeat.
  timer.unref();
  return {
    report(phase, policyVersion, progress = 0, now = false) {
      state = { counter: state.counter + 1, phase, progress: { "0": progress }, policy_version: policyVersion };
      if (now) write();
    },
    fail(error) {
      clearInterval(timer);
      state = { ...state, counter: state.counter + 1, phase: "failed" };
      write(error);
    },
  };
}
