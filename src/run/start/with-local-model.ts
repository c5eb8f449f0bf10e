import type { Recipe } from "../../config/recipe-schema.ts";
import { isHubModel } from "../../core/hub-model.ts";
import { fetchModel, type ModelSettings } from "../../hub/model/fetch-model.ts";

/**
 * A recipe whose model is a directory: one that is the id of a model on the hub is fetched. The directory is that of one
 * commit, so a run goes on with the very model that it began with.
 * @throws RlvrError like {@link fetchModel}.
 */
export async function withLocalModel(recipe: Recipe, settings: ModelSettings): Promise<Recipe> {
  const { model, trust_remote_code: withCode } = recipe.policy;
  if (!isHubModel(model)) return recipe;
  return { ...recipe, policy: { ...recipe.policy, model: await fetchModel(model, { ...settings, withCode }) } };
}
