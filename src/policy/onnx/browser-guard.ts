import type { MiddlewareHandler } from "hono";
import { badRequest } from "./protocol.ts";

const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Refuses what a web page could send from the browser of somebody who runs a server on this machine: requests with an
 * origin, and, while bound to loopback, those to another name that was made to point here (DNS rebinding).
 * @param host the address that the server listens on.
 */
export function refuseBrowsers(host: string): MiddlewareHandler {
  const isLoopback = LOOPBACK.has(host) || host === "::1";
  return async (context, next) => {
    if (context.req.header("origin") !== undefined) throw badRequest("requests of web pages are not served");
    const name = new URL(context.req.url).hostname;
    if (isLoopback && !LOOPBACK.has(name)) throw badRequest(`this server is not ${name}: it serves this machine alone`);
    await next();
  };
}
