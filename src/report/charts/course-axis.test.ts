import { expect, test } from "vitest";
import { alongCourse } from "./course-axis.ts";
import { courseLabel } from "./course-unit.ts";

const COURSE = { steps: [2, 4], tokens: [100, 300], seconds: [10, 12] };
const SERIES = { name: "reward", steps: [0, 1, 2, 3, 4, 9], mean: [0, 1, 2, 3, 4, 5] };

test("puts points where the run's cost stood, on a line between the steps that are known", () => {
  expect(alongCourse(SERIES, COURSE, "tokens").steps).toEqual([0, 50, 100, 200, 300, 300]);
  expect(alongCourse(SERIES, COURSE, "seconds").steps).toEqual([0, 5, 10, 11, 12, 12]);
  expect(alongCourse(SERIES, COURSE, "steps")).toBe(SERIES);
  expect(alongCourse(SERIES, { steps: [], tokens: [], seconds: [] }, "tokens").steps).toEqual([0, 0, 0, 0, 0, 0]);
});

test("names places in the unit that suits them", () => {
  expect(courseLabel(12_345, "steps")).toBe("12,345");
  expect(courseLabel(1_234_567, "tokens")).toBe("1.235M");
  expect([30, 600, 36_000].map((seconds) => courseLabel(seconds, "seconds"))).toEqual(["30 s", "10 min", "10 h"]);
});
