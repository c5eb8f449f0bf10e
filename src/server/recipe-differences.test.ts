import { expect, it } from "vitest";
import { recipeDifferences } from "./recipe-differences.ts";

const differencesOf = (recipes: readonly unknown[]) =>
  recipeDifferences(recipes.map((recipe) => ({ recipe, file: null })));

it("tells what differs by path, and what only some have", () => {
  expect(
    differencesOf([
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
    differencesOf([
      { a: [], b: null },
      { b: null, a: [] },
    ]),
  ).toEqual([]);
  expect(differencesOf([{ a: 1 }])).toEqual([]);
});

it("takes files at the same place seen from the recipe's folder for the same, on whichever machine", () => {
  const on = (home: string) => ({
    recipe: { policy: { model: `${home}/policies/tiny` }, problems: { practice: `${home}/curricula/sums.jsonl` } },
    file: `${home}/curricula/recipe.yaml`,
  });
  expect(recipeDifferences([on("/home/ada/rlvr"), on("/home/bob/rlvr")])).toEqual([]);
});

it("shows of other paths only the end, as far as it tells them apart", () => {
  const of = (model: string) => ({ recipe: { policy: { model } }, file: "/home/ada/recipe.yaml" });
  expect(recipeDifferences([of("/data/models/small"), of("/data/models/large")])).toEqual([
    { path: "policy.model", values: ['"…/models/small"', '"…/models/large"'] },
  ]);
  expect(recipeDifferences([of("/a/runs/1/export"), of("/a/runs/2/export"), of("org/model")])[0]?.values).toEqual([
    '"…/1/export"',
    '"…/2/export"',
    '"org/model"',
  ]);
  expect(recipeDifferences([of("/a/b/c/same/end"), of("/x/b/c/same/end")])[0]?.values).toEqual([
    '"/a/b/c/same/end"',
    '"/x/b/c/same/end"',
  ]);
});
