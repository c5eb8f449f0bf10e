import { expect, test } from "vitest";
import { readComparing, toggledMetrics, USUAL_METRICS } from "./chosen-runs.ts";

test("reads what an address chooses, and leaves out what is none", () => {
  const search = new URLSearchParams("runs=2,x,1,2,-3&metrics=train.loss,,train.loss&x=tokens&smooth=0.6");
  expect(readComparing(search)).toEqual({ runs: [2, 1], metrics: ["train.loss"], unit: "tokens", smoothing: 0.6 });
  expect(readComparing(new URLSearchParams("x=light-years&smooth=7"))).toEqual({
    runs: [],
    metrics: USUAL_METRICS,
    unit: "steps",
    smoothing: 0,
  });
});

test("adds and takes away a metric, and names none where the usual ones are left", () => {
  expect(toggledMetrics(["a"], "b")).toBe("a,b");
  expect(toggledMetrics(["a", "b"], "a")).toBe("b");
  expect(toggledMetrics([...USUAL_METRICS, "a"], "a")).toBe("");
});
