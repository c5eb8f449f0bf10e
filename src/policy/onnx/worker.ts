import { parentPort, workerData } from "node:worker_threads";
import { isRlvrError } from "../../core/errors.ts";
import { openGraph } from "./open-graph.ts";
import { Scheduler } from "./scheduler.ts";
import { loadTokenizer, type PolicyTokenizer } from "./tokenizer.ts";
import type { FromWorker, ToWorker, WorkerSetup } from "./worker-messages.ts";

/** The inference thread: `session.run` blocks the thread that it runs on, so it has one of its own. */

if (parentPort === null) throw new Error("this module is started as a worker thread");
const { model, device, threads, maxRows, minRows, cacheBytes } = workerData as WorkerSetup;

try {
  await start();
} catch (error) {
  // An error that is thrown across threads loses its code and its advice.
  if (!isRlvrError(error)) throw error;
  const { code, message, advice } = error;
  send({ kind: "refused", code, message, advice });
}

async function start(): Promise<void> {
  let tokenizer: PolicyTokenizer | undefined;
  const scheduler = new Scheduler({
    config: model.config,
    graph: await openGraph(model, device, threads),
    maxRows,
    minRows,
    cacheBytes,
    decode: (ids) => (tokenizer ??= loadTokenizer(model.directory)).decode(ids),
    send,
  });
  parentPort?.on("message", (message: ToWorker) => {
    if (message.kind === "generate") scheduler.submit(message.id, message.request);
    else if (message.kind === "abort") scheduler.abort(message.id);
    else scheduler.weightsChanged();
  });
  send({ kind: "ready" });
}

function send(message: FromWorker): void {
  parentPort?.postMessage(message);
}
