import { startServer, type PolicyServer, type ServerOptions } from "./server.ts";

/**
 * Serves a policy until SIGINT, SIGTERM, or the end of the IPC channel to the parent that forked this process.
 * @param onReady called when it listens.
 * @throws what {@link startServer} throws, and when an inference thread dies.
 */
export async function runServer(options: ServerOptions, onReady: (server: PolicyServer) => void): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
    process.once("disconnect", resolve);
  });
  const server = await startServer(options);
  try {
    onReady(server);
    await Promise.race([ended, server.failed]);
  } finally {
    await server.close();
  }
}
