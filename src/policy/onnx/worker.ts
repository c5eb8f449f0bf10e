import { parentPort, workerData } from "node:worker_threads";
import { openGraph } from "./open-graph.ts";
import { Scheduler } from "./scheduler.ts";
import { loadTokenizer, type PolicyTokenizer } from "./tokenizer.ts";
import type { FromWorker, ToWorker, WorkerSetup } from "./worker-messages.ts";

/** The inference thread: `session.run` blocks the thread that it runs on, so it has one of its own. */

const port = parentPort;
if (port === null) throw new Error("this module is started as a worker thread");
const { model, device, threads, maxRows, minRows, cacheBytes } = workerData as WorkerSetup;

let tokenizer: PolicyTokenizer | undefined;
const scheduler = new Scheduler({
  config: model.config,
  graph: await openGraph(model, device, threads),
  maxRows,
  minRows,
  cacheBytes,
  decode: (ids) => (tokenizer ??= loadTokenizer(model.directory)).decode(ids),
  send: (message: FromWorker) => port.postMessage(message),
});
port.on("message", (message: ToWorker) => {
  if (message.kind === "generate") scheduler.submit(message.id, message.request);
  else if (message.kind === "abort") scheduler.abort(message.id);
  else scheduler.weightsChanged();
});
port.postMessage({ kind: "ready" } satisfies FromWorker);
