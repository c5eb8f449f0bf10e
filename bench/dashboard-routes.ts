import { openDatabaseReadOnly } from "../src/tracking/database.ts";
import { runOverviews } from "../src/tracking/reads/run-overviews.ts";
import { RARE_WORD } from "./synthetic/corpus.ts";

/** A route by what it is asked, and its path below /api for a request, each with another id where it has one. */
export interface MeasuredRoute {
  readonly what: string;
  readonly path: (request: number) => string;
}

/** Every route of the dashboard's API, on a run of a database of `synthetic-database.ts` with so many rollouts. */
export function measuredRoutes(run: string, rollouts: number): MeasuredRoute[] {
  /** The share of a million, at which the numbers below aim. */
  const share = (of: number): number => Math.max(1, Math.floor((of * rollouts) / 1_000_000));
  const runPath = `runs/${run}`;
  /** A `#` in a path is another number in each request, from 1 to the most. */
  const routes: readonly (readonly [what: string, path: string, most?: number])[] = [
    ["runs", "runs"],
    ["run", runPath],
    ["recipe", `${runPath}/recipe`],
    ["story", `${runPath}/story`],
    ["metrics: reward", `${runPath}/metrics?names=reward.mean&points=500`],
    ["metrics: pass rate of every arm", `${runPath}/metrics?names=pass_rate.*&points=500`],
    ["metrics: all of the trainer's", `${runPath}/metrics?names=train.*&points=500`],
    ["metrics: reward of 100 steps", `${runPath}/metrics?names=reward.mean&from=1000&to=1099`],
    ["evaluations", `${runPath}/evals`],
    ["alarms", `${runPath}/alarms`],
    ["pipeline, newest steps", `${runPath}/pipeline`],
    ["pipeline, a page far back", `${runPath}/pipeline?steps=200&to=#`, share(3400)],
    ["curriculum", `${runPath}/curriculum?points=120`],
    ["cliff map, hardest first", `${runPath}/cliff-map?order=hardest&limit=60`],
    ["cliff map, an arm by position, page 3", `${runPath}/cliff-map?order=position&arm=geometry&offset=120&limit=60`],
    ["rollouts, newest", `${runPath}/rollouts`],
    ["rollouts, a page far down", `${runPath}/rollouts?cursor=#.5.3`, share(3000)],
    ["rollouts of an arm that failed", `${runPath}/rollouts?arm=puzzles&passed=false`],
    ["rollouts of a rare arm", `${runPath}/rollouts?arm=olympiad`],
    ["rollouts of a problem", `${runPath}/rollouts?problem=practice-units-00007`],
    ["rollouts with a hint of a tier", `${runPath}/rollouts?hint=solution`],
    ["rollouts of few steps", `${runPath}/rollouts?step_from=500&step_to=501&drop=zero_variance`],
    ["rollouts with a rare status", `${runPath}/rollouts?status=timeout&verifier=math`],
    ["rollouts with a rare drop reason", `${runPath}/rollouts?drop=no_verdict`],
    ["rollouts that no filter lets through", `${runPath}/rollouts?status=skipped`],
    ["rollouts, text that is common", `${runPath}/rollouts?text=therefore`],
    ["rollouts, text that is rare", `${runPath}/rollouts?text=${RARE_WORD}`],
    ["rollouts, text that is nowhere", `${runPath}/rollouts?text=no%20such%20text&cursor=#.0.0`, share(3400)],
    ["rollout", "rollouts/#", share(900_000)],
    ["tokens of a rollout", "rollouts/#/tokens", share(900_000)],
    ["group", "groups/#", share(100_000)],
    ["trainer", `${runPath}/trainer`],
    ["prompt of a rollout", "rollouts/#/prompt", share(900_000)],
    ["compare two runs by six metrics", "compare?runs=1,2&metrics=reward.mean,pass_rate,train.*"],
    ["compare two evaluations", "compare/evaluations?suite=development&a=1:0&b=2:0"],
    ["compare two runs by problem", "compare/problems?runs=1,2"],
    ["compare rollouts of a problem", "compare/visits?runs=1,2&problem=#", share(2000)],
    ["ready queries", "queries"],
  ];
  return routes.map(([what, path, most = 1]) => ({
    what,
    path: (request) => path.replace("#", String(1 + ((request * 7919 * 31) % most))),
  }));
}

/** How many rollouts all runs of a database have. */
export function countRollouts(path: string): number {
  const db = openDatabaseReadOnly(path);
  try {
    return runOverviews(db).reduce((sum, run) => sum + run.rollouts, 0);
  } finally {
    db.$client.close();
  }
}
