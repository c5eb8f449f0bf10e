import { readFileSync } from "node:fs";
import { sha256 } from "../../core/files/files.ts";
import type { Recipe } from "../../config/recipe-schema.ts";
import { sourcesOf } from "../../config/recipe-sources.ts";
import { filesOfPrompt } from "../../problems/template/prompt-definition.ts";
import { promptsOfRun } from "../../problems/template/source-prompts.ts";
import type { RunRow } from "../../tracking/runs.ts";

/**
 * Files that a run was made from and that hold something else now: its recipe and the templates of its prompt. One that is gone,
 * and those of a run of an older version, are not among them.
 */
export function editedSources(run: RunRow): string[] {
  const prompts = promptsOfRun(run.promptTemplate, sourcesOf(run.recipe as Recipe));
  const templates = new Map([...prompts.values()].flatMap(filesOfPrompt).map(({ path, text }) => [path, text]));
  const recipe = run.recipeFile === null ? undefined : bytesOf(run.recipeFile);
  return [
    ...(run.recipeFile !== null && recipe !== undefined && sha256(recipe) !== run.recipeSha256 ? [run.recipeFile] : []),
    ...[...templates].flatMap(([path, text]) => ((bytesOf(path)?.toString("utf8") ?? text) === text ? [] : [path])),
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
