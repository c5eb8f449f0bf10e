import { Hono } from "hono";
import { heldOutAccuracies, rewardCurves, runOverviews, type RunOverview } from "../../tracking/reads/run-overviews.ts";
import { recipeChangesOf } from "../../tracking/recipe-changes.ts";
import { serversOut } from "../../tracking/reads/servers-out.ts";
import { runChoices } from "../../tracking/reads/run-choices.ts";
import { findRun } from "../../tracking/runs.ts";
import type { Database } from "../../tracking/database.ts";
import type { RunDetail, RunSummary } from "../answers.ts";
import { noSuch } from "../faults.ts";
import type { DashboardParts } from "../parts.ts";
import { checked, runParameter } from "../requests.ts";

const SPARKLINE_POINTS = 40;

/** What runs there are, and what one of them is made of. */
export function runRoutes({ db }: DashboardParts) {
  return new Hono()
    .get("/runs", (context) => context.json<RunSummary[]>(summaries(db, runOverviews(db))))
    .get("/runs/:run", checked("param", runParameter), (context) => {
      const { run } = context.req.valid("param");
      const [summary] = summaries(db, runOverviews(db, run));
      if (summary === undefined) throw noSuch("run", run);
      const { recipe, version } = findRun(db, run);
      const changes = recipeChangesOf(db, run);
      const out = summary.state === "succeeded" ? [] : serversOut(db, run);
      return context.json<RunDetail>({
        ...summary,
        ...runChoices(db, run),
        recipe,
        version,
        changes,
        serversOut: out,
      });
    });
}

/** Runs at a glance, but for those whose removal has begun. */
function summaries(db: Database, all: readonly RunOverview[]): RunSummary[] {
  const overviews = all.flatMap(({ state, ...run }) => (state === "removing" ? [] : [{ ...run, state }]));
  const ids = overviews.map(({ id }) => id);
  const curves = rewardCurves(db, ids, SPARKLINE_POINTS);
  const accuracies = heldOutAccuracies(db, ids);
  return overviews.map((overview) => ({
    ...overview,
    accuracyBefore: accuracies.get(overview.id)?.before ?? null,
    accuracyNow: accuracies.get(overview.id)?.now ?? null,
    rewards: curves.get(overview.id) ?? [],
  }));
}
