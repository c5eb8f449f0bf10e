/** An option that is not the same in all recipes: each recipe's value as JSON text, null where it is absent. */
export interface RecipeDifference {
  /** Such as `objective.name` or `verifiers.0.name`. */
  readonly path: string;
  readonly values: readonly (string | null)[];
}

/** Where recipes differ, by path; paths in the order of the first recipe that has them. */
export function recipeDifferences(recipes: readonly unknown[]): RecipeDifference[] {
  const leaves = recipes.map((recipe) => new Map(leavesOf(recipe, "")));
  const paths = new Set(leaves.flatMap((each) => [...each.keys()]));
  return [...paths]
    .map((path) => ({ path, values: leaves.map((each) => each.get(path) ?? null) }))
    .filter(({ values }) => new Set(values).size > 1);
}

/** The values that hold no others, with their paths. */
function leavesOf(value: unknown, path: string): [path: string, json: string][] {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0)
    return [[path, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, each]) => leavesOf(each, path === "" ? key : `${path}.${key}`));
}
