import type { ServerConnection } from "./server-connection.ts";

/** Weights to serve: version 0 without a directory is the base that the server starts with. */
export interface ServedWeights {
  readonly policyVersion: number;
  /** The export that holds them. */
  readonly directory: string | undefined;
}

/** One way to bring weights into a server. */
export interface WeightSync {
  /** Name of the way. */
  readonly way: string;
  /**
   * Serves the weights from now on. Done again with the same weights it must come to the same: a server that fell silent
   * gets them anew.
   * @returns the name to ask for them by.
   */
  load(
    server: ServerConnection,
    weights: ServedWeights,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly model: string }>;
  /** Lets go of a version whose requests have ended, where the server keeps several. */
  release?(server: ServerConnection, policyVersion: number, signal: AbortSignal | undefined): Promise<void>;
}
