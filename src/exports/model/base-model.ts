import { cachedModel, lastPart } from "./public-recipe.ts";

/** What others call the model in a folder: its name on the hub where the folder tells it, else the folder's own. Pure. */
export function baseModelName(folder: string): string {
  return cachedModel(folder)?.name ?? lastPart(folder);
}
