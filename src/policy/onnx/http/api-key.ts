import { timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { sha256 } from "../../../core/files/files.ts";
import { unauthorized } from "./protocol.ts";

/** What answers without the key, as of vLLM: whether the server is there, and its counters. */
const OPEN: ReadonlySet<string> = new Set(["/health", "/metrics"]);

/** Refuses requests without the server's key as their bearer token. */
export function requireKey(apiKey: string): MiddlewareHandler {
  // Hashes are of one length, so that comparing them takes the same time for any key.
  const digest = (key: string): Buffer => Buffer.from(sha256(key), "hex");
  const expected = digest(apiKey);
  return async (context, next) => {
    const [, given] = /^bearer (.*)$/i.exec(context.req.header("authorization") ?? "") ?? [];
    const isKnown = given !== undefined && timingSafeEqual(digest(given), expected);
    if (!isKnown && !OPEN.has(context.req.path)) throw unauthorized();
    await next();
  };
}
