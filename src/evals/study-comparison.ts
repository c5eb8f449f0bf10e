import { mean } from "../core/statistics.ts";
import { accuracy, difference, markdownTable, NOTHING, whole } from "./study-format.ts";
import type { StudyComparison, StudyExperiment } from "./study-design.ts";
import type { RunResult } from "./study-results.ts";
import { pairedDifference, pairedRatio, type Pair } from "./study-statistics.ts";
import { bySeed, finalAccuracy, type StudyResults } from "./study-tables.ts";

/** Runs of the two variants under the same seed. */
interface RunPair {
  readonly seed: number;
  readonly of: RunResult;
  readonly to: RunResult;
}

/** A comparison as a section of the report: one row a base, and every pair of runs. */
export function comparisonSection(study: StudyResults, comparison: StudyComparison): string {
  const { experiment: name, of, to, arm } = comparison;
  const experiment = study.design.experiments.find((candidate) => candidate.name === name);
  if (experiment === undefined) return "";
  const isAccuracy = comparison.figure === "final_accuracy";
  const figure = isAccuracy ? `final accuracy on ${arm ?? "all arms (mean)"}` : "tokens to target";
  const rows = experiment.bases.map((base) => {
    const pairs = pairsOf(study, experiment, comparison, base);
    const cells = isAccuracy ? accuracyCells(pairs, arm) : tokenCells(pairs);
    return [base, ...cells, `${pairs.length} of ${experiment.seeds.length}`];
  });
  const header = isAccuracy
    ? ["base", of, to, "difference", "95% interval", "by seed", "pairs"]
    : ["base", of, to, "ratio", "95% interval", "by seed", "reached", "pairs"];
  return `### ${of} against ${to}: ${figure}\n\n${markdownTable(header, rows)}`;
}

function pairsOf(
  study: StudyResults,
  experiment: StudyExperiment,
  { of, to }: StudyComparison,
  base: string,
): RunPair[] {
  const others = bySeed(study, experiment, to, base);
  return [...bySeed(study, experiment, of, base)].flatMap(([seed, run]) => {
    const other = others.get(seed);
    return other === undefined ? [] : [{ seed, of: run, to: other }];
  });
}

function accuracyCells(runs: readonly RunPair[], arm: string | undefined): string[] {
  const pairs = runs.flatMap(({ of, to }): Pair[] => {
    const pair = { of: finalAccuracy(of, arm), to: finalAccuracy(to, arm) };
    return pair.of === undefined || pair.to === undefined ? [] : [{ of: pair.of, to: pair.to }];
  });
  if (pairs.length === 0) return [NOTHING, NOTHING, NOTHING, NOTHING, NOTHING];
  const { mean: average, halfWidth } = pairedDifference(pairs);
  return [
    accuracy(mean(pairs.map(({ of }) => of))),
    accuracy(mean(pairs.map(({ to }) => to))),
    difference(average),
    halfWidth === null ? "needs two seeds" : `${difference(average - halfWidth)} to ${difference(average + halfWidth)}`,
    pairs.map(({ of, to }) => difference(of - to)).join(", "),
  ];
}

function tokenCells(runs: readonly RunPair[]): string[] {
  const pairs = runs.flatMap(({ of, to }): Pair[] =>
    of.tokensToTarget === null || to.tokensToTarget === null ? [] : [{ of: of.tokensToTarget, to: to.tokensToTarget }],
  );
  const { ratio, interval } = pairedRatio(pairs);
  const cost = ({ tokensToTarget, tokens }: RunResult): string =>
    tokensToTarget === null ? `>${whole(tokens)}` : whole(tokensToTarget);
  const reached = (side: "of" | "to"): string =>
    `${runs.filter((run) => run[side].tokensToTarget !== null).length} of ${runs.length}`;
  return [
    pairs.length === 0 ? NOTHING : whole(mean(pairs.map(({ of }) => of))),
    pairs.length === 0 ? NOTHING : whole(mean(pairs.map(({ to }) => to))),
    Number.isFinite(ratio) ? ratio.toFixed(2) : NOTHING,
    interval === null ? "needs two pairs" : `${interval[0].toFixed(2)} to ${interval[1].toFixed(2)}`,
    runs.map(({ of, to }) => `${cost(of)} / ${cost(to)}`).join("; "),
    `${reached("of")}, ${reached("to")}`,
  ];
}
