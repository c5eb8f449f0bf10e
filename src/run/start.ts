import { readFileSync } from "node:fs";
import type { Recipe } from "../config/recipe-schema.ts";
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
  const { template, curriculum } = await configureModules(recipe, promptTemplate);
  const { practice, development, test } = recipe.problems;
  const sets = [practice, development, test].map((path) => (path === undefined ? undefined : readProblems(path)));
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
