import { expect, test } from "vitest";
import { wilsonInterval } from "./wilson.ts";

// Of the formula, worked out apart.
test.each([
  [0.5, 10, 0.236593, 0.763407],
  [0, 5, 0, 0.434482],
  [1, 5, 0.565518, 1],
  [0.9, 640, 0.874318, 0.920909],
])("gives the interval of %f of %i", (share, trials, low, high) => {
  const [least, most] = wilsonInterval(share, trials);
  expect(least).toBeCloseTo(low, 4);
  expect(most).toBeCloseTo(high, 4);
});
