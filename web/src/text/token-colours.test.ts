import { expect, test } from "vitest";
import type { TokenDetail } from "../../../src/server/answers.ts";
import { strengthClass, tokenStrength } from "./token-colours.ts";

const TOKEN: TokenDetail = {
  id: 1,
  isSpecial: false,
  text: "a",
  logprob: -2.5,
  teacherLogprob: null,
  logRatio: 0.0069,
  entropy: 0.5,
  advantage: -0.5,
  weight: 1,
};

test("advantages are coloured by the greatest of the group, log-probabilities by their surprise", () => {
  expect(tokenStrength(TOKEN, "advantage", 2)).toBe(-0.5);
  expect(tokenStrength(TOKEN, "advantage", 0.25)).toBe(-1);
  expect(tokenStrength(TOKEN, "logprob", 1)).toBe(0.5);
  expect(tokenStrength({ ...TOKEN, logprob: -40 }, "logprob", 1)).toBe(1);
});

test("entropies are coloured up to two nats, ratios by the square root up to twice and half", () => {
  expect(tokenStrength(TOKEN, "entropy", 1)).toBe(0.25);
  expect(tokenStrength({ ...TOKEN, entropy: 7 }, "entropy", 1)).toBe(1);
  expect(strengthClass(0.5, "entropy")).toBe("token surprise-3");
  expect(tokenStrength(TOKEN, "ratio", 1)).toBeCloseTo(0.1, 2);
  expect(tokenStrength({ ...TOKEN, logRatio: -3 }, "ratio", 1)).toBe(-1);
  expect(strengthClass(-1, "ratio")).toBe("token worse-6");
  for (const measure of ["entropy", "ratio", "teacher"] as const)
    expect(tokenStrength({ ...TOKEN, entropy: null, logRatio: null }, measure, 1)).toBeNull();
});

test("better, worse and surprising tokens have classes of their own; no number and 0 have no colour", () => {
  expect(strengthClass(-1, "advantage")).toBe("token worse-6");
  expect(strengthClass(0.5, "advantage")).toBe("token better-3");
  expect(strengthClass(0.5, "logprob")).toBe("token surprise-3");
  expect(strengthClass(tokenStrength({ ...TOKEN, advantage: null }, "advantage", 1), "advantage")).toBe("token none");
  expect(strengthClass(tokenStrength(TOKEN, "advantage", 0), "advantage")).toBe("token");
});
