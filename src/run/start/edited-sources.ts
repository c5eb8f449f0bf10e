import { readFileSync } from "node:fs";
import { sha256 } from "../../core/files/files.ts";
import type { Recipe } from "../../config/recipe-schema.ts";
import type { RunRow } from "../../tracking/runs.ts";

/**
 * Files that a run was made from and that hold something else now: its recipe and its prompt template. One that is gone,
 * and those of a run of an older version, are not among them.
 */
export function editedSources(run: RunRow): string[] {
  const { prompt } = (run.recipe as Recipe).problems;
  const recipe = run.recipeFile === null ? undefined : bytesOf(run.recipeFile);
  const template = bytesOf(prompt)?.toString("utf8");
  return [
    ...(run.recipeFile !== null && recipe !== undefined && sha256(recipe) !== run.recipeSha256 ? [run.recipeFile] : []),
    ...(template !== undefined && template !== run.promptTemplate ? [prompt] : []),
  ];
}

/** A file's content; undefined where it cannot be read, which does not keep a run from going on. */
function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
