import { availableParallelism } from "node:os";
import PQueue from "p-queue";
import { RlvrError } from "../../core/errors.ts";
import { referredText } from "../generators/generator-reference.ts";
import { BUILT_IN } from "../library/built-in.ts";
import { openVerifier } from "../open-verifier.ts";
import type { Verdict } from "../verdict.ts";
import { timeoutJudgement } from "./judge-response.ts";
import { isWorthRetrying, waitBeforeRetry } from "./retry-policy.ts";
import { runWorkerCall, type CallOutcome } from "./worker-call.ts";
import type { Judgement, VerifierDescription, VerifierItem, VerifierReference, WorkerCall } from "./worker-protocol.ts";
import { createWorkerSets } from "./worker-sets.ts";

/** MiB of memory that a worker may take, unless a call says otherwise. */
const MEMORY_MB = 1024;

/** Responses to one problem, or any others, that one verifier judges. */
export interface VerifierGroupCall extends Omit<VerifierReference, "options"> {
  /** Options as the recipe gives them. Default: none. */
  readonly options?: unknown;
  readonly items: readonly VerifierItem[];
  /**
   * Milliseconds that each item may run, or the group where the verifier judges groups. Time in the queue and of loading
   * the verifier does not count.
   */
  readonly deadlineMs: number;
  /** MiB of memory at which the worker is killed and its item is an `error`. Default: 1024. */
  readonly memoryMb?: number;
}

/** Worker processes that judge responses. */
export interface VerifierPool {
  /**
   * Name, version and source of a verifier, its options checked. What a user wrote is loaded in a worker, never here.
   * @throws like {@link VerifierPool.verifyGroup}.
   */
  describe(reference: VerifierReference): Promise<VerifierDescription>;
  /**
   * Judges the items one after the other in a worker, or all at once where the verifier does that, and gives their
   * verdicts in order. An item that throws or takes its process down is an `error`, one that runs past the deadline a
   * `timeout`; the others keep their verdicts. What may pass is tried again: see retry-policy.ts.
   * @throws RlvrError `missing_file` or `bad_recipe` when there is no such verifier or its options are wrong, `bad_usage`
   * when a variable that it asks for is not set, `verifier_failed` when it does not load or no worker comes up; the signal's
   * reason when that is aborted.
   */
  verifyGroup(call: VerifierGroupCall, signal?: AbortSignal): Promise<Verdict[]>;
  /** Ends all workers, also busy ones, and waits until they are gone. Calls under way are rejected. */
  close(): Promise<void>;
}

type Judged = Judgement & { readonly queueMs: number };

/**
 * Starts a pool; its processes start when there is work. Calls beyond the workers wait in line: whoever makes calls
 * without awaiting them bounds how many.
 * @param options `workers`: most processes that judge at once. Default: one a core but one, at least 2, so that one slow
 * verifier does not hold up everything. Verifiers that ask for different variables have processes of their own.
 */
