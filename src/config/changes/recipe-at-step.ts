import type { Recipe } from "../recipe-schema.ts";
import type { OptionChange } from "./recipe-differences.ts";

/** A stored change with the first step that it applies to. */
export interface RecordedChange extends OptionChange {
  readonly step: number;
}

/**
 * The recipe as it stood at each step of a run: batches of steps before a change are made again as they were.
 * @param recipe with all changes.
 * @param changes in the order in which they were made.
 */
export function recipeAtStep(recipe: Recipe, changes: readonly RecordedChange[]): (step: number) => Recipe {
  const known = new Map<number, Recipe>();
  return (step) => {
    const later = changes.filter((change) => change.step > step);
    if (later.length === 0) return recipe;
    // Of two steps with as many changes ahead of them, these are the same changes.
    const made = known.get(later.length) ?? later.reduceRight(undo, structuredClone(recipe));
    known.set(later.length, made);
    return made;
  };
}

function undo(recipe: Recipe, { path, before }: OptionChange): Recipe {
  const parts = path.split(".");
  const last = parts.pop() ?? "";
  const parent = parts.reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], recipe);
  const options = parent as Record<string, unknown>;
  if (before === null) delete options[last];
  else options[last] = before;
  return recipe;
}
