import type { MiddlewareHandler } from "hono";
import { fault } from "../faults.ts";

/** Refuses to answer from a database that no longer stands where it was opened, such as one that was deleted to begin anew. */
export function requireSameDatabase(isSame: () => boolean): MiddlewareHandler {
  return async (context, next) => {
    if (isSame()) return next();
    const message = "the database was deleted or replaced since `rlvr serve` was started";
    return context.json(fault("bad_database", message, "Start `rlvr serve` again to see what is there now."), 503);
  };
}
