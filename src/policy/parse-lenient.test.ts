import { expect, test } from "vitest";
import { parseLenient } from "./parse-lenient.ts";

test("reads Python's NaN and Infinity as null, but not inside strings", () => {
  const text = '{"text": "NaN, \\\\", "logprobs": [-1.5, NaN, -Infinity, Infinity], "more": "say \\"-Infinity\\""}';
  expect(parseLenient(text)).toEqual({
    text: "NaN, \\",
    logprobs: [-1.5, null, null, null],
    more: 'say "-Infinity"',
  });
  expect(() => parseLenient('{"a": nan}')).toThrow(SyntaxError);
  expect(() => parseLenient('{"a": NaN')).toThrow(SyntaxError);
});

test("takes one pass over an answer that is full of quotes and was cut", () => {
  const text = `{"logprobs": [NaN], "text": "${'\\"'.repeat(2_000_000)}`;
  expect(() => parseLenient(text)).toThrow(SyntaxError);
});
