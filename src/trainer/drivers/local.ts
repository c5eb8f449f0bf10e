import { fork } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readIfPresent } from "../../core/files.ts";
import { modulePath } from "../../core/package-files.ts";
import { epochPaths } from "../protocol/paths.ts";
import type { TrainerProcess } from "./driver.ts";

const TAIL_CHARACTERS = 2000;

/** Starts the embedded trainer as a child process, which ends when this process does, however this one ends. */
export function startLocalTrainer(epochDirectory: string): TrainerProcess {
  const { log } = epochPaths(epochDirectory);
  // A file rather than a pipe: what it printed outlives both processes.
  const output = openSync(log, "a");
  const child = fork(modulePath("src/trainer/embedded/main"), [epochDirectory], {
    execArgv: [],
    stdio: ["ignore", output, output, "ipc"],
  });
  closeSync(output);
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => {
      const how = signal === null ? `exit code ${code}` : signal;
      const tail = readIfPresent(log)?.toString("utf8").slice(-TAIL_CHARACTERS).trim() ?? "";
      resolve(tail === "" ? how : `${how}; it printed:\n${tail}`);
    });
  });
  return {
    pid: child.pid,
    exited,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
