import { expect, test } from "vitest";
import type { RunSummary } from "../../../src/server/answers.ts";
import { fittingRuns, runFilterChoices } from "./run-filters.ts";

const run = (id: number, more: Partial<RunSummary>): RunSummary =>
  ({ id, name: "run", state: "succeeded", tags: [], note: null, recipeFile: null, ...more }) as unknown as RunSummary;

const RUNS = [
  run(1, { name: "Microcosm", tags: ["baseline", "paper"] }),
  run(2, { name: "gsm8k", note: "Diverged at step 80", state: "failed", tags: ["paper"] }),
  run(3, { name: "gsm8k", recipeFile: "/home/me/curricula/gsm8k-small.yaml" }),
];

const ids = (filters: Partial<Parameters<typeof fittingRuns>[1]>): number[] =>
  fittingRuns(RUNS, { q: "", state: "", tag: "", ...filters }).map(({ id }) => id);

test("finds words in name, tag, note, number and file of the recipe, in any case", () => {
  expect(ids({})).toEqual([1, 2, 3]);
  expect(ids({ q: "MICRO" })).toEqual([1]);
  expect(ids({ q: "paper" })).toEqual([1, 2]);
  expect(ids({ q: "diverged" })).toEqual([2]);
  expect(ids({ q: "#3" })).toEqual([3]);
  expect(ids({ q: "gsm8k small.yaml" })).toEqual([3]);
  expect(ids({ q: "gsm8k nothing" })).toEqual([]);
});

test("takes runs of a state and with a tag", () => {
  expect(ids({ state: "failed" })).toEqual([2]);
  expect(ids({ tag: "paper", q: "microcosm" })).toEqual([1]);
  expect(runFilterChoices(RUNS)).toEqual({ states: ["failed", "succeeded"], tags: ["baseline", "paper"] });
});
