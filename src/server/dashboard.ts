import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { rememberDatabaseFile } from "../tracking/database-file.ts";
import { fault, faultOf, RETRY_AFTER } from "./faults.ts";
import { pageHeaders } from "./guards/page-headers.ts";
import { requireSameDatabase } from "./guards/same-database.ts";
import { requireSameOrigin } from "./guards/same-origin.ts";
import { requireToken } from "./guards/token-access.ts";
import { servePage } from "./page.ts";
import type { DashboardParts } from "./parts.ts";
import { cliffMapRoutes } from "./routes/cliff-map.ts";
import { compareRoutes } from "./routes/compare.ts";
import { liveRoutes } from "./routes/live.ts";
import { metricRoutes } from "./routes/metrics.ts";
import { pipelineRoutes } from "./routes/pipeline.ts";
import { rolloutSearchRoutes } from "./routes/rollout-search.ts";
import { rolloutRoutes } from "./routes/rollouts.ts";
import { runRoutes } from "./routes/runs.ts";
import { sqlRoutes } from "./routes/sql.ts";
import { storyRoutes } from "./routes/story.ts";
import { trainerRoutes } from "./routes/trainer.ts";

/** Bytes of a request's body at the most. */
const MOST_BODY = 256 * 1024;

function apiRoutes(parts: DashboardParts, isSameDatabase: () => boolean) {
  return new Hono()
    .basePath("/api")
    .route("/", runRoutes(parts))
    .route("/", storyRoutes(parts))
    .route("/", metricRoutes(parts))
    .route("/", cliffMapRoutes(parts))
    .route("/", rolloutSearchRoutes(parts))
    .route("/", rolloutRoutes(parts))
    .route("/", pipelineRoutes(parts))
    .route("/", trainerRoutes(parts))
    .route("/", compareRoutes(parts))
    .route("/", sqlRoutes(parts))
    .route("/", liveRoutes(parts, isSameDatabase));
}

/** The routes' types, for `hc` of hono/client. */
export type DashboardApi = ReturnType<typeof apiRoutes>;

/** The dashboard: the API of answers.ts below /api, and the page at every other path. */
export function createDashboard(parts: DashboardParts): Hono {
  const app = new Hono();
  const isSameDatabase = rememberDatabaseFile(parts.databasePath);
  app.onError((error, context) => {
    if (error instanceof HTTPException) {
      return context.json(
        fault("bad_usage", error.message, "See docs/dashboard.md for what the API takes."),
        error.status,
      );
    }
    const { body, status } = faultOf(error);
    if (status === 500) parts.onFault(error);
    if (status === 503) context.header("retry-after", RETRY_AFTER);
    return context.json(body, status);
  });
  app.use(pageHeaders());
  app.use(requireSameOrigin(parts.host));
  app.use(requireToken(parts.token));
  app.use("/api/*", async (context, next) => {
    context.header("cache-control", "no-store");
    const isJson = /^application\/json(?:;|$)/i.test(context.req.header("content-type") ?? "");
    if (context.req.method === "POST" && !isJson)
      return context.json(fault("bad_usage", "the body is not application/json", "Send JSON."), 415);
    return next();
  });
  app.use(
    bodyLimit({
      maxSize: MOST_BODY,
      onError: (context) => context.json(fault("bad_usage", "the body is too large", "Send less."), 413),
    }),
  );
  app.use("/api/*", requireSameDatabase(isSameDatabase));
  app.route("/", apiRoutes(parts, isSameDatabase));
  app.all("/api/*", (context) => {
    const message = `there is no ${context.req.method} ${context.req.path} here`;
    return context.json(fault("unknown_name", message, "See docs/dashboard.md for what the API has."), 404);
  });
  if (parts.page !== undefined) app.use(servePage(parts.page));
  app.notFound((context) =>
    context.json(fault("unknown_name", `there is no ${context.req.path} here`, "Open the address itself."), 404),
  );
  return app;
}
