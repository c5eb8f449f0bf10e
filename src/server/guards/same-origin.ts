import { isIP } from "node:net";
import { hostname } from "node:os";
import type { MiddlewareHandler } from "hono";
import { isLoopback } from "../../core/secrets/loopback.ts";
import { fault } from "../faults.ts";

/**
 * Refuses what another site's page can send from the browser of somebody who may reach this server: requests under a
 * name that was made to point here (DNS rebinding), with another origin, or that the browser marks as from elsewhere.
 * @param host address that the server listens on.
 */
export function requireSameOrigin(host: string): MiddlewareHandler {
  return async (context, next) => {
    const given = context.req.header("host") ?? "";
    const refuse = (message: string): Response =>
      context.json(fault("forbidden", message, "Open the link that `rlvr serve` printed."), 403);
    if (!isOwnName(nameOf(given), host)) return refuse("this server does not go by that name");
    const origin = context.req.header("origin");
    if (origin !== undefined && hostOf(origin) !== given) return refuse("requests of other sites are not served");
    const site = context.req.header("sec-fetch-site");
    // A link on another site may lead to the page; it may not reach the data.
    const isData = context.req.path.startsWith("/api/");
    if (isData && site !== undefined && site !== "same-origin" && site !== "none")
      return refuse("requests of other sites are not served");
    return next();
  };
}

/**
 * Whether a name in a Host header is one that this server goes by. An address cannot be rebound, only a name can; beyond
 * loopback the machine's own names hold too.
 */
function isOwnName(name: string | undefined, host: string): boolean {
  if (name === undefined) return false;
  if (isLoopback(name)) return true;
  if (isLoopback(host)) return false;
  const machine = hostname().toLowerCase();
  return (
    isIP(name.replaceAll(/^\[|\]$/g, "")) !== 0 || name === host || name === machine || name.startsWith(`${machine}.`)
  );
}

/** The name in a Host header, without its port; undefined where it is not one. */
function nameOf(header: string): string | undefined {
  const match = /^(?<name>\[[0-9a-f:.]+\]|[\w.-]+)(?::\d+)?$/i.exec(header);
  return match?.groups?.["name"]?.toLowerCase();
}

/** Host and port of an origin; undefined for `null` and for what is no URL. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
