import type { Recipe } from "./recipe-schema.ts";
import type { VerifierConfig } from "./verifier-schema.ts";

type Problems = Recipe["problems"];

/** A source of a run's problems: which they are, how they are asked and what judges them. */
export interface RecipeSource extends Pick<Problems, "development" | "test" | "fields" | "prompt"> {
  /** Null: the recipe has no sources, and its problems are all of this one. */
  readonly name: string | null;
  readonly practice: string;
  readonly verifiers: readonly VerifierConfig[];
  readonly weight: number | undefined;
  /** The arm of all its problems; undefined where they have their own. */
  readonly arm: string | undefined;
}

/**
 * The sources of a recipe in its order, each with what it takes from the recipe where it says nothing itself. A recipe
 * without `problems.sources` has one, without a name.
 */
export function sourcesOf({
  problems,
  verifiers = [],
}: Pick<Recipe, "problems" | "verifiers">): readonly RecipeSource[] {
  const { practice = "", development, test, fields, prompt, sources } = problems;
  if (sources === undefined)
    return [{ name: null, practice, development, test, fields, prompt, verifiers, weight: undefined, arm: undefined }];
  return sources.map((source) => ({
    name: source.name,
    practice: source.file,
    development: source.development,
    test: source.test,
    fields: source.fields ?? fields,
    prompt: source.prompt ?? prompt,
    verifiers: source.verifiers ?? verifiers,
    weight: source.weight,
    arm: source.arm,
  }));
}

/** Whether a recipe's run evaluates on a development set. */
export function hasDevelopment(recipe: Pick<Recipe, "problems" | "verifiers">): boolean {
  return sourcesOf(recipe).some(({ development }) => development !== undefined);
}
