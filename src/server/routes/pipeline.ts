import { Hono } from "hono";
import { z } from "zod";
import { now } from "../../tracking/now.ts";
import { pipelinePage } from "../../tracking/reads/pipeline-page.ts";
import { runStateNow } from "../../tracking/run-state.ts";
import { findRun } from "../../tracking/runs.ts";
import type { PipelineAnswer } from "../answers.ts";
import type { DashboardParts } from "../parts.ts";
import { checked, countUpTo, runParameter, wholeNumber } from "../requests.ts";

const query = z.object({ to: wholeNumber.optional(), steps: countUpTo(200, 20) });

/** What sampled, trained, synced and evaluated when. */
export function pipelineRoutes({ db }: DashboardParts) {
  return new Hono().get("/runs/:run/pipeline", checked("param", runParameter), checked("query", query), (context) => {
    const run = findRun(db, context.req.valid("param").run);
    const { to, steps } = context.req.valid("query");
    const time = runStateNow(db, run) === "running" ? now() : null;
    return context.json<PipelineAnswer>(pipelinePage(db, run, to, steps, time));
  });
}
