import { Worker } from "node:worker_threads";
import { RlvrError } from "../../core/errors.ts";
import "../../core/process/no-telemetry.ts";
import { modulePath } from "../../core/package-files.ts";
import type { GradientReply, GradientWork, GradientWorkerData, PaddedMicrobatch } from "./gradient-protocol.ts";
import type { PolicyModel } from "./policy-model.ts";

/** What a list of microbatches gave. */
interface SummedGradient {
  /** Flat vector; valid until the next call. */
  readonly gradient: Float32Array;
  /** Metrics by name: sums over weighted tokens, except `ratio_max`, a maximum. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Threads that compute gradients of microbatches over weights that all of them share. */
export interface GradientWorkers {
  /** The flat parameter vector that the gradients are taken at. Change it only between calls of `sum`. */
  readonly params: Float32Array;
  /**
   * The sum of the microbatches' gradients. They are added in the order of the list whatever thread finishes first,
   * so the number of threads changes no bit of the result.
   * @param onProgress is told how many are done.
   */
  sum(microbatches: readonly PaddedMicrobatch[], onProgress: (done: number) => void): Promise<SummedGradient>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** Starts `count` threads and loads the gradient graph in each. */
export async function startGradientWorkers(model: PolicyModel, count: number): Promise<GradientWorkers> {
  const params = sharedVector(model.parameterCount);
  // Twice as many slots as threads, so that a thread need not wait for the one whose turn it is to be added.
  const slots = Array.from({ length: 2 * count }, () => sharedVector(model.parameterCount));
  const data: GradientWorkerData = { gradGraph: model.gradGraph, parameters: model.parameters, params, slots };
  const threads = await Promise.all(Array.from({ length: count }, () => startThread(data)));
  const gradient = new Float32Array(model.parameterCount);

  const sum: GradientWorkers["sum"] = async (microbatches, onProgress) => {
    gradient.fill(0);
    const totals = new Map<string, number>();
    const finished = new Map<number, Float32Array>();
    const progress = makeNotifier();
    let started = 0;
    let added = 0;
    const failures: unknown[] = [];

    const addFinished = (): void => {
      for (let metrics = finished.get(added); metrics !== undefined; metrics = finished.get(added)) {
        addTo(gradient, slots[added % slots.length]);
        addMetrics(totals, model.gradMetrics, metrics);
        finished.delete(added);
        added += 1;
        onProgress(added);
      }
    };
    const drive = async (compute: Compute): Promise<void> => {
      for (let index = started++; index < microbatches.length; index = started++) {
        // A slot is free again when the microbatch that had it has been added.
        while (index - added >= slots.length && failures.length === 0) await progress.wait();
        const microbatch = microbatches[index];
        if (failures.length > 0 || microbatch === undefined) return;
        finished.set(index, await compute({ slot: index % slots.length, microbatch }));
        addFinished();
        progress.notify();
      }
    };
    // Every thread is idle again when this returns, also after a failure.
    await Promise.all(
      threads.map((thread) =>
        drive(thread.compute).catch((cause: unknown) => {
          failures.push(cause);
          progress.notify();
        }),
      ),
    );
    if (failures.length > 0) throw failures[0];
    return { gradient, metrics: Object.fromEntries(totals) };
  };
  const close = async (): Promise<void> => {
    await Promise.all(threads.map((thread) => thread.close()));
  };
  return { params, sum, close };
}

type Compute = (work: GradientWork) => Promise<Float32Array>;

/** A thread that takes one piece of work at a time. */
async function startThread(data: GradientWorkerData): Promise<{ compute: Compute; close(): Promise<unknown> }> {
  const worker = new Worker(modulePath("src/trainer/embedded/gradient-worker"), { workerData: data });
  const next = (): Promise<GradientReply> =>
    new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        worker.off("message", onMessage).off("error", onError).off("exit", onExit);
        act();
      };
      const onMessage = (reply: GradientReply): void => settle(() => resolve(reply));
      const onError = (error: unknown): void => settle(() => reject(error));
      const onExit = (code: number): void => onError(new Error(`a gradient thread ended with code ${code}`));
      worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    });
  await next();
  const compute: Compute = async (work) => {
    const answer = next();
    worker.postMessage(work);
    const reply = await answer;
    if (reply.kind === "gradient") return reply.metrics;
    throw new RlvrError(
      "trainer_failed",
      `the gradient graph failed: ${reply.kind === "error" ? reply.message : reply.kind}`,
      {
        advice: "Check that the policy's graphs belong to its config.json.",
      },
    );
  };
  return { compute, close: () => worker.terminate() };
}

function sharedVector(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}

function addTo(target: Float32Array, values: Float32Array | undefined): void {
  if (values === undefined) return;
  for (let index = 0; index < target.length; index++) target[index] = (target[index] ?? 0) + (values[index] ?? 0);
}

function addMetrics(totals: Map<string, number>, names: readonly string[], values: Float32Array): void {
  for (const [index, name] of names.entries()) {
    const value = values[index] ?? 0;
    const before = totals.get(name) ?? 0;
    totals.set(name, name === "ratio_max" ? Math.max(before, value) : before + value);
  }
}

/** Wakes everyone who waits. */
function makeNotifier(): { wait(): Promise<void>; notify(): void } {
  let { promise, resolve } = Promise.withResolvers<void>();
  return {
    wait: () => promise,
    notify() {
      resolve();
      ({ promise, resolve } = Promise.withResolvers<void>());
    },
  };
}
