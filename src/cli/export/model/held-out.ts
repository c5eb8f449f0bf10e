import { deriveSeed } from "../../../core/random.ts";
import { reportByArm, type ArmReport } from "../../../evals/suite-report.ts";
import type { CardFacts, Estimate } from "../../../exports/model/model-card.ts";
import { historyOf } from "../../../run/history.ts";
import type { Database } from "../../../tracking/database.ts";
import { evalByProblem, finishedEvalIn, type EvalRow } from "../../../tracking/evals.ts";
import type { RunRow } from "../../../tracking/runs.ts";

/** Whichever of these the version was evaluated on, the first of them. */
const SUITES = ["test", "development"];

/**
 * Held-out accuracy of a run's base and of its weights after a step; undefined where these were not evaluated. A fork has
 * the evaluations that it goes on from.
 */
export function heldOutOf(db: Database, run: RunRow, step: number): CardFacts["heldOut"] {
  const history = historyOf(db, run.id);
  for (const suite of SUITES) {
    const after = finishedEvalIn(db, history, suite, step);
    if (after === undefined) continue;
    const seed = deriveSeed(run.seed, "card", suite);
    const before = finishedEvalIn(db, history, suite, 0);
    const base = before === undefined ? [] : accuracyByArm(db, before, seed);
    const rows = accuracyByArm(db, after, seed).map((report) => ({
      arm: report.arm,
      problems: report.problems,
      before: estimateOf(base.find(({ arm }) => arm === report.arm)),
      after: estimateOf(report),
    }));
    return { suite, samples: after.samples, temperature: after.temperature, rows };
  }
  return undefined;
}

const METRIC = "mean@1";

/** The share of each problem's judged completions that passed, averaged over problems. */
function accuracyByArm(db: Database, { id }: EvalRow, seed: number): ArmReport[] {
  const problems = evalByProblem(db, id).map(({ arm, judged, passed }) => ({
    arm,
    completions: Array.from({ length: judged }, (_, place) => ({ passed: place < passed, extracted: null })),
  }));
  return reportByArm(problems, [METRIC], seed);
}

function estimateOf(report: ArmReport | undefined): Estimate | null {
  const metric = report?.metrics[METRIC];
  return metric == null ? null : { value: metric.value, low: metric.interval.low, high: metric.interval.high };
}
