import { mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { diskFullAt } from "../core/files/disk-full.ts";
import { isRlvrError, messageOf, RlvrError } from "../core/errors.ts";
import { isPresent, removeTemporaries, writeFileAtomic } from "../core/files/files.ts";
import type { TrainerDriver, TrainerExit, TrainerProcess } from "./drivers/driver.ts";
import { startLocalTrainer } from "./drivers/local.ts";
import { firstPulse, judgePulse, nextPulse } from "./heartbeat-judge.ts";
import { assertTransition, isOver, type JobState } from "./job-states.ts";
import { decodeJson, encodeJson, readProtocolFile } from "./protocol/json.ts";
import { answerPath, epochDirectory, epochPaths, requestPath, type EpochPaths } from "./protocol/paths.ts";
import {
  controlAnswer,
  controlRequest,
  heartbeat,
  launch,
  PROTOCOL_VERSION,
  type ControlAnswer,
  type ControlRequest,
  type Heartbeat,
  type TorchSettings,
  type TrainerSettings,
} from "./protocol/schemas.ts";
import { waitForFile } from "./protocol/wait-for-file.ts";
import type { SavedCheckpoint, TrainAnswer, TrainerHandle, TrainRequest } from "./trainer-handle.ts";

const STOP_SECONDS = 10;
const HEARTBEAT_LOOK_MS = 1000;
const READY_LOOK_MS = 10;

/** Where a trainer begins: the policy directory's own weights, or a checkpoint (an absolute path). */
type StartFrom =
  | { readonly kind: "base" }
  | { readonly kind: "checkpoint"; readonly directory: string; readonly policyVersion: number };

/** What {@link startTrainer} starts. Paths are absolute. */
export interface StartTrainerInput {
  readonly jobDirectory: string;
  /** Attempt of the job, from 1; each needs a new number. */
  readonly epoch: number;
  readonly policyDirectory: string;
  /** File of the base's weights in place of the policy's own. */
  readonly baseWeights?: string | undefined;
  readonly startFrom: StartFrom;
  /** Of the embedded trainer. */
  readonly settings?: Partial<TrainerSettings>;
  /** Of the PyTorch trainer; with a driver that starts it. */
  readonly torch?: TorchSettings | undefined;
  /** Told each state of the job that follows `queued`. */
  readonly onState?: (state: JobState, detail: string) => void;
  /** Aborts the start; a trainer that is ready is ended by `stop`. */
  readonly signal?: AbortSignal;
  /** Default: the embedded trainer as a child process of this one. */
  readonly driver?: TrainerDriver;
}

/**
 * Starts an epoch of a trainer job and waits until it is ready.
 * @throws RlvrError `bad_usage` when the epoch exists already, `missing_file` or `bad_checkpoint` when its policy or
 * starting point is not usable, `trainer_failed` with the end of its log when it ended before it was ready, `trainer_lost`
 * (retryable) when it was killed, `interrupted` when the signal aborted.
 */
export async function startTrainer(input: StartTrainerInput): Promise<TrainerHandle> {
  const paths = epochPaths(epochDirectory(input.jobDirectory, input.epoch));
  if (isPresent(paths.launch)) {
    throw new RlvrError(
      "bad_usage",
      `epoch ${input.epoch} of the trainer job in ${input.jobDirectory} exists already`,
      {
        advice: "Each attempt needs an epoch of its own: take the next number.",
      },
    );
  }
  mkdirSync(paths.control, { recursive: true });
  removeTemporaries(input.jobDirectory);
  const from = input.startFrom;
  writeFileAtomic(
    paths.launch,
    encodeJson(launch, {
      protocol: PROTOCOL_VERSION,
      epoch: input.epoch,
      policy_directory: input.policyDirectory,
      base_weights: input.baseWeights ?? null,
      start_from:
        from.kind === "base"
          ? from
          : { kind: from.kind, directory: from.directory, policy_version: from.policyVersion },
      settings: input.settings ?? {},
      torch: input.torch ?? null,
    }),
  );
  const job = new TrainerJob(paths, input.torch !== undefined, input.onState ?? (() => undefined));
  await job.start(input.driver ?? startLocalTrainer, input.signal);
  return job;
}

/** One epoch of a trainer job: a process, watched, and the requests to it. */
class TrainerJob implements TrainerHandle {
  readonly #paths: EpochPaths;
  readonly #isTorch: boolean;
  readonly #onState: (state: JobState, detail: string) => void;
  /** Aborted with the error that every request rejects with, once the process is gone or silent. */
  readonly #ended = new AbortController();
  #state: JobState = "queued";
  #wasReady = false;
  #process: TrainerProcess | undefined;
  #sequence = 0;
  #watch: NodeJS.Timeout | undefined;

  constructor(paths: EpochPaths, isTorch: boolean, onState: (state: JobState, detail: string) => void) {
    this.#paths = paths;
    this.#isTorch = isTorch;
    this.#onState = onState;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async start(driver: TrainerDriver, signal: AbortSignal | undefined): Promise<void> {
    const process = driver(this.#paths.root);
    this.#process = process;
    this.#go("submitted", `process ${process.pid ?? "elsewhere"}`);
    this.#go("running", "loading");
    void process.exited.then((exit) => this.#end(this.#exitError(exit)));
    this.#watchHeartbeat();
    while (this.#readHeartbeat()?.phase !== "idle") {
      if (signal?.aborted) {
        this.#go("cancelled", "the start was aborted");
        await process.kill();
        throw interrupted();
      }
      await sleep(READY_LOOK_MS);
      this.#ended.signal.throwIfAborted();
    }
    this.#wasReady = true;
    this.#go("idle", "ready");
  }

  async train(request: TrainRequest, signal?: AbortSignal): Promise<TrainAnswer> {
    const batch = relative(this.#paths.job, request.batchDirectory);
    const answer = await this.#ask({ kind: "train", batch }, `step ${request.step}`, signal);
    if (answer.parent_version === undefined || !answer.export || !answer.metrics) throw lacks("an export or metrics");
    return {
      policyVersion: answer.policy_version,
      parentVersion: answer.parent_version,
      checkpoint: this.#saved(answer.checkpoint),
      exportDirectory: join(this.#paths.root, answer.export.directory),
      metrics: answer.metrics,
      tokenStats: answer.token_stats && {
        path: join(this.#paths.root, answer.token_stats.file),
        sha256: answer.token_stats.sha256,
      },
      trainer: answer.trainer,
    };
  }

  async checkpoint(signal?: AbortSignal): Promise<SavedCheckpoint> {
    const answer = await this.#ask({ kind: "checkpoint" }, "a checkpoint", signal);
    const saved = this.#saved(answer.checkpoint);
    if (saved === undefined) throw lacks("a checkpoint");
    return saved;
  }

  async export(signal?: AbortSignal): Promise<string> {
    const answer = await this.#ask({ kind: "export" }, "an export", signal);
    if (answer.export === undefined) throw lacks("an export");
    return join(this.#paths.root, answer.export.directory);
  }

  async stop(): Promise<void> {
    const process = this.#process;
    if (process === undefined || isOver(this.#state)) return process?.exited.then(() => undefined);
    const idle = this.#state === "idle";
    this.#goOver(idle ? "succeeded" : "cancelled", "asked to stop");
    clearInterval(this.#watch);
    // A trainer that is still at work would first finish: nothing of it is wanted any more.
    if (idle) this.#send({ kind: "stop" });
    else this.#ended.abort(interrupted());
    const timer = setTimeout(() => void process.kill(), idle ? STOP_SECONDS * 1000 : 0);
    await process.exited;
    clearTimeout(timer);
  }

  /** Sends a request and waits for its answer. Requests are made one after the other. */
  async #ask(
    request: ControlRequest,
    detail: string,
    signal: AbortSignal | undefined,
  ): Promise<Extract<ControlAnswer, { ok: true }>> {
    this.#ended.signal.throwIfAborted();
    if (signal?.aborted) throw interrupted();
    this.#go("running", detail);
    const sequence = this.#send(request);
    const path = answerPath(this.#paths, sequence);
    const until = signal === undefined ? this.#ended.signal : AbortSignal.any([this.#ended.signal, signal]);
    // An answer that was written before the process died counts.
    const text = await waitForFile(path, until);
    const answer =
      text === undefined
        ? readProtocolFile(controlAnswer, path)
        : decodeJson(controlAnswer, text.toString("utf8"), path);
    if (answer === undefined) {
      this.#ended.signal.throwIfAborted();
      throw interrupted();
    }
    if (!isOver(this.#state)) this.#go("idle", detail);
    if (answer.ok) return answer;
    const { code, message, advice } = answer.error;
    throw new RlvrError(code, message, { advice });
  }

  #saved(told: SavedCheckpoint | undefined): SavedCheckpoint | undefined {
    return told && { directory: join(this.#paths.root, told.directory), sha256: told.sha256 };
  }

  #send(request: ControlRequest): number {
    this.#sequence += 1;
    writeFileAtomic(requestPath(this.#paths, this.#sequence), encodeJson(controlRequest, request));
    return this.#sequence;
  }

  #watchHeartbeat(): void {
    let pulse = firstPulse(performance.now() / 1000);
    this.#watch = setInterval(() => {
      const now = performance.now() / 1000;
      pulse = nextPulse(pulse, this.#readHeartbeat(), now);
      const silent = judgePulse(pulse, now);
      if (silent !== undefined) this.#end(lost(silent));
    }, HEARTBEAT_LOOK_MS);
    this.#watch.unref();
  }

  /** The heartbeat, if there is one. One that cannot be read ends the job. */
  #readHeartbeat(): Heartbeat | undefined {
    try {
      return readProtocolFile(heartbeat, this.#paths.heartbeat);
    } catch (error) {
      this.#end(isRlvrError(error) ? error : lost(messageOf(error)));
      return undefined;
    }
  }

  /** What to say about a process that is gone: its own words when it could not start, else how it ended. */
  #exitError(exit: TrainerExit): RlvrError {
    const told = this.#readHeartbeat()?.error;
    if (told !== undefined && told.code !== "trainer_failed")
      return new RlvrError(told.code, told.message, { advice: told.advice });
    // Such a disk took neither its last words nor what it printed.
    const full = exit.isKilled
      ? undefined
      : diskFullAt(this.#paths.root, "Free some space, then go on with: rlvr resume");
    if (full !== undefined) return full;
    if (!this.#wasReady && !exit.isKilled) return this.#notStarted(told?.message ?? exit.how, exit.output);
    return lost(exit.output === "" ? exit.how : `${exit.how}; it printed:\n${exit.output}`);
  }

  /** A start that would end in the same way again. */
  #notStarted(why: string, output: string): RlvrError {
    const { log } = this.#paths;
    const told = output === "" ? `it printed nothing into ${log}` : `the end of ${log}:\n${output}`;
    return new RlvrError("trainer_failed", `the trainer ended before it was ready: ${why}; ${told}`, {
      advice: this.#isTorch
        ? "Check its environment, and repair it, with: rlvr trainer setup"
        : "See what this machine lacks with: rlvr doctor",
    });
  }

  /** Nothing more is to be had of the process: every request that waits rejects with this error. */
  #end(error: RlvrError): void {
    clearInterval(this.#watch);
    if (!isOver(this.#state)) this.#goOver(error.retryable ? "lost" : "failed", error.message);
    this.#ended.abort(error);
    void this.#process?.kill();
  }

  /** Changes the state. Where that cannot be written down, such as on a full disk, the process is ended. Throws why. */
  #go(state: JobState, detail: string): void {
    assertTransition(this.#state, state);
    this.#state = state;
    try {
      this.#onState(state, detail);
    } catch (error) {
      this.#ended.abort(error);
      void this.#process?.kill();
      throw error;
    }
  }

  /** The same for the last state. What keeps it from being written down is what the next request rejects with. */
  #goOver(state: JobState, detail: string): void {
    try {
      this.#go(state, detail);
    } catch (error) {
      if (this.#ended.signal.reason !== error) throw error;
    }
  }
}

function lacks(what: string): RlvrError {
  return new RlvrError("protocol_violation", `the trainer's answer lacks ${what}`, {
    advice: "Use a trainer that speaks trainer protocol 1.",
  });
}

function lost(how: string): RlvrError {
  return new RlvrError("trainer_lost", `the trainer is gone: ${how}`, {
    advice: "Start the next epoch from the last checkpoint and replay the batches since; a resumed run does so itself.",
    retryable: true,
  });
}

function interrupted(): RlvrError {
  return new RlvrError("interrupted", "waiting for the trainer was interrupted", {
    advice: "Resume the run to go on.",
  });
}
