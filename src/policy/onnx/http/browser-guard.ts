import type { MiddlewareHandler } from "hono";
import { isLoopback } from "../../../core/secrets/loopback.ts";
import { badRequest } from "./protocol.ts";

/**
 * Refuses what a web page could send from the browser of somebody who runs a server on this machine: requests with an
 * origin, and, while bound to loopback, those to another name that was made to point here (DNS rebinding).
 * @param host the address that the server listens on.
 */
export function refuseBrowsers(host: string): MiddlewareHandler {
  const isOwn = isLoopback(host);
  return async (context, next) => {
    if (context.req.header("origin") !== undefined) throw badRequest("requests of web pages are not served");
    const name = new URL(context.req.url).hostname;
    if (isOwn && !isLoopback(name)) throw badRequest(`this server is not ${name}: it serves this machine alone`);
    await next();
  };
}
