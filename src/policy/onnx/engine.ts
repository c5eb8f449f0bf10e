import { availableParallelism, totalmem } from "node:os";
import { isRlvrError, RlvrError } from "../../core/errors.ts";
import { InferenceWorker, type WorkerHost } from "./inference-worker.ts";
import { readExport } from "./model-files.ts";
import type { Device, DEVICES } from "./open-session.ts";
import type { PolicyModel } from "./policy-model.ts";
import type { Generated, GenerateRequest, Progress } from "./worker-messages.ts";

/** Most completions that run at once in a worker. */
const MAX_ROWS = 256;
/** Requests that may be open at once; more are refused with 503. */
const MAX_REQUESTS = 8192;
/** Tokens that their prompts may have together, which are held until each has its turn. */
const MAX_PROMPT_TOKENS = 2 ** 25;

/** Part of the machine's memory for keys and values; a Hugging Face graph needs as much again to write them anew. */
const CACHE_PART = 1 / 8;

/** How an engine runs. */
export interface EngineOptions extends WorkerHost {
  readonly device: (typeof DEVICES)[number];
  /**
   * `deterministic`: one intra-op thread a worker and batches of two rows or more, so that a completion does not depend
   * on what else is running; with a Hugging Face graph it then depends on it by the rounding of its numbers only.
   * `fast`: the machine's other cores share in the workers' matrix products, bits may differ from batch to batch.
   * Default: deterministic, for Hugging Face graphs fast.
   */
  readonly mode: "deterministic" | "fast" | undefined;
  /**
   * Inference threads. Default: two, or one on a machine of one core, on a GPU, or for a Hugging Face graph, of which
   * every thread holds the weights.
   */
  readonly workers: number | undefined;
}

/** A result and the version of the weights that it was drawn under. */
export interface VersionedResult {
  readonly result: Generated;
  readonly policyVersion: number;
}

interface Waiting {
  readonly rows: number;
  readonly start: (worker: InferenceWorker) => void;
}

/** Hands requests to the inference threads and lets new weights in only when nothing runs under the old ones. */
export class Engine {
  readonly model: PolicyModel;
  /** Where it runs. */
  readonly device: Device;
  readonly #workers: readonly InferenceWorker[];
  readonly #waiting: Waiting[] = [];
  readonly #aborts = new Set<() => void>();
  #policyVersion: number;
  #isPaused = false;
  #isLoading = false;
  #running = 0;
  /** Of the prompts of all requests, waiting ones too. */
  #promptTokens = 0;
  #onIdle: (() => void)[] = [];
  #lastLoad: Promise<unknown> = Promise.resolve();

  private constructor(model: PolicyModel, device: Device, workers: readonly InferenceWorker[]) {
    this.model = model;
    this.device = device;
    this.#workers = workers;
    this.#policyVersion = model.policyVersion;
  }

  /** Starts the inference threads. Throws what opening the graph throws, of `auto` on the processor. */
  static async start(model: PolicyModel, options: EngineOptions): Promise<Engine> {
    if (options.device !== "auto") return Engine.#startOn(options.device, model, options);
    for (const device of ["cuda", "webgpu"] as const) {
      try {
        return await Engine.#startOn(device, model, options);
      } catch (error) {
        // There is no such device here, or it cannot take this graph.
        if (!isRlvrError(error) || error.code !== "policy_failed") throw error;
      }
    }
    return Engine.#startOn("cpu", model, options);
  }

