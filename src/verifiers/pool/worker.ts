import { setImmediate } from "node:timers/promises";
import { inspect } from "node:util";
import workerpool from "workerpool";
import { checkOptions } from "../../core/check-options.ts";
import { exitWithParent } from "../../core/exit-with-parent.ts";
import { judgeResponse } from "./judge-response.ts";
import { loadVerifier } from "../load-verifier.ts";
import type { Verifier } from "../define-verifier.ts";
import { JUDGE_METHOD, type Judgement, type WorkerCall, type WorkerEvent } from "./worker-protocol.ts";

/** The worker process of a verifier pool: see pool.ts. */

function emit(event: WorkerEvent): void {
  workerpool.workerEmit(event);
}

async function judge({ verifier: name, options: raw, items, deadlineMs }: WorkerCall): Promise<void> {
  emit({ kind: "started", pid: process.pid });
  const verifier = await loadVerifier(name);
  const options = checkOptions(verifier.options, raw, `verifier "${name}"`);
  await verifier.prepare?.(options);
  emit({ kind: "loaded" });
  for (const item of items) {
    const judgement =
      (await failureToPrepare(verifier, options)) ?? (await judgeResponse(verifier, options, item, deadlineMs));
    // A promise that this call left rejected takes the process down here, before the verdict: not in the next call.
    await setImmediate();
    emit({ kind: "judged", judgement });
  }
}

/** Makes a verifier ready again after an item that undid it; the judgement of the next item when that fails. */
async function failureToPrepare(verifier: Verifier, options: unknown): Promise<Judgement | undefined> {
  if (verifier.prepare === undefined) return undefined;
  emit({ kind: "preparing" });
  const start = performance.now();
  try {
    await verifier.prepare(options);
  } catch (error) {
    return { status: "error", error: inspect(error), runMs: performance.now() - start };
  }
  emit({ kind: "loaded" });
  return undefined;
}

exitWithParent();
workerpool.worker({ [JUDGE_METHOD]: judge });
