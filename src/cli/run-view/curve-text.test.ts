import { expect, test } from "vitest";
import { predictCurve } from "../../monitors/prediction.ts";
import { curveText } from "./curve-text.ts";
import type { Summary } from "./summary.ts";

function textOf(accuracies: readonly number[], lastStep = 200): string {
  const points = accuracies.map((accuracy, index) => ({ step: index * 10, accuracy }));
  const learningCurve = predictCurve(points, lastStep) ?? null;
  return curveText({ learningCurve, evaluations: points.length } as Summary).join("\n");
}

const SHARE = /(?:<\.01|>\.99|1\.0|\.\d\d)/.source;

test("a curve tells the accuracy at a step and in the end, each with its interval of shares", () => {
  const text = textOf([0.2, 0.5, 0.6, 0.65, 0.68, 0.7, 0.71]);
  expect(text).toMatch(
    new RegExp(`It is at ${SHARE} \\(${SHARE} to ${SHARE}\\) at step 200 and leads to ${SHARE} \\(`),
  );
});

test("of a falling one the sign is turned, and everything stays a share", () => {
  const text = textOf([0.9, 0.62, 0.54, 0.5, 0.48, 0.47, 0.46]);
  expect(text).toMatch(/over all arms: \.\d\d \+ \.\d\d x\^-/);
  expect(text).not.toMatch(/-\.\d|-0/);
});

test("where accuracy came in a jump or speeds up nothing is predicted, least of all less than it has", () => {
  for (const course of [
    [0, 0, 0, 0.9, 0.9, 0.9, 0.9],
    [0, 0.14, 0.29, 0.43, 0.57, 0.71, 0.86],
  ]) {
    expect(textOf(course)).toContain("nothing is predicted");
    expect(textOf(course)).not.toContain("It is at");
  }
});
