import { setImmediate } from "node:timers/promises";
import workerpool from "workerpool";
import { checkOptions } from "../../core/check-options.ts";
import { exitWithParent } from "../../core/exit-with-parent.ts";
import { judgeResponse } from "./judge-response.ts";
import { loadVerifier } from "../load-verifier.ts";
import { JUDGE_METHOD, type WorkerCall, type WorkerEvent } from "./worker-protocol.ts";

/** The worker process of a verifier pool: see pool.ts. */

function emit(event: WorkerEvent): void {
  workerpool.workerEmit(event);
}

async function judge({ verifier: name, options: raw, items, deadlineMs }: WorkerCall): Promise<void> {
  emit({ kind: "started", pid: process.pid });
  const verifier = await loadVerifier(name);
  const options = checkOptions(verifier.options, raw, `verifier "${name}"`);
  emit({ kind: "loaded" });
  for (const item of items) {
    const judgement = await judgeResponse(verifier, options, item, deadlineMs);
    // A promise that this call left rejected takes the process down here, before the verdict: not in the next call.
    await setImmediate();
    emit({ kind: "judged", judgement });
  }
}

exitWithParent();
workerpool.worker({ [JUDGE_METHOD]: judge });
