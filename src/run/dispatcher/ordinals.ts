import type { Recipe } from "../../config/recipe-schema.ts";

/** Most groups that a step may choose: how far apart the first ordinals of two steps are. */
function stride({ sampling: { groups, refill }, pipeline: { depth, partial, oversample } }: Recipe): number {
  return partial ? groups * (depth + 1) + oversample : groups + refill;
}

/** The place of a group among all that a run chooses, by the step that chooses it and its place there, from 0. */
export function ordinalOf(recipe: Recipe, step: number, slot: number): number {
  return (step - 1) * stride(recipe) + slot;
}

/** The step that chose a group, and its place there: what its random numbers hang on, whichever batch takes it. */
export function chosenAs(recipe: Recipe, ordinal: number): readonly [step: number, slot: number] {
  const most = stride(recipe);
  return [1 + Math.floor(ordinal / most), ordinal % most];
}
