import { parentPort, workerData } from "node:worker_threads";
import { isRlvrError } from "../../core/errors.ts";
import { plainError, revivedError } from "../../core/texts/plain-error.ts";
import { openGraph } from "./open-graph.ts";
import { Scheduler } from "./scheduler.ts";
import type { FromWorker, ToWorker, WorkerSetup } from "./worker-messages.ts";

/** The inference thread: `session.run` blocks the thread that it runs on, so it has one of its own. */

if (parentPort === null) throw new Error("this module is started as a worker thread");
const { model, device, threads, maxRows, minRows, cacheBytes } = workerData as WorkerSetup;

try {
  await start();
} catch (error) {
  if (!isRlvrError(error)) throw error;
  send({ kind: "refused", error: plainError(error) });
}

async function start(): Promise<void> {
  const decodings = new Map<number, PromiseWithResolvers<readonly string[]>>();
  let decodingId = 0;
  const scheduler = new Scheduler({
    config: model.config,
    graph: await openGraph(model, device, threads),
    maxRows,
    minRows,
    cacheBytes,
    decode: (asked) => {
      const id = decodingId++;
      const decoding = Promise.withResolvers<readonly string[]>();
      decodings.set(id, decoding);
      send({ kind: "decode", id, ...asked });
      return decoding.promise.finally(() => decodings.delete(id));
    },
    send,
  });
  parentPort?.on("message", (message: ToWorker) => {
    if (message.kind === "generate") scheduler.submit(message.id, message.request);
    else if (message.kind === "abort") scheduler.abort(message.id);
    else if (message.kind === "weights-changed") scheduler.weightsChanged();
    else if (message.kind === "decoded") decodings.get(message.id)?.resolve(message.texts);
    else decodings.get(message.id)?.reject(revivedError(message.error));
  });
  send({ kind: "ready" });
}

function send(message: FromWorker): void {
  parentPort?.postMessage(message);
}
