import { expect, test } from "vitest";
import { dueSuites } from "./due-suites.ts";

test("the test set is looked at before the first and after the last step only", () => {
  const steps = Array.from({ length: 101 }, (_, step) => step);
  expect(steps.filter((step) => dueSuites(step, step === 100, 30).includes("test"))).toEqual([0, 100]);
});

test("the development set is looked at every k steps, and at the end", () => {
  const steps = Array.from({ length: 101 }, (_, step) => step);
  expect(steps.filter((step) => dueSuites(step, step === 100, 30).includes("development"))).toEqual([
    0, 30, 60, 90, 100,
  ]);
});
