import type { Recipe } from "../../config/recipe-schema.ts";
import { apiKeyIn } from "../../core/secrets/api-key.ts";

/**
 * The API key of one of a recipe's servers, from the variable that its `api_key_env` names; undefined where it names none.
 * @throws RlvrError `bad_usage` when the variable is not set, or holds what cannot be sent as a key.
 */
export function apiKeyOf(recipe: Recipe, server: "policy" | "teacher"): string | undefined {
  const variable = recipe[server]?.api_key_env;
  return variable === undefined ? undefined : apiKeyIn(variable, `${server}.api_key_env`);
}

/** Refuses a recipe whose servers' keys are not there, before anything of it is stored. Throws like {@link apiKeyOf}. */
export function requireApiKeys(recipe: Recipe): void {
  apiKeyOf(recipe, "policy");
  apiKeyOf(recipe, "teacher");
}
