import { RESAMPLES } from "../../evals/bootstrap.ts";
import type { ArmReport, MetricReport } from "../../evals/suite-report.ts";
import { share } from "../../core/texts/share-text.ts";
import { table } from "../table.ts";

/** Problems below which an interval is rough. */
const FEW = 20;

/** Reports of a suite as people read them: a table with an interval beside each figure, and what the intervals are. */
export function reportText(reports: readonly ArmReport[], metrics: readonly string[]): string {
  const hasUnjudged = reports.some(({ unjudged }) => unjudged > 0);
  const header = ["arm", "problems", ...metrics, ...(hasUnjudged ? ["no verdict"] : [])];
  const rows = reports.map((report) => [
    report.arm,
    String(report.problems),
    ...metrics.map((name) => metricText(report.metrics[name])),
    ...(hasUnjudged ? [String(report.unjudged)] : []),
  ]);
  return [table(header, rows), "", ...notesOn(reports)].join("\n");
}

function metricText(metric: MetricReport | null | undefined): string {
  if (metric == null) return "-";
  const { low, high, method } = metric.interval;
  return `${share(metric.value)} (${share(low)} to ${share(high)})${method === "bca" ? "" : "*"}`;
}

function notesOn(reports: readonly ArmReport[]): string[] {
  const all = reports.flatMap(({ metrics }) => Object.values(metrics)).filter((metric) => metric !== null);
  return [
    `In brackets: 95% intervals over problems (BCa bootstrap, ${RESAMPLES.toLocaleString("en-US")} resamples, arm by arm).`,
    ...(all.some(({ interval }) => interval.method !== "bca")
      ? [
          "* All problems of an arm gave the same, of which a bootstrap knows no spread: Wilson's bound on those that would not.",
        ]
      : []),
    ...(reports.some(({ problems }) => problems < FEW)
      ? [`Intervals of fewer than ${FEW} problems are rough, and rather too narrow.`]
      : []),
    ...(reports.some(({ metrics }) => Object.values(metrics).includes(null))
      ? ["-: no problem has enough completions with a verdict, or no answers could be read."]
      : []),
  ];
}

/** Reports as a program reads them: `mean` and `passAt` are the values alone. */
export function reportJson(reports: readonly ArmReport[], samples: number): object[] {
  return reports.map(({ arm, problems, unjudged, metrics }) => ({
    arm,
    problems,
    mean: metrics[`mean@${samples}`]?.value ?? null,
    passAt: Object.fromEntries(
      Object.entries(metrics).flatMap(([name, metric]) =>
        name.startsWith("pass@") && metric !== null ? [[name.slice("pass@".length), metric.value]] : [],
      ),
    ),
    unjudged,
    metrics,
  }));
}
