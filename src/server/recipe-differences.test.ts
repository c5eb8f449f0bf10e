import { expect, it } from "vitest";
import { recipeDifferences } from "./recipe-differences.ts";

it("tells what differs by path, and what only some have", () => {
  expect(
    recipeDifferences([
      { seed: 1, objective: { name: "grpo" }, verifiers: [{ name: "exact" }] },
      { seed: 1, objective: { name: "dapo", clip: 0.3 }, verifiers: [{ name: "exact" }, { name: "format" }] },
    ]),
  ).toEqual([
    { path: "objective.name", values: ['"grpo"', '"dapo"'] },
    { path: "objective.clip", values: [null, "0.3"] },
    { path: "verifiers.1.name", values: [null, '"format"'] },
  ]);
});

it("has nothing to tell of equal recipes, or of one", () => {
  expect(
    recipeDifferences([
      { a: [], b: null },
      { b: null, a: [] },
    ]),
  ).toEqual([]);
  expect(recipeDifferences([{ a: 1 }])).toEqual([]);
});
