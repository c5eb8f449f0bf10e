import { spawn } from "node:child_process";
import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { childEnvironment } from "../core/secrets/child-environment.ts";
import { RlvrError } from "../core/errors.ts";
import { packagePath } from "../core/package-files.ts";
import { withoutClientKeys } from "./client-keys.ts";
import type { ScalarPoint } from "./scalars.ts";

/** Trackers that are fed through their own Python clients. */
export type TrackerName = "wandb" | "trackio";

/** What a tracker is told of a run before its numbers. */
export interface TrackerHead {
  readonly project: string;
  readonly name: string;
  /** What it shows as the run's configuration. */
  readonly config: unknown;
}

const answerSchema = z.object({ version: z.string(), where: z.string() });

/** How a tracker's client answered: its version, and where the run is to be seen. */
export type TrackerAnswer = z.infer<typeof answerSchema>;

/** Exit code of python/rlvr_export where the client's package is missing. */
const MISSING_PACKAGE = 3;
/** Characters kept of the last that the client told. */
const KEPT = 4000;

/** How a tracker's client is started. */
export interface TrackerClient {
  readonly tracker: TrackerName;
  /** An interpreter that has the tracker's package. */
  readonly python: string;
  /** The folder it runs in: clients that work offline write there. */
  readonly folder: string;
}

/**
 * Logs a run's numbers to a tracker by python/rlvr_export. What the client needs, such as a key, it takes from this
 * process's environment or its own login; nothing of that is read or kept here, nor shown where the client repeats it.
 * @param onPoint is told after each point; what it throws ends the logging, and the run there is marked as failed.
 * @throws RlvrError `missing_file` without the interpreter or the package, `export_failed` when the client gives up.
 */
export async function logToTracker(
  { tracker, python, folder }: TrackerClient,
  head: TrackerHead,
  points: Iterable<ScalarPoint>,
  onPoint: (point: ScalarPoint) => void,
): Promise<TrackerAnswer> {
  const env = childEnvironment("tracker");
  const child = spawn(python, [packagePath("python/rlvr_export"), tracker], { cwd: folder, stdio: "pipe", env });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(-KEPT)));
  const ended = once(child, "close").then(
    () => undefined,
    (error: Error) => error,
  );
  let stopped: unknown;
  function* lines(): Generator<string> {
    yield `${JSON.stringify(head)}\n`;
    for (const point of points) {
      yield `${JSON.stringify(point)}\n`;
      try {
        onPoint(point);
      } catch (error) {
        stopped = error;
        throw error;
      }
    }
    yield `${JSON.stringify({ end: true })}\n`;
  }
  const unsent = await pipeline(lines, child.stdin).catch((error: unknown) => error);
  const failure = await ended;
  if (stopped !== undefined) throw stopped;
  if (failure !== undefined) throw noPython(python, tracker, failure);
  if (child.exitCode === MISSING_PACKAGE) throw noPackage(python, tracker);
  if (child.exitCode !== 0 || unsent !== undefined) throw gaveUp(tracker, withoutClientKeys(stderr), unsent);
  return answerSchema.parse(JSON.parse(stdout));
}

function noPython(python: string, tracker: TrackerName, cause: Error): RlvrError {
  return new RlvrError("missing_file", `cannot start ${python}: ${cause.message}`, {
    advice: `Name a Python that has the package ${tracker} with --python PATH.`,
    cause,
  });
}

function noPackage(python: string, tracker: TrackerName): RlvrError {
  return new RlvrError("missing_file", `${python} has no package ${tracker}`, {
    advice: `Make an environment for it (python3 -m venv trackers && trackers/bin/pip install ${tracker}) and add --python trackers/bin/python.`,
  });
}

function gaveUp(tracker: TrackerName, told: string, cause: unknown): RlvrError {
  return new RlvrError("export_failed", `${tracker} gave up: ${told.trim().split("\n").slice(-8).join("\n")}`, {
    advice: "Put right what its client says above; docs/exports.md tells of keys and of use without a network.",
    retryable: true,
    cause,
  });
}
