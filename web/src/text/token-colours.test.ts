import { expect, test } from "vitest";
import { strengthClass, tokenStrength } from "./token-colours.ts";

const TOKEN = { id: 1, isSpecial: false, text: "a", logprob: -2.5, teacherLogprob: null, advantage: -0.5, weight: 1 };

test("advantages are coloured by the greatest of the group, log-probabilities by their surprise", () => {
  expect(tokenStrength(TOKEN, "advantage", 2)).toBe(-0.5);
  expect(tokenStrength(TOKEN, "advantage", 0.25)).toBe(-1);
  expect(tokenStrength(TOKEN, "logprob", 1)).toBe(0.5);
  expect(tokenStrength({ ...TOKEN, logprob: -40 }, "logprob", 1)).toBe(1);
});

test("better, worse and surprising tokens have classes of their own; no number and 0 have no colour", () => {
  expect(strengthClass(-1, "advantage")).toBe("token worse-6");
  expect(strengthClass(0.5, "advantage")).toBe("token better-3");
  expect(strengthClass(0.5, "logprob")).toBe("token surprise-3");
  expect(strengthClass(tokenStrength({ ...TOKEN, advantage: null }, "advantage", 1), "advantage")).toBe("token none");
  expect(strengthClass(tokenStrength(TOKEN, "advantage", 0), "advantage")).toBe("token");
});
