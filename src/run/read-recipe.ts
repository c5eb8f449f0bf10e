import { dirname, resolve } from "node:path";
import type { Override } from "../config/load-document.ts";
import { loadRecipe } from "../config/load-recipe.ts";
import { loadSuite } from "../config/load-suite.ts";
import type { Recipe } from "../config/recipe-schema.ts";
import type { Suite } from "../config/suite-schema.ts";
import { referenceOf, type VerifierConfig } from "../config/verifier-schema.ts";
import { resolveReference } from "../verifiers/resolve-reference.ts";

/**
 * Reads and checks a recipe file: as {@link loadRecipe} does, and with every verifier found, so that the recipe means
 * the same wherever it is read next.
 * @throws RlvrError of bad input, with exit code 2.
 */
export function readRecipe(file: string, overrides: readonly Override[] = []): Recipe {
  const recipe = loadRecipe(file, overrides);
  return { ...recipe, verifiers: resolveVerifiers(recipe.verifiers, dirname(resolve(file))) };
}

/** Reads and checks a suite file, its verifiers found. Throws like {@link readRecipe}. */
export function readSuite(file: string): Suite {
  const suite = loadSuite(file);
  return { ...suite, verifiers: resolveVerifiers(suite.verifiers, dirname(resolve(file))) };
}

/** Verifiers with names that hold outside of the folder that they were named in. */
function resolveVerifiers(configs: readonly VerifierConfig[], folder: string): VerifierConfig[] {
  return configs.map((config) => {
    const { python: _, ...rest } = config;
    return { ...resolveNested(rest, folder), name: resolveReference(referenceOf(config), folder) } as VerifierConfig;
  });
}

/** The options of a combinator, with the names of what it combines found. */
function resolveNested(config: Readonly<Record<string, unknown>>, folder: string): Record<string, unknown> {
  const { of } = config;
  if (!Array.isArray(of)) return config;
  const isNamed = (entry: unknown): entry is Record<string, unknown> & { readonly name: string } =>
    typeof (entry as { readonly name?: unknown } | null)?.name === "string";
  return {
    ...config,
    // What is no entry is refused by the combinator's own schema.
    of: of.map((entry: unknown) =>
      isNamed(entry) ? { ...resolveNested(entry, folder), name: resolveReference(entry.name, folder) } : entry,
    ),
  };
}
