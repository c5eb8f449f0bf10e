import { CHART_THEMES } from "../../report/charts/theme.ts";
import type { Database } from "../../tracking/database.ts";
import { evalPoints } from "../../tracking/reads/eval-points.ts";
import { metricNames, metricSeries } from "../../tracking/reads/metric-series.ts";
import { findRun } from "../../tracking/runs.ts";
import { chartSvg } from "../html/chart-image.ts";
import { curveFigures } from "../html/figures.ts";

/** A learning curve as an image. */
export interface Curve {
  readonly file: string;
  readonly title: string;
  readonly hint: string;
  readonly svg: string;
}

const POINTS = 240;

/** The learning curves of a run up to a step, from the base on: its evaluations, the reward and the pass rate of practice. */
export function learningCurves(db: Database, runId: number, step: number): Curve[] {
  const names = metricNames(db, runId).filter((name) => name === "reward.mean" || name.startsWith("pass_rate."));
  const metrics = metricSeries(db, runId, names, { to: step, points: POINTS });
  const evals = evalPoints(db, runId).filter((point) => point.step <= step);
  return curveFigures({ run: findRun(db, runId), evals, metrics, alarms: [] }).map((figure, place) => ({
    file: `curve-${place + 1}.svg`,
    title: figure.title,
    hint: figure.hint,
    svg: chartSvg({ ...figure.draw(CHART_THEMES.print), backgroundColor: "#ffffff" }, figure),
  }));
}
