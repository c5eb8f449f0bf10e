import { messageOf } from "../core/errors.ts";
import { startPolicyServer, type PolicyProcess, type PolicyProcessOptions } from "./policy-process.ts";
import type { ServerAddress } from "./server-connection.ts";

/** Where a replica's server comes from. */
export interface ReplicaSource {
  /** What to call it. */
  readonly name: string;
  /**
   * Gives the address of a server, at first and after each failure that makes it doubtful.
   * @param failure why the last address is of no use any more; undefined when it may be.
   */
  open(failure: unknown): Promise<ServerAddress>;
  /** Ends what `open` started. */
  close(): Promise<void>;
}

/** A server that somebody else runs. */
export function runningServer(address: ServerAddress): ReplicaSource {
  return { name: address.url, open: () => Promise.resolve(address), close: () => Promise.resolve() };
}

/**
 * A server that is started as a child process, and again when it ended or fell silent: one that answers no more is as good
 * as dead, also while it still drains after a signal.
 * @param onRestart told why it is started again.
 */
export function childServer(options: PolicyProcessOptions, onRestart: (reason: string) => void): ReplicaSource {
  let server: PolicyProcess | undefined;
  let isAlive = false;
  return {
    name: "the run's own policy server",
    async open(failure) {
      if (server !== undefined && isAlive && failure === undefined) return { url: server.url };
      if (server !== undefined) onRestart(failure === undefined ? "it ended" : messageOf(failure));
      await server?.stop();
      const started = await startPolicyServer(options);
      server = started;
      isAlive = true;
      void started.exited.then(() => (isAlive = isAlive && server !== started));
      return { url: started.url };
    },
    close: async () => server?.stop(),
  };
}