  static async #startOn(device: Device, model: PolicyModel, options: EngineOptions): Promise<Engine> {
    const isOwn = model.layout === "rlvr";
    const isDeterministic = (options.mode ?? (isOwn ? "deterministic" : "fast")) === "deterministic";
    const count = options.workers ?? (device === "cpu" && isOwn ? Math.min(2, availableParallelism()) : 1);
    const threads = isDeterministic ? 1 : Math.max(1, Math.floor(availableParallelism() / count));
    const cacheBytes = (CACHE_PART * totalmem()) / count;
    const setup = { model, device, threads, maxRows: MAX_ROWS, minRows: isDeterministic ? 2 : 1, cacheBytes };
    const workers: InferenceWorker[] = [];
    // One after the other: opening a session is native code with state of its whole process.
    for (let index = 0; index < count; index++) workers.push(await InferenceWorker.start(setup, options));
    return new Engine(model, device, workers);
  }

  /** Version of the weights that are loaded. */
  get policyVersion(): number {
    return this.#policyVersion;
  }

  /** Whether new completions wait until {@link resume}. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Requests being worked on. */
  get running(): number {
    return this.#running;
  }

  /** Requests that wait for a worker, for new weights, or for the end of a pause. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Rejects when an inference thread dies. */
  get failed(): Promise<never> {
    const first = Promise.race(this.#workers.map((worker) => worker.failed));
    // Stopping the threads on purpose must not count as a rejection that nobody handled.
    first.catch(() => {});
    return first;
  }

  /**
   * Samples the completions of a request. When the signal aborts, they end with what they have.
   * @throws RlvrError `policy_failed`, retryable when the queue is full.
   */
  async generate(
    request: GenerateRequest,
    signal: AbortSignal,
    onProgress?: (progress: Progress) => void,
  ): Promise<VersionedResult> {
    const promptTokens = request.promptIds.length;
    if (this.#running + this.#waiting.length >= MAX_REQUESTS) throw busy(`${MAX_REQUESTS} requests`);
    if (this.#promptTokens + promptTokens > MAX_PROMPT_TOKENS) throw busy(`prompts of ${MAX_PROMPT_TOKENS} tokens`);
    this.#promptTokens += promptTokens;
    try {
      return await this.#generate(request, signal, onProgress);
    } finally {
      this.#promptTokens -= promptTokens;
    }
  }

  async #generate(
    request: GenerateRequest,
    signal: AbortSignal,
    onProgress: ((progress: Progress) => void) | undefined,
  ): Promise<VersionedResult> {
    const worker = await this.#turn(request.n, signal);
    if (worker === undefined) return { result: abortedResult(request), policyVersion: this.#policyVersion };
    const policyVersion = this.#policyVersion;
    const { result, abort } = worker.generate(request, onProgress);
    this.#aborts.add(abort);
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    try {
      return { result: await result, policyVersion };
    } finally {
      signal.removeEventListener("abort", abort);
      this.#aborts.delete(abort);
      this.#running--;
      this.#dispatch();
      if (this.#running === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
    }
  }

  /** Keeps new completions waiting. `abort` ends the running ones with what they have, `wait` lets them end. */
  async pause(mode: "abort" | "wait"): Promise<void> {
    this.#isPaused = true;
    if (mode === "abort") for (const abort of this.#aborts) abort();
    await this.#idle();
  }

  /** Lets waiting completions run. */
  resume(): void {
    this.#isPaused = false;
    this.#dispatch();
  }

  /**
   * Serves the weights of an export directory: running completions end under the old ones, waiting ones start under the new.
   * @throws RlvrError `bad_checkpoint` when the export does not fit, or the model's graph holds its weights; the old
   * weights stay.
   */
  async loadExport(directory: string, policyVersion: number): Promise<void> {
    const load = this.#lastLoad.then(() => this.#load(directory, policyVersion));
    this.#lastLoad = load.catch(() => {});
    await load;
  }

  /** Ends the inference threads. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop()));
  }

  async #load(directory: string, policyVersion: number): Promise<void> {
    const { model } = this;
    if (model.layout !== "rlvr") {
      throw new RlvrError(
        "bad_checkpoint",
        `${model.name} is an ONNX graph with its weights inside: no others can be loaded`,
        {
          advice:
            "Serve the model with vLLM to train it; or export the new weights to ONNX and start the server on them.",
        },
      );
    }
    const loaded = readExport(directory, model.parameters);
    if (loaded.policyVersion !== policyVersion) {
      throw new RlvrError(
        "bad_checkpoint",
        `${directory} holds policy version ${loaded.policyVersion}, not ${policyVersion}`,
        { advice: "Give the directory of the version that was asked for." },
      );
    }
    this.#isLoading = true;
    try {
      await this.#idle();
      new Float32Array(model.weights).set(loaded.values);
      this.#policyVersion = policyVersion;
      for (const worker of this.#workers) worker.weightsChanged();
    } finally {
      this.#isLoading = false;
      this.#dispatch();
    }
  }

  #idle(): Promise<void> {
    return this.#running === 0 ? Promise.resolve() : new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /** Waits, first come first served, for a worker with room; undefined when the signal aborts before. */
  #turn(rows: number, signal: AbortSignal): Promise<InferenceWorker | undefined> {
    return new Promise((resolve) => {
      const entry: Waiting = {
        rows,
        start: (worker) => {
          signal.removeEventListener("abort", leave);
          resolve(worker);
        },
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        resolve(undefined);
      };
      if (signal.aborted) return resolve(undefined);
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(entry);
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#waiting.length > 0 && !this.#isPaused && !this.#isLoading) {
      const worker = this.#workers.reduce((least, other) => (other.rows < least.rows ? other : least));
      // Some more than fit into the batch, so that a worker does not run dry while the next request is on its way.
      if (worker.rows >= 2 * MAX_ROWS) return;
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#running++;
      worker.rows += next.rows;
      next.start(worker);
    }
  }
}

function busy(what: string): RlvrError {
  return new RlvrError("policy_failed", `the server already has ${what}`, {
    advice: "Wait, then send it again.",
    retryable: true,
  });
}

function abortedResult({ n }: GenerateRequest): Generated {
  return {
    tokens: new Int32Array(0),
    logprobs: new Float64Array(0),
    counts: new Int32Array(n),
    stride: 0,
    reasons: new Array<"abort">(n).fill("abort"),
    promptScores: undefined,
  };
}
