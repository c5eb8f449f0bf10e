import { lastPart } from "./public-recipe.ts";

/** A model's folder in the cache of the Hugging Face hub, which keeps `OWNER/NAME` in its name. */
const CACHED = /(?:^|[\\/])models--([\w.-]+?)--([\w.-]+)[\\/]snapshots[\\/]/;

/** What others call the model in a folder: its name on the hub where the folder tells it, else the folder's own. Pure. */
export function baseModelName(folder: string): string {
  const [, owner, name] = CACHED.exec(folder) ?? [];
  return owner === undefined ? lastPart(folder) : `${owner}/${name}`;
}
