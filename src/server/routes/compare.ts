import { Hono } from "hono";
import { z } from "zod";
import { metricNames, metricSeries } from "../../tracking/reads/metric-series.ts";
import { findRun } from "../../tracking/runs.ts";
import type { CompareAnswer } from "../answers.ts";
import type { DashboardParts } from "../parts.ts";
import { recipeDifferences } from "../recipe-differences.ts";
import { checked, countUpTo } from "../requests.ts";

const MOST_RUNS = 20;

const query = z.object({
  runs: z
    .string()
    .regex(/^\d{1,15}(?:,\d{1,15})*$/, "ids of runs are wanted, divided by commas")
    .transform((text) => [...new Set(text.split(",").map(Number))])
    .refine((ids) => ids.length <= MOST_RUNS, `at most ${MOST_RUNS} runs can be compared`),
  metric: z.string().default("reward.mean"),
  points: countUpTo(5000, 300),
});

/** Several runs side by side: one metric, and where their recipes differ. */
export function compareRoutes({ db }: DashboardParts) {
  return new Hono().get("/compare", checked("query", query), (context) => {
    const { runs: ids, metric, points } = context.req.valid("query");
    const runs = ids.map((id) => findRun(db, id));
    const [first = [], ...others] = ids.map((id) => metricNames(db, id));
    return context.json<CompareAnswer>({
      runs: runs.map(({ id, name }) => ({
        id,
        name,
        series: metricSeries(db, id, [metric], { points })[0] ?? {
          name: metric,
          steps: [],
          mean: [],
          low: [],
          high: [],
        },
      })),
      metrics: first.filter((name) => others.every((each) => each.includes(name))),
      differences: recipeDifferences(runs.map(({ recipe }) => recipe)),
    });
  });
}
