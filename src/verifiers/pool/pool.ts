import { availableParallelism } from "node:os";
import PQueue from "p-queue";
import workerpool from "workerpool";
import { checkOptions } from "../../core/check-options.ts";
import { RlvrError } from "../../core/errors.ts";
import { modulePath } from "../../core/package-files.ts";
import { timeoutJudgement } from "./judge-response.ts";
import { loadVerifier } from "../load-verifier.ts";
import type { Verdict } from "../verdict.ts";
import { runWorkerCall, type CallOutcome } from "./worker-call.ts";
import type { Judgement, VerifierItem } from "./worker-protocol.ts";

/** Heap of a worker in MiB; beyond it the process dies and its item is an `error`. Memory outside the heap is not capped. */
const WORKER_HEAP_MB = 512;
/** How long a worker may take to end by itself once it is told to. */
const TERMINATE_MS = 200;

/** Responses to one problem, or any others, that one verifier judges. */
export interface VerifierGroupCall {
  /** Name of the verifier, or the absolute path of its module. */
  readonly verifier: string;
  /** Options as the recipe gives them. Default: none. */
  readonly options?: unknown;
  readonly items: readonly VerifierItem[];
  /** Milliseconds that each item may run. Time in the queue and of loading the verifier does not count. */
  readonly deadlineMs: number;
}

/** Worker processes that judge responses. */
export interface VerifierPool {
  /**
   * Judges the items one after the other in a worker, and gives their verdicts in order. An item that throws or takes its
   * process down is an `error`, one that runs past the deadline a `timeout`; the others keep their verdicts.
   * @throws RlvrError `unknown_name` or `bad_recipe` when there is no such verifier or its options are wrong,
   * `verifier_failed` when it does not load or no worker comes up; the signal's reason when that is aborted.
   */
  verifyGroup(call: VerifierGroupCall, signal?: AbortSignal): Promise<Verdict[]>;
  /** Ends all workers, also busy ones, and waits until they are gone. Calls under way are rejected. */
  close(): Promise<void>;
}

/**
 * Starts a pool; its processes start when there is work.
 * @param options `workers`: most processes at once. Default: one a core but one, at least 2 (so that one slow verifier
 * does not hold up everything) and at most 8.
 */
export function createVerifierPool({ workers = defaultWorkers() }: { readonly workers?: number } = {}): VerifierPool {
  const pool = workerpool.pool(modulePath("src/verifiers/pool/worker"), {
    workerType: "process",
    maxWorkers: workers,
    workerTerminateTimeout: TERMINATE_MS,
    // Pipes their output to us, where it is dropped: stdout belongs to the orchestrator's own.
    emitStdStreams: true,
    forkOpts: { execArgv: [`--max-old-space-size=${WORKER_HEAP_MB}`] },
  });
  // Calls wait here rather than in workerpool: it does not go on with its own queue after a worker died.
  const queue = new PQueue({ concurrency: workers });
  const closing = new AbortController();

  async function judge(call: VerifierGroupCall, done: number, signal: AbortSignal): Promise<Verdict[]> {
    const submitted = performance.now();
    const rest = { ...call, options: call.options ?? {}, items: call.items.slice(done) };
    // A worker that died while idle is found out by its next call: each such call rids the pool of one.
    for (let attempt = 0; attempt <= workers; attempt++) {
      const outcome = await queue.add(() => runWorkerCall(pool, rest, signal), { signal });
      if (outcome.started === undefined) continue;
      const queueMs = outcome.started - submitted;
      return judgementsOf(outcome, call.deadlineMs).map((judgement) => ({ ...judgement, queueMs }));
    }
    throw new RlvrError("verifier_failed", "no verifier worker came up", {
      advice: "Look whether the machine has memory and processes to spare, then try again.",
      retryable: true,
    });
  }

  return {
    async verifyGroup(call, signal) {
      const verifier = await loadVerifier(call.verifier);
      checkOptions(verifier.options, call.options ?? {}, `verifier "${call.verifier}"`);
      const either = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
      const verdicts: Verdict[] = [];
      while (verdicts.length < call.items.length) verdicts.push(...(await judge(call, verdicts.length, either)));
      return verdicts;
    },
    async close() {
      closing.abort(
        new RlvrError("interrupted", "the verifier pool was closed", { advice: "Verify again with a new pool." }),
      );
      await queue.onIdle();
      await pool.terminate(true, 10 * TERMINATE_MS).catch((error: unknown) => {
        // Workerpool waits in vain for the end of a worker that died while idle. All others are gone by then.
        if (!(error instanceof workerpool.Promise.TimeoutError)) throw error;
      });
    },
  };
}

/**
 * The judgements that a worker's call settles: at least one. Of a call that broke off, its first open item is to blame
 * for a missed deadline. For a death only when it was the first of the call: what an item before it left behind, or a
 * verdict lost in the pipe, may have been the cause otherwise, so it is tried again at the head of a new call.
 */
function judgementsOf({ judgements, end }: CallOutcome, deadlineMs: number): readonly Judgement[] {
  switch (end.kind) {
    case "complete":
      return judgements;
    case "timeout":
      return [...judgements, timeoutJudgement(deadlineMs, end.runMs)];
    case "died":
      return judgements.length > 0 ? judgements : [{ status: "error", error: end.error, runMs: end.runMs }];
  }
}

function defaultWorkers(): number {
  return Math.min(8, Math.max(2, availableParallelism() - 1));
}
