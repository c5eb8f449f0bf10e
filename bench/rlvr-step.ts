import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readRecipe } from "../src/run/start/read-recipe.ts";
import { startRun } from "../src/run/start/start-run.ts";
import { workOn } from "../src/run/work.ts";
import { openDatabase } from "../src/tracking/database.ts";
import { readPolicyModel } from "../src/trainer/embedded/policy-model.ts";
import { POLICY, type StepLine } from "./blocks.ts";

/**
 * One block of rlvr's steps, as a process of its own: a run of bench/recipes/step.yaml in a temporary folder. Prints one
 * JSON line a step: its wall time from the end of the step before, and the run's own split of it.
 */

const { values } = parseArgs({
  options: {
    steps: { type: "string", default: "12" },
    seed: { type: "string", default: "1" },
    mode: { type: "string", default: "deterministic" },
    folder: { type: "string" },
  },
});
if (values.folder === undefined)
  throw new Error("usage: rlvr-step.ts --folder DIR [--steps N] [--seed N] [--mode MODE]");

const here = import.meta.dirname;
const recipe = readRecipe(join(here, "recipes/step.yaml"), [
  { path: ["steps"], value: Number(values.steps) },
  { path: ["seed"], value: Number(values.seed) },
  { path: ["policy", "mode"], value: values.mode },
  { path: ["verifiers", "0", "name"], value: join(here, "verifiers/digit-share.ts") },
]);
const databasePath = resolve(values.folder, "rlvr.db");
const db = openDatabase(databasePath);
const run = await startRun(db, recipe);

const { parameterCount: parameters } = readPolicyModel(POLICY);
let last: number | undefined;
await workOn({
  db,
  databasePath,
  run,
  listen(event) {
    const now = performance.now();
    if (event.type === "step_started") last ??= now;
    if (event.type !== "step_finished" || last === undefined) return;
    const { step, seconds, trained, train } = event;
    const line: StepLine = {
      step,
      ms: now - last,
      seconds,
      sequences: trained,
      tokens: train["tokens"] ?? 0,
      parameters,
    };
    last = now;
    process.stdout.write(`${JSON.stringify(line)}\n`);
  },
  signal: new AbortController().signal,
});
db.$client.close();
