import { once } from "node:events";
import { startServer, type PolicyServer, type ServerOptions } from "./server.ts";

/**
 * Serves a policy until this process gets one of the signals.
 * @param onReady called when it listens.
 * @throws what {@link startServer} throws, and when an inference thread dies.
 */
export async function runServer(
  options: ServerOptions,
  signals: readonly NodeJS.Signals[],
  onReady: (server: PolicyServer) => void,
): Promise<void> {
  const ended = Promise.race(signals.map((signal) => once(process, signal)));
  const server = await startServer(options);
  try {
    onReady(server);
    await Promise.race([ended, server.failed]);
  } finally {
    await server.close();
  }
}
