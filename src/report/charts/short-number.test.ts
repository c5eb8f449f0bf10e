import { expect, test } from "vitest";
import { shortNumber } from "./short-number.ts";

test.each([
  [0, "0"],
  [3.1e-6, "3.1e-6"],
  [0.98341, "0.9834"],
  [12_500, "12.5K"],
  [999e12, "999T"],
  [-1e308, "-1.0e+308"],
])("writes %d as %s", (value, text) => {
  expect(shortNumber(value)).toBe(text);
});
