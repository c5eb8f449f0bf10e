import { setImmediate } from "node:timers/promises";
import workerpool from "workerpool";
import { isRlvrError } from "../../core/errors.ts";
import { exitWithParent } from "../../core/exit-with-parent.ts";
import { openVerifier, type OpenVerifier } from "../open-verifier.ts";
import { errorJudgement, judgeGroup, judgeResponse } from "./judge-response.ts";
import { guardMemory } from "./memory-guard.ts";
import { JUDGE_METHOD, type Judgement, type WorkerCall, type WorkerEvent } from "./worker-protocol.ts";

/** The worker process of a verifier pool: see pool.ts. */

function emit(event: WorkerEvent): void {
  workerpool.workerEmit(event);
}

/** The verifier of the call; undefined when it is refused, which the orchestrator is told. */
async function open(call: WorkerCall): Promise<OpenVerifier | undefined> {
  try {
    const opened = await openVerifier(call.verifier, call.options);
    await opened.verifier.prepare?.(opened.options);
    return opened;
  } catch (error) {
    // Anything else ends the call, and what was thrown reaches the orchestrator as a text.
    if (!isRlvrError(error)) throw error;
    const { code, message, advice } = error;
    emit({ kind: "refused", error: { code, message, advice } });
    return undefined;
  }
}

async function judge(call: WorkerCall): Promise<void> {
  const { items, deadlineMs } = call;
  memory.setCap(call.memoryMb);
  emit({ kind: "started", pid: process.pid });
  const opened = await open(call);
  if (opened === undefined) return;
  const { verifier, options, description } = opened;
  const asGroup = verifier.verifyGroup !== undefined && items.length > 1 && !call.alone;
  emit({ kind: "loaded", description, asGroup });
  if (asGroup) {
    const judgements = await judgeGroup(
      async (inputs) => verifier.verifyGroup?.(inputs, options) ?? [],
      items,
      deadlineMs,
    );
    if (judgements !== undefined) {
      await settle(judgements);
      return;
    }
    emit({ kind: "alone" });
  }
  let isReady = !asGroup;
  for (const item of items) {
    const fault = isReady ? undefined : await failureToPrepare(opened);
    const judgement = fault ?? (await judgeResponse(verifier, options, item, deadlineMs));
    isReady = judgement.status === "ok";
    await settle([judgement]);
  }
}

/** Makes a verifier ready again after a response that may have undone it; the next one's judgement where that fails. */
async function failureToPrepare({ verifier, options }: OpenVerifier): Promise<Judgement | undefined> {
  if (verifier.prepare === undefined) return undefined;
  emit({ kind: "preparing" });
  const start = performance.now();
  try {
    await verifier.prepare(options);
  } catch (error) {
    return errorJudgement(error, performance.now() - start);
  }
  emit({ kind: "ready" });
  return undefined;
}

async function settle(judgements: readonly Judgement[]): Promise<void> {
  // A promise that this call left rejected takes the process down here, before the verdict: not in the next call.
  await setImmediate();
  emit({ kind: "judged", judgements });
}

exitWithParent();
const memory = guardMemory();
workerpool.worker({ [JUDGE_METHOD]: judge });
