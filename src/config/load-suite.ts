import { resolve } from "node:path";
import { isHubReference } from "../core/hub-reference.ts";
import { loadDocument, requireFiles, type Override } from "./load-document.ts";
import type { FolderOf } from "./load-recipe.ts";
import { promptFiles, withPromptPaths } from "./prompt-paths.ts";
import { suiteSchema, type Suite } from "./suite-schema.ts";

/**
 * Reads and checks an evaluation suite: defaults filled in, paths absolute. Throws like {@link loadDocument}.
 * @param folderOf where relative paths start.
 */
export function loadSuite(file: string, overrides: readonly Override[], folderOf: FolderOf): Suite {
  const suite = loadDocument(file, "suite", suiteSchema, overrides);
  const absolute = (option: readonly string[], path: string): string =>
    isHubReference(path) ? path : resolve(folderOf(option), path);
  const policy = suite.policy && absolute(["policy"], suite.policy);
  const sets = suite.sets.map((set, place) => {
    // An option of a set stands in the set, or in the suite for all of them.
    const optionOf = (option: readonly string[]): readonly string[] =>
      overrides.some(({ path }) => path[0] === option[0]) ? option : ["sets", String(place), ...option];
    return {
      ...set,
      problems: absolute(optionOf(["problems"]), set.problems),
      prompt: withPromptPaths(set.prompt, (path, at) => absolute(optionOf(["prompt", ...at]), path)),
    };
  });
  for (const { problems, prompt } of sets)
    requireFiles(file, { problems: isHubReference(problems) ? undefined : problems, ...promptFiles(prompt) });
  requireFiles(file, { policy });
  return { ...suite, policy, sets };
}
