import { expect, test } from "vitest";
import type { StudyDesign } from "./study-design.ts";
import { planJobs } from "./study-plan.ts";

const design: StudyDesign = {
  name: "s",
  title: "S",
  set: { "trainer.epochs": 1, steps: 9 },
  bases: { a: {}, b: { "policy.weights": "/b" } },
  experiments: [
    { name: "main", title: "M", bases: ["a", "b"], seeds: [1, 2], variants: { x: { steps: 3 }, y: {} } },
    { name: "more", title: "N", bases: ["a"], seeds: [1, 3], variants: { y: {}, z: {} } },
  ],
  comparisons: [],
};

test("every variant is run on every base with every seed, and once where two experiments name it", () => {
  const names = planJobs(design).map(({ name }) => name);
  expect(names.slice(0, 4)).toEqual(["s/x/a/1", "s/y/a/1", "s/x/b/1", "s/y/b/1"]);
  expect(names.slice(4, 8)).toEqual(["s/x/a/2", "s/y/a/2", "s/x/b/2", "s/y/b/2"]);
  expect(names.slice(8)).toEqual(["s/z/a/1", "s/y/a/3", "s/z/a/3"]);
});

test("what a variant sets comes after what its base sets, and that after what all runs set", () => {
  const job = planJobs(design).find(({ name }) => name === "s/x/b/2");
  expect(job?.overrides).toEqual([
    { path: ["trainer", "epochs"], value: 1 },
    { path: ["steps"], value: 9 },
    { path: ["policy", "weights"], value: "/b" },
    { path: ["steps"], value: 3 },
    { path: ["name"], value: "s/x/b/2" },
    { path: ["seed"], value: 2 },
  ]);
});
