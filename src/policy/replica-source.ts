import { messageOf } from "../core/errors.ts";
import type { PolicyProcess } from "./policy-process.ts";
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
  /** Starts the server again on other weights; undefined where somebody else runs it. */
  readonly restart?: (directory: string | undefined) => Promise<ServerAddress>;
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
 * @param start starts it; `weights` is the directory of an export to serve in place of the model's own weights.
 * @param onRestart told why it is started again after it was lost.
 */
export function childServer(
  start: (weights: string | undefined) => Promise<PolicyProcess>,
  onRestart: (reason: string) => void,
): ReplicaSource {
  let server: PolicyProcess | undefined;
  let isAlive = false;
  let weights: string | undefined;
  const startAnew = async (): Promise<ServerAddress> => {
    await server?.stop();
    const started = await start(weights);
    server = started;
    isAlive = true;
    void started.exited.then(() => (isAlive = isAlive && server !== started));
    return addressOf(started);
  };
  return {
    name: "the run's own policy server",
    async open(failure) {
      if (server !== undefined && isAlive && failure === undefined) return addressOf(server);
      if (server !== undefined) onRestart(failure === undefined ? "it ended" : messageOf(failure));
      return startAnew();
    },
    restart(directory) {
      weights = directory;
      return startAnew();
    },
    close: async () => server?.stop(),
  };
}

function addressOf({ url, apiKey }: PolicyProcess): ServerAddress {
  return { url, apiKey };
}
