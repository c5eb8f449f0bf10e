import type { GeneratorConfig } from "./recipe/generator-schema.ts";
import type { Recipe } from "./recipe-schema.ts";
import type { VerifierConfig } from "./verifier-schema.ts";

type Problems = Recipe["problems"];

/** A source of a run's problems: which they are, how they are asked and what judges them. */
export interface RecipeSource extends Pick<Problems, "development" | "test" | "fields" | "prompt"> {
  /** Null: the recipe has no sources, and its problems are all of this one. */
  readonly name: string | null;
  /** Where its problems are from: of a generated set, its module and how many. */
  readonly practice: string;
  /** What makes its problems; undefined where they are of files. */
  readonly generator: GeneratorConfig | undefined;
  /** How many problems of a held-out set are generated; without a number, it is of a file. */
  readonly generated: { readonly development?: number; readonly test?: number };
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
    return [
      {
        name: null,
        practice,
        generator: undefined,
        generated: {},
        development,
        test,
        fields,
        prompt,
        verifiers,
        weight: undefined,
        arm: undefined,
      },
    ];
  return sources.map((source) => ({
    name: source.name,
    ...setsOf(source),
    fields: source.fields ?? fields,
    prompt: source.prompt ?? prompt,
    verifiers: source.verifiers ?? verifiers,
    weight: source.weight,
    arm: source.arm,
  }));
}

/** Where the sets of a source are from. */
function setsOf({
  file = "",
  generate: generator,
  development,
  test,
}: NonNullable<Problems["sources"]>[number]): Pick<
  RecipeSource,
  "practice" | "generator" | "generated" | "development" | "test"
> {
  const named = (set: string | number | undefined): string | undefined =>
    typeof set === "number" ? `${generator?.name ?? ""} (${set} generated)` : set;
  return {
    practice: generator === undefined ? file : `${generator.name} (generated without end)`,
    generator,
    generated: {
      ...(typeof development === "number" && { development }),
      ...(typeof test === "number" && { test }),
    },
    development: named(development),
    test: named(test),
  };
}

/** Whether a recipe's run evaluates on a development set. */
export function hasDevelopment(recipe: Pick<Recipe, "problems" | "verifiers">): boolean {
  return sourcesOf(recipe).some(({ development }) => development !== undefined);
}
