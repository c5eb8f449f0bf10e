import type { ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readIfPresent } from "../../core/files/files.ts";
import { epochPaths } from "../protocol/paths.ts";
import type { TrainerExit, TrainerProcess } from "./driver.ts";

const TAIL_CHARACTERS = 2000;

/**
 * Starts a child process whose output goes to the log of an epoch: a file rather than a pipe, so that what it printed
 * outlives both processes.
 * @param start given the file's descriptor.
 * @param end ends the child at once, with all that it started.
 */
export function watchChild(
  epochDirectory: string,
  start: (output: number) => ChildProcess,
  end: (child: ChildProcess) => void,
): TrainerProcess {
  const { log } = epochPaths(epochDirectory);
  const output = openSync(log, "a");
  const child = start(output);
  closeSync(output);
  const exited = new Promise<TrainerExit>((resolve) => {
    child.once("error", (error) => resolve({ how: error.message, isKilled: false, output: "" }));
    child.once("exit", (code, signal) => {
      // What it left behind.
      end(child);
      const printed = readIfPresent(log)?.toString("utf8").slice(-TAIL_CHARACTERS).trim() ?? "";
      resolve({ how: signal ?? `exit code ${code}`, isKilled: signal !== null, output: printed });
    });
  });
  return {
    pid: child.pid,
    exited,
    async kill() {
      if (child.exitCode === null && child.signalCode === null) end(child);
      await exited;
    },
  };
}
