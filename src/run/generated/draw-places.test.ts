import { expect, it } from "vitest";
import { isVisible, laneOf, type DrawPlace } from "./draw-places.ts";

const recipeOf = (depth: number, refill: number) => ({ pipeline: { depth }, sampling: { refill } });

/** The places of some steps of a run that samples ahead, and replaces groups in two rounds. */
const placesAt = (depth: number): DrawPlace[] =>
  Array.from({ length: 8 }, (_, index) => index + 1).flatMap((step) =>
    [0, 1, 2].map((round) => ({ step, round, chosenAfter: Math.max(0, step - 1 - depth) })),
  );

it.each([1, 2, 3])("lets draws that do not see each other take no index twice, at depth %i", (depth) => {
  const places = placesAt(depth);
  const unseen = places.flatMap((one) =>
    places
      .filter((other) => other !== one && !isVisible(one, other) && !isVisible(other, one))
      .map((other) => [one, other] as const),
  );
  expect(unseen.length).toBeGreaterThan(0);
  for (const [one, other] of unseen)
    expect(laneOf(one, recipeOf(depth, 4)).lane).not.toBe(laneOf(other, recipeOf(depth, 4)).lane);
});

it("lets each draw see all before it where no step is sampled ahead, and all draw from one lane", () => {
  const places = placesAt(0);
  for (const [later, place] of places.entries())
    for (const [earlier, past] of places.entries()) expect(isVisible(past, place)).toBe(earlier < later);
  for (const place of places) expect(laneOf(place, recipeOf(0, 4))).toEqual({ lane: 0, of: 1 });
});

it("draws first choices from one lane where groups are not replaced", () => {
  for (const place of placesAt(2)) expect(laneOf(place, recipeOf(2, 0))).toEqual({ lane: 0, of: 1 });
});

it("hides from each other a step's replacements and the choice of later steps, until that step is done", () => {
  const replacement = { step: 2, round: 1, chosenAfter: 0 };
  expect(isVisible({ step: 3, round: 0 }, replacement)).toBe(false);
  expect(isVisible(replacement, { step: 3, round: 0, chosenAfter: 1 })).toBe(false);
  expect(isVisible(replacement, { step: 4, round: 0, chosenAfter: 2 })).toBe(true);
  // Steps are chosen in their order.
  expect(isVisible({ step: 2, round: 0 }, { step: 3, round: 0, chosenAfter: 1 })).toBe(true);
});
