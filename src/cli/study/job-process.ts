import { fork } from "node:child_process";
import { createInterface } from "node:readline";
import { modulePath } from "../../core/package-files.ts";

const TAIL_LINES = 12;

/** How a process of a study's run ended. */
export interface JobEnd {
  /** Its exit code, or the signal that ended it, as text. */
  readonly how: string;
  /** The last lines that it wrote beside its events. */
  readonly stderr: string;
}

/**
 * Works on a run in a process of its own, which ends when this one does, however this one ends.
 * @param args of the command line, such as `run` and its options; with `--json`, each line is an event.
 * @param onEvent takes the events of the run as they come.
 * @param signal ends the run tidily when it aborts.
 */
export function workInProcess(
  args: readonly string[],
  onEvent: (event: Readonly<Record<string, unknown>>) => void,
  signal: AbortSignal,
): Promise<JobEnd> {
  const child = fork(modulePath("src/cli/study-job"), [...args], {
    execArgv: [],
    // A process group of its own: Ctrl-C is for the study, which passes it on.
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const end = (): boolean => child.kill("SIGTERM");
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();

  const tail: string[] = [];
  const keep = (line: string): void => {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
  };
  if (child.stdout)
    createInterface(child.stdout).on("line", (line) => {
      const event = eventIn(line);
      if (event === undefined) keep(line);
      else onEvent(event);
    });
  if (child.stderr) createInterface(child.stderr).on("line", keep);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, endedBy) => {
      signal.removeEventListener("abort", end);
      resolve({ how: endedBy ?? `exit code ${code}`, stderr: tail.join("\n") });
    });
  });
}

/** The event in a line, or undefined where something else was printed, such as by a native library. */
function eventIn(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