export function createVerifierPool({ workers = defaultWorkers() }: { readonly workers?: number } = {}): VerifierPool {
  const sets = createWorkerSets(workers);
  // Calls wait here rather than in workerpool: it does not go on with its own queue after a worker died.
  const queue = new PQueue({ concurrency: workers });
  const closing = new AbortController();

  /** The source of each verifier that was found good, by its reference. */
  const sources = new Map<string, string>();

  /**
   * Sends a call to a worker, and again where that turns out to be dead, or dies before it comes to the first item.
   * @throws RlvrError `verifier_failed` when that happens once too often, or when the verifier is another than before.
   */
  async function send(
    call: Omit<WorkerCall, "isKnown">,
    signal: AbortSignal,
  ): Promise<CallOutcome & { readonly queueMs: number }> {
    const submitted = performance.now();
    const processes = sets.workersFor(call.env ?? []);
    const key = JSON.stringify([call.verifier, call.options]);
    let death = "";
    // A worker that died while idle is found out by its next call: each such call rids the pool of one.
    for (let attempt = 0; attempt <= workers; attempt++) {
      const sent = { ...call, isKnown: sources.has(key) };
      const outcome = await queue.add(() => runWorkerCall(processes, sent, signal), { signal });
      if (outcome.end.kind === "died") death = outcome.end.error;
      if (outcome.started === undefined || (outcome.end.kind === "died" && outcome.description === undefined)) continue;
      requireSameSource(call.verifier, sources, key, outcome.description);
      return { ...outcome, queueMs: outcome.started - submitted };
    }
    throw new RlvrError("verifier_failed", `no verifier worker came up: ${death}`, {
      advice: "Look whether the machine has memory and processes to spare, then try again.",
      retryable: true,
    });
  }

  /** Judgements of all items of a call, in as many calls as it takes. */
  async function judge(call: Omit<WorkerCall, "isKnown">, signal: AbortSignal): Promise<Judged[]> {
    const judged: Judged[] = [];
    let { alone } = call;
    while (judged.length < call.items.length) {
      const outcome = await send({ ...call, alone, items: call.items.slice(judged.length) }, signal);
      // What took its process down together, or never came back, is judged one by one.
      const isUnclear = outcome.together && outcome.end.kind !== "complete";
      if (isUnclear) alone = true;
      const settled = isUnclear ? outcome.judgements : judgementsOf(outcome, call.deadlineMs);
      judged.push(...settled.map((each) => ({ ...each, queueMs: outcome.queueMs })));
    }
    return judged;
  }

  return {
    async describe({ verifier, options, env = [] }) {
      sets.workersFor(env);
      if (BUILT_IN.has(verifier)) return (await openVerifier(verifier, options)).ready();
      const call = { verifier, options, env, items: [], deadlineMs: 1, memoryMb: MEMORY_MB, alone: true };
      const { description } = await send(call, closing.signal);
      if (description === undefined) throw new Error("a worker ended a call without loading its verifier");
      return description;
    },
    async verifyGroup({ verifier, options = {}, env = [], items, deadlineMs, memoryMb = MEMORY_MB }, signal) {
      const either = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
      const call = { verifier, options, env, deadlineMs, memoryMb };
      const verdicts: Verdict[] = [];
      let open = [...items.keys()];
      for (let attempt = 1; open.length > 0; attempt++) {
        if (attempt > 1) await waitBeforeRetry(attempt - 1, either);
        const tried = open.flatMap((index) => items[index] ?? []);
        const judged = await judge({ ...call, items: tried, alone: attempt > 1 }, either);
        for (const [place, index] of open.entries()) verdicts[index] = verdictOf(judged[place] as Judged, attempt);
        open = open.filter((_, place) => isWorthRetrying(judged[place] as Judged, attempt));
      }
      return verdicts;
    },
    async close() {
      closing.abort(
        new RlvrError("interrupted", "the verifier pool was closed", { advice: "Verify again with a new pool." }),
      );
      await queue.onIdle();
      await sets.close();
    },
  };
}

/** Verdicts of two sources must not mix: they are stored under the one that was there at first. */
function requireSameSource(
  verifier: string,
  sources: Map<string, string>,
  key: string,
  description: VerifierDescription | undefined,
): void {
  if (description === undefined) return;
  const before = sources.get(key) ?? description.sourceSha256;
  sources.set(key, before);
  if (before === description.sourceSha256) return;
  throw new RlvrError(
    "verifier_failed",
    `the source of the ${referredText(verifier)} was changed while it was in use`,
    {
      advice: "Undo the change, or go on with it as it is now: rlvr resume.",
    },
  );
}

function verdictOf(judgement: Judged, attempts: number): Verdict {
  if (judgement.status === "ok") return { ...judgement, attempts };
  const { kind: _, ...rest } = judgement;
  return { ...rest, attempts };
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
      return judgements.length > 0
        ? judgements
        : [{ status: "error", kind: "died", error: end.error, runMs: end.runMs }];
  }
}

function defaultWorkers(): number {
  return Math.max(2, availableParallelism() - 1);
}
