import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { fault } from "../faults.ts";

/** A token that whoever asks has to know. */
export interface TokenAccess {
  readonly token: string;
}

/** Shortest token that may be chosen, in characters. */
export const SHORTEST_TOKEN = 16;

const MONTH_SECONDS = 30 * 24 * 3600;

/** A token that nobody can guess. */
export function randomToken(): string {
  return randomBytes(24).toString("base64url");
}

/**
 * Lets in who brings the token: in the URL (`?token=`; it moves to a cookie, so that it is in no link or history), in that
 * cookie, or as `Authorization: Bearer`.
 */
export function requireToken({ token }: TokenAccess): MiddlewareHandler {
  const isToken = (given: string): boolean => timingSafeEqual(hashOf(given), hashOf(token));
  return async (context, next) => {
    const inUrl = context.req.query("token");
    if (inUrl !== undefined && isToken(inUrl)) return remember(context, token);
    const bearer = /^Bearer +(?<token>\S+)$/i.exec(context.req.header("authorization") ?? "")?.groups?.["token"];
    const given = bearer ?? getCookie(context, cookieName(context));
    if (given !== undefined && isToken(given)) return next();
    const advice = "Open the address with the token that `rlvr serve` printed, or send it as Authorization: Bearer.";
    return context.json(fault("unauthorized", "this dashboard asks for a token", advice), 401, {
      "www-authenticate": "Bearer",
    });
  };
}

/** Of equal length whatever is given, so that the comparison takes equally long. */
function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function remember(context: Context, token: string): Response {
  const url = new URL(context.req.url);
  url.searchParams.delete("token");
  // Lax, not Strict: the link may be opened from a mail. Data is refused to other sites besides: see same-origin.ts.
  setCookie(context, cookieName(context), token, { httpOnly: true, sameSite: "Lax", path: "/", maxAge: MONTH_SECONDS });
  // One slash: two would begin the name of another server.
  return context.redirect(`${url.pathname.replace(/^\/+/, "/")}${url.search}`, 303);
}

/** Cookies hold for all ports of a name: two dashboards of one machine have two. */
function cookieName(context: Context): string {
  const port = new URL(context.req.url).port;
  return `rlvr-${port === "" ? "token" : port}`;
}
