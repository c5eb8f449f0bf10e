import { isDeepStrictEqual } from "node:util";
import { withServerRoots } from "../../config/server-roots.ts";
import { readRecipe } from "../../run/start/read-recipe.ts";
import { RlvrError } from "../../core/errors.ts";
import { runAll } from "../../sampling/run-all.ts";
import type { Database } from "../../tracking/database.ts";
import { sampledTokens } from "../../tracking/metrics.ts";
import type { RunRow } from "../../tracking/runs.ts";
import { finishedSteps } from "../../tracking/steps.ts";
import { runsByName } from "../../tracking/study.ts";
import { requireSameRecipe, type CheckedJob } from "./check-jobs.ts";
import type { StudyEvent } from "./events.ts";
import { workInProcess } from "./job-process.ts";

/** How the runs of a study are worked on. */
export interface WorkSetup {
  readonly study: string;
  readonly recipeFile: string;
  readonly db: Database;
  readonly databasePath: string;
  /** Runs at a time. */
  readonly parallel: number;
  readonly listen: (event: StudyEvent) => void;
  /** Aborting it ends the runs at hand tidily. */
  readonly signal: AbortSignal;
}

/**
 * Brings every run of a study to its end: one that is finished is left alone, one that was begun goes on where it stood.
 * A run that fails does not keep the others from going on.
 * @returns how many failed.
 * @throws RlvrError `interrupted`, or `bad_recipe` when a run was made from another recipe than now.
 */
export async function workOnJobs(jobs: readonly CheckedJob[], setup: WorkSetup): Promise<number> {
  const { study, db, databasePath, parallel, listen, signal } = setup;
  const names = jobs.map(({ name }) => name);
  const runs = runsByName(db, names);
  for (const job of jobs) {
    const run = runs.get(job.name);
    if (run !== undefined) await requireSameRecipe(db, run, job);
  }
  const open = jobs.filter(({ name }) => runs.get(name)?.state !== "succeeded");
  const done = jobs.length - open.length;
  listen({ type: "study_started", study, jobs: jobs.length, done, parallel, database: databasePath });
  let failed = 0;
  const tasks = open.map((job) => async () => {
    if (!(await workOnJob(job, runs.get(job.name), setup))) failed += 1;
  });
  try {
    await runAll(tasks, { concurrency: parallel, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (signal.aborted) {
    const finished = [...runsByName(db, names).values()].filter(({ state }) => state === "succeeded").length;
    throw new RlvrError("interrupted", `study ${study} was interrupted with ${finished} of ${jobs.length} runs done`, {
      advice: "Go on with the same command.",
    });
  }
  return failed;
}

/** Works on one run in a process of its own and tells how it ended: whether it is finished. */
async function workOnJob(job: CheckedJob, known: RunRow | undefined, setup: WorkSetup): Promise<boolean> {
  const { db, listen, signal } = setup;
  if (known === undefined) requireUnchanged(job, setup.recipeFile);
  let step = known === undefined ? 0 : finishedSteps(db, known);
  let tokens = known === undefined ? 0 : sampledTokens(db, known.id);
  const { steps, token_budget: tokenBudget = null } = job.recipe;
  listen({ type: "job_started", job: job.name, runId: known?.id ?? null, step, tokens, steps, tokenBudget });

  const started = performance.now();
  const { how, stderr } = await workInProcess(
    argumentsOf(job, known, setup),
    (event) => {
      if (event["type"] !== "step_finished") return;
      step = Number(event["step"]);
      tokens += (event["tokens"] as { readonly sampled: number }).sampled;
      listen({ type: "job_step", job: job.name, step, tokens });
    },
    signal,
  );
  const seconds = (performance.now() - started) / 1000;
  const run = runsByName(db, [job.name]).get(job.name);
  if (run?.state === "succeeded") {
    listen({ type: "job_finished", job: job.name, runId: run.id, step, tokens, seconds });
    return true;
  }
  if (!signal.aborted) listen({ type: "job_failed", job: job.name, runId: run?.id ?? null, reason: how, stderr });
  return false;
}

function argumentsOf(job: CheckedJob, known: RunRow | undefined, setup: WorkSetup): string[] {
  const common = ["--db", setup.databasePath, "--json"];
  if (known !== undefined) return ["resume", String(known.id), ...common];
  // As the recipe has them by now: a relative path in a study starts at the recipe, one on a command line does not.
  const set = job.overrides.flatMap(({ path }) => ["--set", `${path.join(".")}=${JSON.stringify(valueAt(job, path))}`]);
  return ["run", setup.recipeFile, ...set, ...common];
}

function valueAt({ recipe }: CheckedJob, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, part) => (value as Readonly<Record<string, unknown>>)[part], recipe);
}

/** A study takes hours, and a recipe may be edited meanwhile. */
function requireUnchanged(job: CheckedJob, recipeFile: string): void {
  if (isDeepStrictEqual(withServerRoots(readRecipe(recipeFile, job.overrides)), job.written)) return;
  throw new RlvrError("bad_recipe", `${recipeFile} was changed while the study was running`, {
    advice: "Undo the change and run the study again to go on, or begin it anew in another database: --db FILE.",
  });
}
