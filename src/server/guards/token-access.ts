import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { fault } from "../faults.ts";
import { enteredPage, lockedPage } from "./entrance-pages.ts";

/** A token that may be chosen: visible ASCII, as a header can carry it, and too long to be guessed. */
export const CHOSEN_TOKEN = /^[\x21-\x7E]{16,}$/;

const MONTH_SECONDS = 30 * 24 * 3600;

/** A token of 192 random bits. */
export function randomToken(): string {
  return randomBytes(24).toString("base64url");
}

/**
 * Lets in requests that bring the token: in the URL (`?token=`; it moves to a cookie, so that it is in no link or history),
 * in that cookie, or as `Authorization: Bearer`. Wrong tokens are not counted: none of this length can be guessed, and a
 * limit would let any user of the machine lock the others out.
 */
export function requireToken(token: string): MiddlewareHandler {
  const expected = hashOf(token);
  const isToken = (given: string): boolean => timingSafeEqual(hashOf(given), expected);
  return async (context, next) => {
    const inUrl = context.req.query("token");
    if (inUrl !== undefined && isToken(inUrl)) return enter(context, token);
    const bearer = /^Bearer +(?<token>\S+)$/i.exec(context.req.header("authorization") ?? "")?.groups?.["token"];
    const given = bearer ?? getCookie(context, cookieName(context));
    return given !== undefined && isToken(given) ? next() : refuse(context);
  };
}

/** Of equal length whatever is given, so that the comparison takes equally long. */
function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/**
 * Keeps the token in a cookie and leads to the same address without it. By a page rather than a redirect: a browser that
 * followed a link on another site sends a strict cookie only with requests that a page of this site makes.
 */
function enter(context: Context, token: string): Response | Promise<Response> {
  const url = new URL(context.req.url);
  url.searchParams.delete("token");
  setCookie(context, cookieName(context), token, {
    httpOnly: true,
    sameSite: "Strict",
    path: "/",
    maxAge: MONTH_SECONDS,
  });
  context.header("cache-control", "no-store");
  // One slash: two would begin the name of another server.
  return context.html(enteredPage(`${url.pathname.replace(/^\/+/, "/")}${url.search}`));
}

/** A person is told how to get in, a program gets a fault. */
function refuse(context: Context): Response | Promise<Response> {
  context.header("cache-control", "no-store");
  context.header("www-authenticate", "Bearer");
  const isPerson = (context.req.header("accept") ?? "").includes("text/html") && !context.req.path.startsWith("/api/");
  if (isPerson) return context.html(lockedPage(), 401);
  const advice =
    "Open the link that `rlvr serve` printed, a new one at each start, or send its token as Authorization: Bearer.";
  return context.json(fault("unauthorized", "this dashboard asks for its token", advice), 401);
}

/** Cookies hold for all ports of a name: two dashboards of one machine have two. */
function cookieName(context: Context): string {
  const port = new URL(context.req.url).port;
  return `rlvr-${port === "" ? "token" : port}`;
}
