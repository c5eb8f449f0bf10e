import { Hono } from "hono";
import { stringify } from "yaml";
import { heldOutAccuracies, rewardCurves, runOverviews, type RunOverview } from "../../tracking/reads/run-overviews.ts";
import { someSourcesOf } from "../../tracking/problem-sets.ts";
import { recipeChangesOf } from "../../tracking/recipe-changes.ts";
import { softwareOfRun } from "../../tracking/reads/run-software.ts";
import { serversOut } from "../../tracking/reads/servers-out.ts";
import { runChoices } from "../../tracking/reads/run-choices.ts";
import { findRun } from "../../tracking/runs.ts";
import type { RecipeAnswer, RunDetail, RunSummary } from "../answers.ts";
import { noSuch } from "../faults.ts";
import type { DashboardParts } from "../parts.ts";
import { checked, runParameter } from "../requests.ts";

const SPARKLINE_POINTS = 40;

/** What runs there are, and what one of them is made of. */
export function runRoutes(parts: DashboardParts) {
  const { db } = parts;
  return new Hono()
    .get("/runs", (context) => context.json<RunSummary[]>(summaries(parts, runOverviews(db))))
    .get("/runs/:run", checked("param", runParameter), (context) => {
      const { run } = context.req.valid("param");
      const [summary] = summaries(parts, runOverviews(db, run));
      if (summary === undefined) throw noSuch("run", run);
      const { recipe, version, testSetId, developmentSetId } = findRun(db, run);
      const some = { test: testSetId, development: developmentSetId };
      const suiteSources = Object.entries(some).map(([suite, set]) => [suite, someSourcesOf(db, recipe, set)] as const);
      const changes = recipeChangesOf(db, run);
      const out = summary.state === "succeeded" ? [] : serversOut(db, run);
      return context.json<RunDetail>({
        ...summary,
        ...runChoices(db, run),
        recipe,
        version,
        changes,
        suiteSources: Object.fromEntries(suiteSources.filter(([, sources]) => sources.length > 0)),
        serversOut: out,
      });
    })
    .get("/runs/:run/recipe", checked("param", runParameter), (context) => {
      const { id, recipe, command, version } = findRun(db, context.req.valid("param").run);
      return context.json<RecipeAnswer>({
        yaml: stringify(recipe, { lineWidth: 0 }),
        command,
        version,
        software: softwareOfRun(db, id),
      });
    });
}

/** Runs at a glance, but for those whose removal has begun. */
function summaries({ db, runSizes }: DashboardParts, all: readonly RunOverview[]): RunSummary[] {
  const overviews = all.flatMap(({ state, ...run }) => (state === "removing" ? [] : [{ ...run, state }]));
  const ids = overviews.map(({ id }) => id);
  const curves = rewardCurves(db, ids, SPARKLINE_POINTS);
  const accuracies = heldOutAccuracies(db, ids);
  const sizes = runSizes(ids);
  return overviews.map((overview) => ({
    ...overview,
    accuracyBefore: accuracies.get(overview.id)?.before ?? null,
    accuracyNow: accuracies.get(overview.id)?.now ?? null,
    bytes: sizes.get(overview.id) ?? null,
    rewards: curves.get(overview.id) ?? [],
  }));
}
