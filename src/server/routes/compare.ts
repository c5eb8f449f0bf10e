import { Hono } from "hono";
import { z } from "zod";
import { metricNames, metricSeries } from "../../tracking/reads/metric-series.ts";
import { rolloutLines } from "../../tracking/reads/rollout-rows.ts";
import { runCourse } from "../../tracking/reads/run-course.ts";
import { newestVisit, sharedArms, sharedProblems } from "../../tracking/reads/shared-problems.ts";
import { findRun } from "../../tracking/runs.ts";
import type { CompareAnswer, ComparedEvaluations, ComparedProblems, ComparedVisits } from "../answers.ts";
import type { DashboardParts } from "../parts.ts";
import { recipeDifferences } from "../recipe-differences.ts";
import { checked, countUpTo, names, wholeNumber } from "../requests.ts";
import { selectNames } from "../select-names.ts";

const MOST_RUNS = 20;
const MOST_METRICS = 24;
/** Runs whose problems are compared, each of which takes a walk over its groups. */
const MOST_BESIDE = 6;
/** Rollouts of a visit that are shown. */
const MOST_ROLLOUTS = 16;

function runIds(most: number) {
  return z
    .string()
    .regex(/^\d{1,15}(?:,\d{1,15})*$/, "ids of runs are wanted, divided by commas")
    .transform((text) => [...new Set(text.split(",").map(Number))])
    .refine((ids) => ids.length <= most, `at most ${most} runs can be compared`);
}

/** A version of a run by the step of its evaluation, such as `3:120`. */
const runAtStep = z
  .string()
  .regex(/^\d{1,15}:\d{1,15}$/, "a run and a step are wanted, such as 3:120")
  .transform((text) => {
    const [run = 0, step = 0] = text.split(":").map(Number);
    return { run, step };
  });

const metricsQuery = z.object({
  runs: runIds(MOST_RUNS),
  metrics: names
    .refine((chosen) => chosen.length <= MOST_METRICS, `at most ${MOST_METRICS} metrics can be asked for`)
    .default(["reward.mean"]),
  points: countUpTo(1000, 300),
});

const evaluationsQuery = z.object({ suite: z.string(), a: runAtStep, b: runAtStep });

const problemsQuery = z.object({
  runs: runIds(MOST_BESIDE),
  offset: wholeNumber.default(0),
  limit: countUpTo(100, 20),
});

const visitsQuery = z.union([
  z.object({ runs: runIds(MOST_BESIDE), problem: wholeNumber }),
  z.object({ runs: runIds(MOST_BESIDE), arm: z.string() }),
]);

/** Several runs side by side: metrics and recipes, two evaluations by a paired test, rollouts of the same problem. */
export function compareRoutes({ db, compareEvaluations }: DashboardParts) {
  return new Hono()
    .get("/compare", checked("query", metricsQuery), (context) => {
      const { runs: ids, metrics, points } = context.req.valid("query");
      const runs = ids.map((id) => findRun(db, id));
      const present = new Set(ids.flatMap((id) => metricNames(db, id)));
      const chosen = selectNames(metrics, [...present]).slice(0, MOST_METRICS);
      return context.json<CompareAnswer>({
        runs: runs.map(({ id, name }) => ({
          id,
          name,
          course: runCourse(db, id, points),
          series: metricSeries(db, id, chosen, { points }),
        })),
        metrics: [...present].sort(),
        differences: recipeDifferences(runs.map(({ recipe, recipeFile }) => ({ recipe, file: recipeFile }))),
      });
    })
    .get("/compare/evaluations", checked("query", evaluationsQuery), async (context) =>
      context.json<ComparedEvaluations>(await compareEvaluations(context.req.valid("query"))),
    )
    .get("/compare/problems", checked("query", problemsQuery), (context) => {
      const { runs, ...page } = context.req.valid("query");
      const shared = sharedProblems(db, runs, page);
      return context.json<ComparedProblems>({ ...shared, arms: shared.problems === 0 ? sharedArms(db, runs) : [] });
    })
    .get("/compare/visits", checked("query", visitsQuery), (context) => {
      const { runs, ...visited } = context.req.valid("query");
      return context.json<ComparedVisits>(
        runs.map((run) => {
          const visit = newestVisit(db, run, visited, MOST_ROLLOUTS);
          return { run, visit: visit === undefined ? null : { ...visit, rollouts: rolloutLines(db, visit.rollouts) } };
        }),
      );
    });
}
