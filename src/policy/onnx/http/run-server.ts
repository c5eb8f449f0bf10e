import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { startServer, type PolicyServer, type ServerOptions } from "./server.ts";

/** How long the inference threads get to end after a signal, in milliseconds; running completions get two seconds of it. */
const CLOSE_MS = 4000;

/**
 * Serves a policy until this process gets one of the signals. Native code of a thread cannot be stopped, so a model whose
 * graph hangs, while it is opened or run, leaves the process no way out but to die of the signal, which it then does.
 * @param onReady called when it listens.
 * @throws what {@link startServer} throws, and when an inference thread dies.
 */
export async function runServer(
  options: ServerOptions,
  signals: readonly NodeJS.Signals[],
  onReady: (server: PolicyServer) => void,
): Promise<void> {
  const ended = Promise.race(signals.map((signal) => once(process, signal).then(() => signal)));
  const server = await Promise.race([startServer(options), ended]);
  if (typeof server === "string") return dieOf(server);
  let end: NodeJS.Signals = "SIGKILL";
  void ended.then((signal) => (end = signal));
  try {
    onReady(server);
    await Promise.race([ended, server.failed]);
  } finally {
    const isClosed = await Promise.race([server.close().then(() => true), sleep(CLOSE_MS, false, { ref: false })]);
    if (!isClosed) await dieOf(end);
  }
}

/** Ends this process as the signal does without a listener; `once` has taken away the one that there was. */
async function dieOf(signal: NodeJS.Signals): Promise<never> {
  process.kill(process.pid, signal);
  return new Promise(() => undefined);
}
