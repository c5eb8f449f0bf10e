import { expect, it, test } from "vitest";
import { jsonValue } from "./json-value.ts";
import { SourceNumber } from "./source-number.ts";

it.each<[what: string, value: unknown, expected: unknown]>([
  ["a small whole number of 64 bits", 42n, 42],
  ["a large one", 9007199254740993n, new SourceNumber("9007199254740993")],
  ["a large negative one", -9007199254740993n, new SourceNumber("-9007199254740993")],
  ["NaN", Number.NaN, null],
  ["infinity", Number.POSITIVE_INFINITY, null],
  ["a time", new Date(0), "1970-01-01T00:00:00.000Z"],
  ["a time that is none", new Date(Number.NaN), null],
  ["bytes", new Uint8Array([1, 2]), [1, 2]],
  ["whole numbers", new BigInt64Array([1n, 2n]), [1, 2]],
  ["null", null, null],
  [
    "what lies deeper",
    { a: [1n, null, { b: new Date(0) }], c: undefined },
    { a: [1, null, { b: "1970-01-01T00:00:00.000Z" }], c: undefined },
  ],
])("%s", (_what, value, expected) => {
  expect(jsonValue(value)).toEqual(expected);
});

test("a field called like the prototype stays a field", () => {
  const value = jsonValue(JSON.parse('{"__proto__": {"x": 1}}'));
  expect(JSON.stringify(value)).toBe('{"__proto__":{"x":1}}');
});
