import { Hono } from "hono";
import { z } from "zod";
import { armCells } from "../../tracking/reads/arm-cells.ts";
import { evalPoints } from "../../tracking/reads/eval-points.ts";
import { metricNames, metricSeries } from "../../tracking/reads/metric-series.ts";
import { runArms } from "../../tracking/reads/run-choices.ts";
import { eventsOfType } from "../../tracking/events.ts";
import type { Alarm, CurriculumAnswer, EvalPoint, MetricsAnswer } from "../answers.ts";
import type { DashboardParts } from "../parts.ts";
import { checked, countUpTo, names, runParameter, wholeNumber } from "../requests.ts";
import { selectNames } from "../select-names.ts";

/** The newest alarms of a run that are told. */
const MOST_ALARMS = 1000;

const metricsQuery = z.object({
  names,
  from: wholeNumber.optional(),
  to: wholeNumber.optional(),
  points: countUpTo(5000, 500),
});

const curriculumQuery = z.object({ points: countUpTo(1000, 120) });

/** What an `alarm` event holds; see src/monitors. */
const alarmData = z.object({ alarm: z.string(), message: z.string(), metric: z.string().catch("") });

/** A run over its steps: metrics, evaluations, alarms, arms. */
export function metricRoutes({ db }: DashboardParts) {
  return new Hono()
    .get("/runs/:run/metrics", checked("param", runParameter), checked("query", metricsQuery), (context) => {
      const { run } = context.req.valid("param");
      const { names: wanted, ...range } = context.req.valid("query");
      const found = selectNames(wanted, metricNames(db, run));
      return context.json<MetricsAnswer>({ series: metricSeries(db, run, found, range) });
    })
    .get("/runs/:run/evals", checked("param", runParameter), (context) =>
      context.json<EvalPoint[]>(evalPoints(db, context.req.valid("param").run)),
    )
    .get("/runs/:run/alarms", checked("param", runParameter), (context) => {
      const events = eventsOfType(db, context.req.valid("param").run, "alarm", MOST_ALARMS);
      return context.json<Alarm[]>(
        events.map(({ id, step, at, data }) => ({ id, step: step ?? 0, at, ...alarmData.parse(data) })),
      );
    })
    .get("/runs/:run/curriculum", checked("param", runParameter), checked("query", curriculumQuery), (context) => {
      const { run } = context.req.valid("param");
      const cells = armCells(db, run, context.req.valid("query").points);
      const steps = [...new Set(cells.map(({ step }) => step))];
      return context.json<CurriculumAnswer>({ arms: runArms(db, run), steps, cells });
    });
}
