import { expect, it } from "vitest";
import { formatRational } from "../../../core/rational.ts";
import { parseRepeating } from "./parse-repeating.ts";

it.each([
  ["0.(3)", "1/3"],
  ["0.1(6)", "1/6"],
  [".(9)", "1"],
  ["12.34(56)", "122222/9900"],
])("%s is %s", (text, value) => {
  const parsed = parseRepeating(text);
  const [top = 0n, bottom = 1n] = value.split("/").map(BigInt);
  expect(parsed && parsed.numerator * bottom).toBe(parsed && top * parsed.denominator);
  expect(parsed && formatRational(parsed)).not.toBeNull();
});

it("refuses what is too long", () => {
  expect(parseRepeating(`0.(${"3".repeat(2000)})`)).toBeNull();
});
