import { expect, test } from "vitest";
import { spreadOver } from "./rehearse.ts";

test("takes the first problems of arms that are far apart", () => {
  const arms = new Map(["a", "b", "c", "d", "e", "f"].map((arm, place) => [arm, [10 * place, 10 * place + 1]]));
  expect(spreadOver(arms, 3)).toEqual([0, 20, 40]);
});

test("takes further problems of the arms there are where they are few", () => {
  const arms = new Map([
    ["a", [1, 2, 3]],
    ["b", [4]],
  ]);
  expect(spreadOver(arms, 3)).toEqual([1, 4, 2]);
  expect(spreadOver(arms, 9)).toEqual([1, 4, 2, 3]);
});
