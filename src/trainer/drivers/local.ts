import { fork } from "node:child_process";
import { childEnvironment } from "../../core/secrets/child-environment.ts";
import { modulePath } from "../../core/package-files.ts";
import type { TrainerProcess } from "./driver.ts";
import { watchChild } from "./watch-child.ts";

/** Starts the embedded trainer as a child process, which ends when this process does, however this one ends. */
export function startLocalTrainer(epochDirectory: string): TrainerProcess {
  return watchChild(
    epochDirectory,
    (output) =>
      fork(modulePath("src/trainer/embedded/main"), [epochDirectory], {
        execArgv: [],
        env: childEnvironment("node"),
        stdio: ["ignore", output, output, "ipc"],
      }),
    (child) => child.kill("SIGKILL"),
  );
}
