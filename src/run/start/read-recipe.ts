import { resolve } from "node:path";
import type { Override } from "../../config/load-document.ts";
import { folderOfOptions, loadRecipe, type FolderOf } from "../../config/load-recipe.ts";
import { loadSuite } from "../../config/load-suite.ts";
import type { Recipe } from "../../config/recipe-schema.ts";
import type { Suite } from "../../config/suite-schema.ts";
import type { GeneratorConfig } from "../../config/recipe/generator-schema.ts";
import type { VerifierConfig } from "../../config/verifier-schema.ts";
import { resolveGenerator, resolveVerifier } from "../../verifiers/resolve-reference.ts";

/**
 * Reads and checks a recipe file: as {@link loadRecipe} does, and with every verifier found, so that the recipe means
 * the same wherever it is read next.
 * @param overridesFolder where relative paths among the overrides start. Default: the recipe's folder.
 * @throws RlvrError of bad input, with exit code 2.
 */
export function readRecipe(file: string, overrides: readonly Override[] = [], overridesFolder?: string): Recipe {
  const folderOf = folderOfOptions(file, overrides, overridesFolder);
  return withVerifiersFound(loadRecipe(file, overrides, folderOf), folderOf);
}

/** A recipe with its verifiers, and the verifiers and generators of its sources, found as {@link resolveVerifiers} does. */
export function withVerifiersFound(recipe: Recipe, folderOf: FolderOf): Recipe {
  const { verifiers, problems } = recipe;
  const sources = problems.sources?.map((source, place) => ({
    ...source,
    ...(source.generate !== undefined && { generate: generatorFound(source.generate, folderOf, place) }),
    ...(source.verifiers !== undefined && {
      verifiers: resolveVerifiers(source.verifiers, folderOf, ["problems", "sources", String(place), "verifiers"]),
    }),
  }));
  return {
    ...recipe,
    ...(verifiers !== undefined && { verifiers: resolveVerifiers(verifiers, folderOf) }),
    problems: { ...problems, ...(sources !== undefined && { sources }) },
  };
}

/** A generator of a source with the path of its module, whether it was named by that or as a package. */
function generatorFound(generator: GeneratorConfig, folderOf: FolderOf, place: number): GeneratorConfig {
  const folder = folderOf(["problems", "sources", String(place), "generate", "name"]);
  return { ...generator, name: resolveGenerator(generator.name, folder) };
}

/** Reads and checks a suite file, the verifiers of its sets found. Options as in {@link readRecipe}, and throws like it. */
export function readSuite(file: string, overrides: readonly Override[] = [], overridesFolder?: string): Suite {
  const folderOf = folderOfOptions(file, overrides, overridesFolder);
  const suite = loadSuite(file, overrides, folderOf);
  const sets = suite.sets.map((set) => ({ ...set, verifiers: resolveVerifiers(set.verifiers, folderOf) }));
  return { ...suite, sets };
}

/**
 * Verifiers with names and paths that hold outside of the folder that they were named in.
 * @param option where the list stands.
 */
function resolveVerifiers(
  configs: readonly VerifierConfig[],
  folderOf: FolderOf,
  option: readonly string[] = ["verifiers"],
): VerifierConfig[] {
  return configs.map((config, index) => {
    const path = [...option, String(index)];
    const inputs = config.inputs?.map((file, place) => resolve(folderOf([...path, "inputs", String(place)]), file));
    return { ...resolveVerifier(config, folderOf, path), ...(inputs && { inputs }) };
  });
}
