import { getConnInfo } from "@hono/node-server/conninfo";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { Change } from "../answers.ts";
import { createChangeFeed } from "../change-feed.ts";
import { fault, RETRY_AFTER } from "../faults.ts";
import type { DashboardParts } from "../parts.ts";
import { createStreamSlots } from "../stream-slots.ts";

/** A comment this often, in milliseconds, keeps proxies from ending a stream in which nothing happens. */
const KEEP_ALIVE_MS = 15_000;
/** Events that wait for a slow reader at the most: the newest. */
const MOST_WAITING = 100;

const FULL = fault(
  "busy",
  "too many pages listen for changes already",
  "Close those that are not looked at; this one goes on without.",
  true,
);

/** The changes of the database, as server-sent events. What a client does not read holds up its own stream alone. */
export function liveRoutes({ db, onFault }: DashboardParts, isSameDatabase: () => boolean) {
  const feed = createChangeFeed(db, isSameDatabase, onFault);
  const slots = createStreamSlots();
  return new Hono().get("/live", (context) => {
    const before = Number(context.req.header("last-event-id") ?? NaN);
    context.header("x-accel-buffering", "no");
    // Nobody reads what comes after the headers, nor tells when to stop.
    if (context.req.method === "HEAD") return context.body(null, 200, { "content-type": "text/event-stream" });
    const address = getConnInfo(context).remote.address ?? "";
    if (slots.isFull(address)) return context.json(FULL, 503, { "retry-after": RETRY_AFTER, connection: "close" });
    let waiting: (Change & { readonly lastEvent: number }) | undefined;
    let wake = (): void => undefined;
    // Before the stream begins, so that a database that cannot be read is a fault like any other.
    const stop = feed.listen(
      (change) => {
        const events = [...(waiting?.events ?? []), ...change.events].slice(-MOST_WAITING);
        waiting = { ...change, events };
        wake();
      },
      Number.isSafeInteger(before) ? before : undefined,
    );
    const giveBack = slots.take(address);
    return streamSSE(context, async (stream) => {
      const ended = new Promise<"ended">((resolve) => stream.onAbort(() => resolve("ended")));
      try {
        await stream.write(": listening\n\n");
        while (!stream.aborted && !stream.closed) {
          if (waiting === undefined) {
            const woken = new Promise<"woken">((resolve) => (wake = () => resolve("woken")));
            const { promise: timedOut, resolve } = Promise.withResolvers<"timed out">();
            const timer = setTimeout(() => resolve("timed out"), KEEP_ALIVE_MS);
            const reason = await Promise.race([woken, ended, timedOut]);
            clearTimeout(timer);
            if (reason === "ended") break;
            if (reason === "timed out") await stream.write(": alive\n\n");
          }
          if (waiting === undefined) continue;
          const { lastEvent, ...change } = waiting;
          waiting = undefined;
          await stream.writeSSE({ event: "change", id: String(lastEvent), data: JSON.stringify(change) });
        }
      } finally {
        stop();
        giveBack();
      }
    });
  });
}
