import { Hono } from "hono";
import { z } from "zod";
import { readyQueries } from "../../tracking/ready-queries.ts";
import type { ReadyQuery, SqlAnswer } from "../answers.ts";
import { createConsole } from "../console-query.ts";
import type { DashboardParts } from "../parts.ts";
import { checked } from "../requests.ts";

const body = z.strictObject({ sql: z.string().min(1).max(100_000) });

/** The SQL console and the queries that are ready for it. */
export function sqlRoutes({ databasePath }: DashboardParts) {
  const run = createConsole(databasePath);
  const queries = readyQueries();
  return new Hono()
    .get("/queries", (context) => context.json<ReadyQuery[]>(queries))
    .post("/sql", checked("json", body), async (context) =>
      context.json<SqlAnswer>(await run(context.req.valid("json").sql, context.req.raw.signal)),
    );
}
