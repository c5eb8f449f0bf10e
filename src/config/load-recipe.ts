import { dirname, resolve } from "node:path";
import { loadDocument, requireFiles, type Override } from "./load-document.ts";
import { RlvrError } from "../core/errors.ts";
import { isPresent } from "../core/files/files.ts";
import { isHubModel } from "../core/hub-model.ts";
import { isHubReference } from "../core/hub-reference.ts";
import { promptFiles, withPromptPaths } from "./prompt-paths.ts";
import { recipeSchema, type Recipe } from "./recipe-schema.ts";

/** Options of problems, and of a source of them, that name a set. */
const SET_OPTIONS: ReadonlySet<string> = new Set(["practice", "file", "development", "test"]);

/** The folder that a relative path of an option starts from; the option by its keys and indexes. */
export type FolderOf = (option: readonly string[]) => string;

/**
 * Where the paths of a recipe start: those that its file names from its folder, those that were set over it from another.
 * @param overridesFolder default: the recipe's own.
 */
export function folderOfOptions(file: string, overrides: readonly Override[], overridesFolder?: string): FolderOf {
  const folder = dirname(resolve(file));
  return (option) =>
    overrides.some(({ path }) => path.every((part, index) => part === option[index]))
      ? (overridesFolder ?? folder)
      : folder;
}

/**
 * Reads and checks a recipe file: defaults filled in, the paths of its files absolute;
 * the model may be the id of one on the hub, see withLocalModel. Throws like {@link loadDocument}.
 */
export function loadRecipe(file: string, overrides: readonly Override[], folderOf: FolderOf): Recipe {
  const written = loadDocument(file, "recipe", recipeSchema, overrides);
  const recipe = resolvePaths(written, folderOf);
  const { practice, development, test, prompt, sources = [] } = recipe.problems;
  const local = (path: string | number | undefined): string | undefined =>
    typeof path !== "string" || isHubReference(path) ? undefined : path;
  requireFiles(file, {
    practice: local(practice),
    development: local(development),
    test: local(test),
    ...promptFiles(prompt),
  });
  for (const [place, source] of sources.entries()) {
    const at = `problems.sources.${place}`;
    requireFiles(file, {
      [`${at}.file`]: local(source.file),
      [`${at}.development`]: local(source.development),
      [`${at}.test`]: local(source.test),
      ...promptFiles(source.prompt, `${at}.prompt`),
    });
  }
  requireModel(file, recipe.policy.model);
  requireFiles(file, { "policy.weights": recipe.policy.weights });
  return recipe;
}

/**
 * @param directory the path that the recipe's model is: no such one where the model is the id of one on the hub.
 * @throws RlvrError `missing_file` with how to get a model, where the directory of the policy is not there.
 */
function requireModel(file: string, directory: string): void {
  if (isHubModel(directory) || isPresent(directory)) return;
  throw new RlvrError("missing_file", `${file} names ${directory} (policy.model), which does not exist`, {
    advice:
      "Name a directory, relative to the recipe; --set policy.model=DIRECTORY is relative to where you stand. Or the id of " +
      "a model on the Hugging Face hub, OWNER/NAME, which is then fetched.",
  });
}

/** A recipe with every path absolute; paths that are so already stay. */
export function resolvePaths(recipe: Recipe, folderOf: FolderOf): Recipe {
  const { model, weights, vllm } = recipe.policy;
  const { torch } = recipe.trainer;
  const policy = (key: string, path: string): string => resolve(folderOf(["policy", key]), path);
  // A name without a folder is one on PATH.
  const interpreter = (option: readonly string[], python: string | undefined) =>
    python !== undefined && { python: python.includes("/") ? resolve(folderOf(option), python) : python };
  return {
    ...recipe,
    problems: withProblemPaths(recipe.problems, folderOf),
    policy: {
      ...recipe.policy,
      model: modelOf(model, policy("model", model)),
      ...(weights !== undefined && { weights: policy("weights", weights) }),
      ...(vllm !== undefined && { vllm: { ...vllm, ...interpreter(["policy", "vllm", "python"], vllm.python) } }),
    },
    trainer: {
      ...recipe.trainer,
      ...(torch !== undefined && {
        torch: { ...torch, ...interpreter(["trainer", "torch", "python"], torch.python) },
      }),
    },
  };
}

function withProblemPaths(problems: Recipe["problems"], folderOf: FolderOf): Recipe["problems"] {
  const { sources } = problems;
  return {
    ...withFilePaths(problems, folderOf, ["problems"]),
    ...(sources !== undefined && {
      sources: sources.map((source, place) => withFilePaths(source, folderOf, ["problems", "sources", String(place)])),
    }),
  };
}

/** Problems or a source of them with the paths of sets and prompts absolute; references to the hub stay. */
function withFilePaths<T extends { readonly prompt?: Recipe["problems"]["prompt"] }>(
  named: T,
  folderOf: FolderOf,
  place: readonly string[],
): T {
  const sets = Object.entries(named).flatMap(([option, path]): [string, string][] =>
    SET_OPTIONS.has(option) && typeof path === "string" && !isHubReference(path)
      ? [[option, resolve(folderOf([...place, option]), path)]]
      : [],
  );
  const prompt = withPromptPaths(named.prompt, (path, at) => resolve(folderOf([...place, "prompt", ...at]), path));
  return { ...named, ...Object.fromEntries(sets), ...(prompt !== undefined && { prompt }) };
}

/** What a recipe's model is: a directory, or the id of one on the hub, where no directory has that name. */
export function modelOf(written: string, directory: string): string {
  return isHubModel(written) && !isPresent(directory) ? written : directory;
}
