import workerpool, { type Pool } from "workerpool";
import { killGroup } from "../../core/process/kill-group.ts";
import { RlvrError, messageOf, type ErrorCode } from "../../core/errors.ts";
import { referredText } from "../generators/generator-reference.ts";
import { readWorkerMessage } from "./read-worker-message.ts";
import {
  JUDGE_METHOD,
  type Judgement,
  type SentError,
  type VerifierDescription,
  type WorkerCall,
} from "./worker-protocol.ts";

/** How long a worker may take to start and to load its verifier, which may import PyTorch. */
const LOAD_MS = 120_000;
/** How long after its deadline a verifier may still end by itself. */
const GRACE_MS = 100;
/** Characters kept of the last that a worker wrote to its stderr. */
const STDERR_KEPT = 4000;

/** How far a worker came with a call. */
export interface CallOutcome {
  /** When the worker took the call up (`performance.now()`); undefined when it was dead already. */
  readonly started: number | undefined;
  /** The verifier; undefined when the worker died before it had loaded. */
  readonly description: VerifierDescription | undefined;
  /** Whether the call ended while items were judged, or their judgements sent, together: who is to blame is not known. */
  readonly together: boolean;
  /** Judgements of the call's first items, in order. */
  readonly judgements: readonly Judgement[];
  /** What ended the call; `runMs` is how long the first item without a judgement ran. */
  readonly end:
    | { readonly kind: "complete" }
    | { readonly kind: "timeout"; readonly runMs: number }
    | { readonly kind: "died"; readonly runMs: number; readonly error: string };
}

/**
 * Sends a call to a worker of the pool and watches it: its process is killed when an item does not end by its deadline.
 *
 * Workerpool's own timeout is not used: it covers a whole call, starts before the process does, and ends a worker with
 * SIGTERM, which some packages catch. A worker killed under workerpool's hands counts for it as crashed and is replaced.
 * @throws RlvrError that the worker refused a verifier with that is not known yet, such as `bad_recipe` for an option;
 * `verifier_failed` when that does not load; the signal's reason when that is aborted.
 */
export async function runWorkerCall(
  pool: Pick<Pool, "exec">,
  call: WorkerCall,
  signal: AbortSignal,
): Promise<CallOutcome> {
  signal.throwIfAborted();
  const judgements: Judgement[] = [];
  let started: number | undefined;
  let pid: number | undefined;
  let description: VerifierDescription | undefined;
  let refusal: SentError | undefined;
  let together = false;
  let progress = performance.now();
  let timedOut = false;
  let stderr = "";
  // What is wrong with how the process behaves.
  let fault: string | undefined;
  let timer: NodeJS.Timeout | undefined;

  const task = pool.exec(JUDGE_METHOD, [call], {
    on(message: unknown) {
      if (fault !== undefined) return;
      const payload = readWorkerMessage(message, call.items.length - judgements.length);
      if (payload === undefined || ("together" in payload && payload.together && call.alone)) {
        fault = "sent a message that is none of a worker's";
        kill();
        return;
      }
      if ("stderr" in payload) stderr = (stderr + payload.stderr).slice(-STDERR_KEPT);
      if (!("kind" in payload)) return;
      progress = performance.now();
      if (payload.kind === "started") [pid, started] = [payload.pid, progress];
      if (payload.kind === "refused") refusal = payload.error;
      if (payload.kind === "loaded") ({ description, together } = payload);
      if (payload.kind === "alone") together = false;
      if (payload.kind === "judged") judgements.push(...payload.judgements);
      const isJudging = description !== undefined && payload.kind !== "preparing";
      watch(isJudging ? call.deadlineMs + GRACE_MS : LOAD_MS);
    },
  });
  const kill = (): void => {
    if (pid === undefined) task.cancel();
    else killGroup(pid);
  };
  const watch = (ms: number): void => {
    clearTimeout(timer);
    const isLoaded = description !== undefined || judgements.length > 0;
    if (refusal !== undefined || (isLoaded && judgements.length === call.items.length)) return;
    const armed = progress;
    timer = setTimeout(() => {
      // When this process was busy, the worker's news may still lie in the pipe: they are read before setImmediate.
      setImmediate(() => {
        if (armed !== progress) return;
        timedOut = true;
        kill();
      });
    }, ms);
  };
  watch(LOAD_MS);
  signal.addEventListener("abort", kill, { once: true });
  try {
    await task;
    if (refusal !== undefined) throw refused(refusal);
    // One that was known before and does not load again gives judgements alone.
    const isLoaded = description !== undefined || judgements.length > 0;
    if (!isLoaded || judgements.length < call.items.length) fault ??= "ended a call before it was done";
    if (fault !== undefined) throw new Error(`the process ${fault}`);
    return { started, description, together, judgements, end: { kind: "complete" } };
  } catch (error) {
    // What its verifier started outlived it.
    if (pid !== undefined && error instanceof workerpool.TerminateError) killGroup(pid);
    signal.throwIfAborted();
    if (refusal !== undefined) throw refused(refusal);
    if (description === undefined && !call.isKnown) {
      if (timedOut) throw loadFailure(call, `it did not load within ${LOAD_MS / 1000} s`, error);
      if (fault !== undefined) throw loadFailure(call, `its process ${fault}`, error);
      if (!(error instanceof workerpool.TerminateError)) throw loadFailure(call, messageOf(error), error);
      if (started !== undefined) throw loadFailure(call, describeDeath(error, stderr), error);
    }
    const runMs = performance.now() - progress;
    const end = timedOut
      ? { kind: "timeout" as const, runMs }
      : {
          kind: "died" as const,
          runMs,
          error: fault === undefined ? describeDeath(error, stderr) : `its process ${fault}`,
        };
    return { started, description, together, judgements, end };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", kill);
  }
}

function refused({ code, message, advice }: SentError): RlvrError {
  return new RlvrError(code as ErrorCode, message, { advice });
}

function loadFailure(call: WorkerCall, reason: string, cause: unknown): RlvrError {
  return new RlvrError(
    "verifier_failed",
    `the ${referredText(call.verifier)} failed to load in its worker: ${reason}`,
    {
      advice: "Correct the module: what it does while it loads must work in a process of its own.",
      cause,
    },
  );
}

/** How a worker ended, from workerpool's message, and the last words that it wrote to stderr. */
function describeDeath(error: unknown, stderr: string): string {
  const message = messageOf(error);
  const code = /exitCode: `(\d+)`/.exec(message)?.[1];
  const signal = /signalCode: `(SIG\w+)`/.exec(message)?.[1];
  const how = signal === undefined ? `with exit code ${code ?? "unknown"}` : `by ${signal}`;
  return `its process ended ${how} while it ran${stderr === "" ? "" : `:\n${stderr.trim()}`}`;
}
