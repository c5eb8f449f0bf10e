import type { StoryFacts } from "../../core/story-facts.ts";
import type { CliffMapRow } from "../../report/charts/cliff-map.ts";
import type { Database } from "../../tracking/database.ts";
import { findEval, latestEval } from "../../tracking/evals.ts";
import { armCells, type ArmCell } from "../../tracking/reads/arm-cells.ts";
import { practisedProblems, problemVisits } from "../../tracking/reads/cliff-map.ts";
import { evalPoints, type EvalPoint } from "../../tracking/reads/eval-points.ts";
import { metricNames, metricSeries, type MetricSeries } from "../../tracking/reads/metric-series.ts";
import { recipeChangesOf, type RecipeChangeRow } from "../../tracking/recipe-changes.ts";
import { runArms } from "../../tracking/reads/run-choices.ts";
import { runOverviews, type RunOverview } from "../../tracking/reads/run-overviews.ts";
import { eventsOfType, type EventRow } from "../../tracking/events.ts";
import { beforeAndAfter, type BeforeAndAfter } from "../../tracking/report.ts";
import type { RunRow } from "../../tracking/runs.ts";
import { storyFacts } from "../../tracking/story-facts.ts";

/** Points of a curve at the most: more would not be seen on paper. */
const POINTS = 240;
/** Columns of a curriculum's heat map at the most. */
const COLUMNS = 60;
/** Problems of the cliff map: the hardest, and of each the newest visits. */
const CLIFF_PROBLEMS = 30;
const CLIFF_VISITS = 40;
/** Alarms that are told, the newest. */
const ALARMS = 100;
/** Held-out problems that are shown with what was answered. */
const EXAMPLES = 6;

/** All that a report of a run is made of. */
export interface ReportData {
  readonly run: RunRow;
  readonly overview: RunOverview;
  readonly facts: StoryFacts;
  readonly evals: readonly EvalPoint[];
  readonly examples: readonly BeforeAndAfter[];
  readonly metrics: readonly MetricSeries[];
  readonly arms: readonly string[];
  readonly armCells: readonly ArmCell[];
  /** How many problems were practised, and the hardest of them. */
  readonly practised: number;
  readonly hardest: readonly CliffMapRow[];
  readonly alarms: readonly EventRow[];
  /** Changes of the recipe since the start, in their order. */
  readonly changes: readonly RecipeChangeRow[];
}

/** Reads what a report of a run is made of: bounded parts, whatever the number of rollouts. */
export function reportData(db: Database, run: RunRow): ReportData {
  const [overview] = runOverviews(db, run.id);
  if (overview === undefined) throw new Error(`run ${run.id} is gone`);
  const facts = storyFacts(db, run.id);
  const page = { arm: undefined, order: "hardest", offset: 0, limit: CLIFF_PROBLEMS } as const;
  const { problems, rows } = practisedProblems(db, run.id, page);
  const ids = rows.map(({ problemId }) => problemId);
  const visits = Map.groupBy(problemVisits(db, run.id, ids, CLIFF_VISITS), ({ problemId }) => problemId);
  return {
    run,
    overview,
    facts,
    evals: evalPoints(db, run.id),
    examples: examplesOf(db, run.id, facts),
    metrics: metricSeries(db, run.id, metricNames(db, run.id), { points: POINTS }),
    arms: runArms(db, run.id),
    armCells: armCells(db, run.id, COLUMNS),
    practised: problems,
    hardest: rows.map((row) => ({ ...row, visits: visits.get(row.problemId) ?? [] })),
    alarms: eventsOfType(db, run.id, "alarm", ALARMS),
    changes: recipeChangesOf(db, run.id),
  };
}

function examplesOf(db: Database, runId: number, { evaluation }: StoryFacts): BeforeAndAfter[] {
  if (evaluation === null || evaluation.beforeStep === evaluation.nowStep) return [];
  const before = findEval(db, runId, evaluation.suite, evaluation.beforeStep);
  const after = latestEval(db, runId, evaluation.suite);
  return before === undefined || after === undefined ? [] : beforeAndAfter(db, before.id, after.id, EXAMPLES);
}
