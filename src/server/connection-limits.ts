import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** How much of a server its clients can take up. Times are in milliseconds. */
export interface ConnectionLimits {
  /** Connections at once, of all clients. */
  readonly most: number;
  /** From the first byte of a request, or from the start of a connection, to the end of the headers. */
  readonly headersMs: number;
  /** The same to the end of the body. */
  readonly requestMs: number;
  /** Longest time without a byte in either direction, such as of a client that stops reading. More than an answer takes. */
  readonly silenceMs: number;
}

/** The limits of a dashboard. A query takes at most 15 s, and a stream of changes sends a sign of life every 15 s. */
export const DASHBOARD_LIMITS: ConnectionLimits = {
  most: 2048,
  headersMs: 10_000,
  requestMs: 20_000,
  silenceMs: 60_000,
};

/** The part of the limits that Node's server has options for. */
export function timeouts({ headersMs, requestMs }: ConnectionLimits): ServerOptions {
  return {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.min(5000, headersMs),
  };
}

/**
 * Holds a server to its limits. A connection beyond the count is accepted, and the one that has waited longest for a request
 * is closed in its place, or else the one whose answer has taken longest. So connections that somebody holds open, with or
 * without the token, keep nobody else out.
 */
export function limitConnections(server: Server, { most, silenceMs }: ConnectionLimits): void {
  const waiting = new Set<Socket>();
  const answered = new Set<Socket>();
  server.setTimeout(silenceMs);
  server.on("connection", (socket: Socket) => {
    if (waiting.size + answered.size >= most) cutOne();
    waiting.add(socket);
    socket.once("close", () => {
      waiting.delete(socket);
      answered.delete(socket);
    });
  });
  server.on("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    waiting.delete(socket);
    answered.add(socket);
    response.once("close", () => {
      if (answered.delete(socket) && !socket.destroyed) waiting.add(socket);
    });
  });

  function cutOne(): void {
    const group = waiting.size > 0 ? waiting : answered;
    const [longest] = group;
    if (longest === undefined) return;
    // At once: several may come before this one's "close".
    group.delete(longest);
    longest.destroy();
  }
}
