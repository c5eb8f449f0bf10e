import type { RecipeSource } from "../../config/recipe-sources.ts";

/** The arm that problem sets give to problems without one. */
const NO_ARM = "all";

/** A problem's arm in a run: it begins with the source's name, so that no two sources share one. */
export function armIn({ name, arm }: Pick<RecipeSource, "name" | "arm">, own: string): string {
  if (name === null) return own;
  return arm ?? (own === NO_ARM ? name : `${name}/${own}`);
}
