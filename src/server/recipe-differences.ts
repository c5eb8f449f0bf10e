import { dirname, isAbsolute, relative } from "node:path";

/** A recipe as a run resolved it, with paths of the machine that it ran on. */
export interface ResolvedRecipe {
  readonly recipe: unknown;
  /** Its file; null where that is not known. */
  readonly file: string | null;
}

/** An option that is not the same in all recipes: each recipe's value as JSON text, null where it is absent. */
export interface RecipeDifference {
  /** Such as `objective.name` or `verifiers.0.name`. */
  readonly path: string;
  readonly values: readonly (string | null)[];
}

/** The last parts of a path that are shown at least. */
const SHOWN_PARTS = 2;

/**
 * Where recipes differ, by path; paths in the order of the first recipe that has them. Files that lie at the same place seen from
 * their recipe's folder are the same, on whichever machine; of others the end is shown, as far as it tells them apart.
 */
export function recipeDifferences(recipes: readonly ResolvedRecipe[]): RecipeDifference[] {
  const leaves = recipes.map(({ recipe }) => new Map(leavesOf(recipe, "")));
  const paths = new Set(leaves.flatMap((each) => [...each.keys()]));
  return [...paths]
    .map((path) => ({ path, found: leaves.map((each) => each.get(path)) }))
    .filter(
      ({ found }) => isDifferent(found) && isDifferent(found.map((value, at) => fromFolder(value, recipes[at]?.file))),
    )
    .map(({ path, found }) => ({ path, values: withShortPaths(found).map(jsonOf) }));
}

function isDifferent(values: readonly unknown[]): boolean {
  return new Set(values.map(jsonOf)).size > 1;
}

function jsonOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** A path as it is written from the folder of its recipe; any other value as it is. */
function fromFolder(value: unknown, file: string | null | undefined): unknown {
  return isPath(value) && file != null ? relative(dirname(file), value) : value;
}

/** Paths without what comes before the parts that tell them apart. */
function withShortPaths(values: readonly unknown[]): unknown[] {
  const paths = values.filter(isPath);
  const longest = paths.reduce((most, path) => Math.max(most, path.split("/").length), 0);
  const distinct = new Set(paths).size;
  let parts = SHOWN_PARTS;
  while (parts < longest && new Set(paths.map((path) => endOf(path, parts))).size < distinct) parts++;
  return values.map((value) => (isPath(value) ? endOf(value, parts) : value));
}

function endOf(path: string, parts: number): string {
  const all = path.split("/").filter((part) => part !== "");
  return all.length <= parts ? path : `…/${all.slice(-parts).join("/")}`;
}

function isPath(value: unknown): value is string {
  return typeof value === "string" && isAbsolute(value);
}

/** The values that hold no others, with their paths. */
function leavesOf(value: unknown, path: string): [path: string, value: unknown][] {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return [[path, value]];
  return Object.entries(value).flatMap(([key, each]) => leavesOf(each, path === "" ? key : `${path}.${key}`));
}
