import { expect, test } from "vitest";
import { errorText, excerptOf } from "./error-text.ts";
import { messageOf, RlvrError } from "../errors.ts";

test("leaves a text of ordinary length as it is", () => {
  const text = "x".repeat(10_000);
  expect(errorText(text)).toBe(text);
});

test("cuts the middle out of a longer one, once", () => {
  const short = errorText(`begin${"x".repeat(1_000_000)}end`);
  expect(short).toMatch(/^beginx+ \[\.\.\. 9900\d\d characters left out \.\.\.\] x+end$/);
  expect(short.length).toBeLessThanOrEqual(10_000);
  expect(errorText(short)).toBe(short);
  expect(excerptOf(short).length).toBeLessThanOrEqual(500);
});

test("leaves no half of a character", () => {
  for (const shift of ["", "x"]) expect(excerptOf(shift + "\u{1F600}".repeat(1000)).isWellFormed()).toBe(true);
});

test("cuts the message and the advice of every error, and what is taken from others", () => {
  const long = "x".repeat(50_000_000);
  const error = new RlvrError("policy_failed", long, { advice: long });
  for (const text of [error.message, error.advice, messageOf(new Error(long)), messageOf(long)])
    expect(text.length).toBeLessThanOrEqual(10_000);
});
