import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isMap, LineCounter, parseDocument, type Document } from "yaml";
import { RlvrError } from "../core/errors.ts";
import { isPresent } from "../core/files.ts";
import { describeIssue } from "./describe-issue.ts";
import { recipeSchema, type Recipe } from "./recipe-schema.ts";

/** A value to put into a recipe: `path` as keys and indexes, as `--set trainer.epochs=2` gives it. */
export interface Override {
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * Reads and checks a recipe file.
 * @param overrides values set over the file's, checked by the same schema.
 * @returns the recipe with defaults filled in and paths absolute.
 * @throws RlvrError `missing_file`, or `bad_recipe` naming every fault with its line and, for an unknown key, the nearest known one.
 */
export function loadRecipe(file: string, overrides: readonly Override[] = []): Recipe {
  if (!isPresent(file)) {
    throw new RlvrError("missing_file", `there is no recipe at ${file}`, {
      advice: "Name a YAML file, or write one with: rlvr init recipe NAME",
    });
  }
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, "utf8"), { lineCounter: lines });
  const syntax = document.errors[0];
  if (syntax !== undefined) throw badRecipe(file, [syntax.message]);
  for (const { path, value } of overrides) setIn(document, path, value);

  const result = recipeSchema.safeParse(document.toJS());
  if (!result.success) {
    const faults = result.error.issues.map((issue) => {
      const { path, message } = describeIssue(issue, recipeSchema);
      const line = lineOf(document, lines, path);
      return `${line === undefined ? "" : `line ${line}: `}${message}`;
    });
    throw badRecipe(file, faults);
  }
  const recipe = resolvePaths(result.data, dirname(resolve(file)));
  requireFiles(file, recipe);
  return recipe;
}

function badRecipe(file: string, faults: readonly string[]): RlvrError {
  return new RlvrError(
    "bad_recipe",
    `${file} is not a usable recipe:\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
    {
      advice: "Correct the recipe. Every option is described in docs/recipe.md.",
    },
  );
}

/** `setIn` of the library, but with list indexes as numbers and a clear error where a path leads through a value. */
function setIn(document: Document, path: readonly string[], value: unknown): void {
  try {
    document.setIn(
      path.map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
      value,
    );
  } catch (error) {
    throw new RlvrError("bad_recipe", `--set ${path.join(".")}: nothing can be set there`, {
      advice: "Name an option by its path in the recipe, such as trainer.learning_rate or verifiers.0.name.",
      cause: error,
    });
  }
}

/** The line, from 1, of the deepest part of a path that the file holds. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true);
    const key = path[depth - 1];
    const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === String(key)) : undefined;
    const node = (pair?.key ?? document.getIn(path.slice(0, depth), true)) as
      | { range?: [number, number, number] }
      | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

function resolvePaths(recipe: Recipe, folder: string): Recipe {
  const absolute = (path: string): string => resolve(folder, path);
  const { practice, development, test, prompt } = recipe.problems;
  return {
    ...recipe,
    problems: {
      practice: absolute(practice),
      prompt: absolute(prompt),
      ...(development !== undefined && { development: absolute(development) }),
      ...(test !== undefined && { test: absolute(test) }),
    },
    policy: { ...recipe.policy, ...(recipe.policy.model !== undefined && { model: absolute(recipe.policy.model) }) },
  };
}

function requireFiles(file: string, recipe: Recipe): void {
  const named = { ...recipe.problems, "policy.model": recipe.policy.model };
  for (const [option, path] of Object.entries(named)) {
    if (path === undefined || isPresent(path)) continue;
    throw new RlvrError("missing_file", `${file} names ${path} (${option}), which does not exist`, {
      advice: "Correct the path; it is relative to the recipe's own folder.",
    });
  }
}
