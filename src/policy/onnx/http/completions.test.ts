import { expect, it } from "vitest";
import { cutAtStop } from "./completions.ts";

it.each([
  ["none", ["x"], "abcd", null, "abcd", "abcd"],
  ["one", ["bc"], "abcd", "bc", "a", "abc"],
  ["the one that is complete first, also where another began before it", ["abcd", "bc"], "abcd", "bc", "a", "abc"],
  ["the first listed of two that are complete at once", ["c", "bc"], "abcd", "c", "ab", "abc"],
])("cuts a text at its stop string: %s", (_, stop, text, found, without, including) => {
  expect(cutAtStop({ stop, includeStop: false }, text)).toEqual({ text: without, stop: found });
  expect(cutAtStop({ stop, includeStop: true }, text)).toEqual({ text: including, stop: found });
});
