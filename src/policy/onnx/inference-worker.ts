import { Worker } from "node:worker_threads";
import { RlvrError, messageOf } from "../../core/errors.ts";
import "../../core/process/no-telemetry.ts";
import { modulePath } from "../../core/package-files.ts";
import { plainError, revivedError } from "../../core/texts/plain-error.ts";
import type {
  Decoding,
  FromWorker,
  Generated,
  GenerateRequest,
  Progress,
  StepCounts,
  ToWorker,
  WorkerSetup,
} from "./worker-messages.ts";

interface Pending {
  readonly rows: number;
  readonly resolve: (result: Generated) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** What an inference thread needs of the HTTP thread. */
export interface WorkerHost {
  /** Called with what it has done, now and then. */
  readonly onSteps: (steps: StepCounts) => void;
  /** The text of each list of ids, for stop strings. */
  readonly decode: (decoding: Decoding) => Promise<readonly string[]>;
}

/** One inference thread, seen from the HTTP thread. */
export class InferenceWorker {
  /** Completions handed to it that have not ended. */
  rows = 0;
  /** Rejects when the thread dies, which it never should. */
  readonly failed: Promise<never>;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #host: WorkerHost;
  #nextId = 0;

  private constructor(worker: Worker, host: WorkerHost) {
    this.#worker = worker;
    this.#host = host;
    this.failed = new Promise((_, reject) => {
      worker.on("error", (error) => reject(workerDied(messageOf(error), error)));
      worker.on("exit", (code) => reject(workerDied(`exit code ${code}`)));
    });
    this.failed.catch(() => {});
    worker.on("message", (message: FromWorker) => this.#receive(message));
  }

  /** Starts a thread and waits until its graph is open. Throws what opening it throws. */
  static async start(setup: WorkerSetup, host: WorkerHost): Promise<InferenceWorker> {
    const worker = new Worker(modulePath("src/policy/onnx/worker"), { workerData: setup });
    const started = new InferenceWorker(worker, host);
    const first = new Promise<FromWorker>((resolve) => worker.once("message", resolve));
    const answer = await Promise.race([first, started.failed]);
    if (answer.kind !== "refused") return started;
    await started.stop();
    throw revivedError(answer.error);
  }

  /** Samples completions, which the caller has added to {@link rows}. `abort` ends them with what they have. */
  generate(
    request: GenerateRequest,
    onProgress: ((progress: Progress) => void) | undefined,
  ): { readonly result: Promise<Generated>; readonly abort: () => void } {
    const id = this.#nextId++;
    const result = new Promise<Generated>((resolve, reject) => {
      this.#pending.set(id, { rows: request.n, resolve, reject, onProgress });
      this.#post({ kind: "generate", id, request });
    });
    return { result, abort: () => this.#post({ kind: "abort", id }) };
  }

  /** Tells the thread that the shared weights are others now. */
  weightsChanged(): void {
    this.#post({ kind: "weights-changed" });
  }

  /** Ends the thread. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    if (message.kind === "ready" || message.kind === "refused") return;
    if (message.kind === "steps") return this.#host.onSteps(message.steps);
    if (message.kind === "decode") return void this.#decode(message);
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    if (message.kind === "progress") return pending.onProgress?.(message.progress);
    this.#pending.delete(message.id);
    this.rows -= pending.rows;
    if (message.kind === "done") pending.resolve(message.result);
    else pending.reject(revivedError(message.error));
  }

  async #decode({ id, lists, skipSpecialTokens }: Extract<FromWorker, { kind: "decode" }>): Promise<void> {
    try {
      this.#post({ kind: "decoded", id, texts: await this.#host.decode({ lists, skipSpecialTokens }) });
    } catch (error) {
      this.#post({ kind: "not-decoded", id, error: plainError(error as RlvrError) });
    }
  }
}

function workerDied(why: string, cause?: unknown): RlvrError {
  return new RlvrError("policy_failed", `an inference thread ended: ${why}`, {
    advice: "The rest of the message says what it ran into; start the server again.",
    cause,
  });
}
