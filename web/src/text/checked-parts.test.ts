import { expect, test } from "vitest";
import { checkedParts, failedParts } from "./checked-parts.ts";

const INSTRUCTIONS = [
  { id: "punctuation:no_comma", arguments: {} },
  { id: "length_constraints:number_words", arguments: { num_words: 20, relation: "at least" } },
];

test("names each instruction of a problem with its arguments, and whether it was followed", () => {
  const details = { followed: [true, false], loose: [true, true] };
  expect(checkedParts(details, INSTRUCTIONS)).toEqual([
    { name: "punctuation:no_comma", note: null, passed: true },
    { name: "length_constraints:number_words", note: "num_words 20, relation at least", passed: false },
  ]);
  expect(failedParts([{ details }, { details: null }], INSTRUCTIONS).map(({ name }) => name)).toEqual([
    "length_constraints:number_words",
  ]);
  expect(checkedParts({ followed: [false] }, [])).toEqual([{ name: "instruction 1", note: null, passed: false }]);
});

test("names the verifiers of a combination and the rules of a form", () => {
  expect(
    checkedParts([{ name: "math", passed: true }, { name: "format", error: "no tag" }, { name: "f1" }], []),
  ).toEqual([
    { name: "math", note: null, passed: true },
    { name: "format", note: "no tag", passed: null },
    { name: "f1", note: null, passed: null },
  ]);
  expect(checkedParts({ failed: { tags: "think is missing" } }, [])).toEqual([
    { name: "tags", note: "think is missing", passed: false },
  ]);
});

test.each([null, undefined, 3, "text", [], [1], { followed: [] }, { followed: "yes" }, { place: null }, { failed: 3 }])(
  "finds no parts in the details %j",
  (details) => expect(checkedParts(details, INSTRUCTIONS)).toEqual([]),
);
