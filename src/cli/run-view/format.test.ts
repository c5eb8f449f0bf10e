import { expect, test } from "vitest";
import { reading } from "./format.ts";

test.each([
  [0.5, ".50"],
  [-4560, "-4.56K"],
  [999e12, "999T"],
  [1e15, "1.00e+15"],
  [-2.78e307, "-2.78e+307"],
])("reads a reward of %d as %s", (value, text) => {
  expect(reading(value)).toBe(text);
});
