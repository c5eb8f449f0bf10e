import { RlvrError } from "../../core/errors.ts";
import { changeDocument, type Override } from "../load-document.ts";
import { recipeSchema, type Recipe } from "../recipe-schema.ts";
import { withServerRoots } from "../server-roots.ts";
import { CHANGEABLE_OPTIONS } from "./changeable-options.ts";
import { withoutRefusedKeys } from "./refused-keys.ts";
import { changesBetween, type AllowedChange } from "./recipe-differences.ts";

/** A recipe with options changed, and what changed. */
export interface ChangedRecipe {
  readonly recipe: Recipe;
  readonly changes: readonly AllowedChange[];
}

/**
 * Changes options of a run's recipe that may change in a run; an option that is set to what it was is no change.
 * @param stored as the run has it, also one that an older version wrote, without the options that came since.
 * @param what the recipe is, for messages, such as `the recipe of run 3`.
 * @param onNote called with a note when a value is changed, such as a URL that was cut.
 * @throws RlvrError `bad_recipe` of an option that is not there, a value that is refused or a stored one that holds a key, `bad_usage` of an option that
 * may not change.
 */
export function changeRecipe(
  stored: unknown,
  overrides: readonly Override[],
  what: string,
  onNote?: (text: string) => void,
): ChangedRecipe {
  // As it would be stored today: what only that makes different is no change.
  const keyless = withoutRefusedKeys(stored, what, overrides);
  const before = withServerRoots(changeDocument(keyless, what, recipeSchema, []));
  const recipe = withServerRoots(changeDocument(before, what, recipeSchema, overrides), onNote);
  const { allowed, faults } = changesBetween(before, recipe);
  if (faults.length > 0) {
    throw new RlvrError("bad_usage", faults.join("\n"), {
      advice: `What can: ${[...CHANGEABLE_OPTIONS.keys()].join(", ")}. For other options start another run: rlvr run.`,
    });
  }
  return { recipe, changes: allowed };
}
