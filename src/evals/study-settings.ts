import { markdownTable, NOTHING } from "./study-format.ts";
import type { StudyExperiment } from "./study-design.ts";
import { bySeed, type StudyResults } from "./study-tables.ts";

/** Options that a run has to itself: they tell nothing about its variant. */
const OWN = new Set(["name", "seed"]);

/** The options of a recipe by dotted path, their values as text; a list is one value. */
export function optionsOfRecipe(recipe: unknown): Map<string, string> {
  return new Map(leavesOf(recipe, ""));
}

function leavesOf(value: unknown, path: string): [string, string][] {
  if (value === undefined) return [];
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [[path, typeof value === "string" ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, part]) => leavesOf(part, path === "" ? key : `${path}.${key}`));
}

/**
 * What the variants of an experiment differ in, as their runs' own recipes tell, not the study's file; empty where they
 * do not differ.
 */
export function settingsTable(study: StudyResults, experiment: StudyExperiment): string {
  // All on one base, or what makes the base would seem to make the variant.
  const counts = experiment.bases.map(
    (base) =>
      Object.keys(experiment.variants).filter((variant) => bySeed(study, experiment, variant, base).size > 0).length,
  );
  const commonBase = experiment.bases[counts.indexOf(Math.max(...counts))] ?? "";
  const recipes = Object.keys(experiment.variants).flatMap((variant) => {
    const run = [...bySeed(study, experiment, variant, commonBase).values()][0];
    return run === undefined ? [] : [{ variant, options: optionsOfRecipe(run.recipe) }];
  });
  const paths = new Set(recipes.flatMap(({ options }) => [...options.keys()]));
  const differing = [...paths].filter(
    (path) => !OWN.has(path) && new Set(recipes.map(({ options }) => options.get(path))).size > 1,
  );
  if (differing.length === 0) return "";
  return markdownTable(
    ["variant", ...differing],
    recipes.map(({ variant, options }) => [variant, ...differing.map((path) => options.get(path) ?? NOTHING)]),
  );
}
