import { readFileSync } from "node:fs";
import type { Recipe } from "../config/recipe-schema.ts";
import { RlvrError } from "../core/errors.ts";
import { packageVersion } from "../core/package-files.ts";
import { readProblems } from "../problems/read-problems.ts";
import type { Database } from "../tracking/database.ts";
import { problemIdsByArm, storeProblemSet } from "../tracking/problem-sets.ts";
import { createRun, findRun, type RunRow } from "../tracking/runs.ts";
import { checkCharacters } from "./check-characters.ts";
import { configureModules } from "./modules.ts";
import { transact } from "../tracking/transaction.ts";

/**
 * Writes a new run with its problem sets. Everything that the recipe names is checked first, so a bad recipe leaves
 * nothing behind.
 * @throws RlvrError of bad input, with exit code 2.
 */
export async function startRun(db: Database, recipe: Recipe): Promise<RunRow> {
  const promptTemplate = readFileSync(recipe.problems.prompt, "utf8");
  const { template, curriculum, scaffold } = await configureModules(recipe, promptTemplate);
  const { practice, development, test } = recipe.problems;
  const sets = [practice, development, test].map((path) => (path === undefined ? undefined : readProblems(path)));
  const tiers = scaffold.tiers;
  const isHinted = sets[0]?.problems.some(({ hints }) => tiers.some((tier) => hints?.[tier] !== undefined)) ?? false;
  if (tiers.length > 0 && !isHinted) throw noHints(practice, scaffold.name, tiers);
  if (recipe.policy.url === undefined)
    checkCharacters(
      recipe.policy.model,
      template,
      sets.filter((set) => set !== undefined),
    );
  const runId = transact(db, (tx) => {
    const [practiceSetId, developmentSetId, testSetId] = sets.map((set) =>
      set === undefined ? null : storeProblemSet(tx, set),
    );
    // Only now it is known which arms there are, and whether the curriculum's options fit them.
    curriculum.init([...problemIdsByArm(tx, practiceSetId ?? 0, recipe.problems.arms).keys()]);
    return createRun(tx, {
      name: recipe.name,
      seed: recipe.seed,
      recipe,
      promptTemplate,
      practiceSetId: practiceSetId ?? 0,
      developmentSetId: developmentSetId ?? null,
      testSetId: testSetId ?? null,
      version: packageVersion(),
    });
  });
  return findRun(db, runId);
}

function noHints(path: string, scaffold: string, tiers: readonly string[]): RlvrError {
  return new RlvrError("bad_problems", `no problem of ${path} has hints, and the scaffold ${scaffold} gives some`, {
    advice:
      `Write hints (${tiers.join(", ")}) into the problems, have a teacher write them with: rlvr problems hint, or set ` +
      "scaffold.name to none.",
  });
}
