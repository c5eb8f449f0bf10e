import fc from "fast-check";
import { expect, it } from "vitest";
import { parseJson } from "./parse-json.ts";
import { SourceNumber, asText, plainValue } from "./source-number.ts";

const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`));
/** Numbers in every form that JSON has. */
const literals = fc
  .tuple(
    fc.constantFrom("", "-"),
    fc.oneof(
      fc.constant("0"),
      digits(0, 20).map((rest) => `7${rest}`),
    ),
    fc.option(
      digits(1, 20).map((places) => `.${places}`),
      { nil: "" },
    ),
    fc.option(fc.constantFrom("e5", "E+2", "e-7", "e400"), { nil: "" }),
  )
  .map((parts) => parts.join(""));

it("keeps the source text of every number, wherever it stands", () => {
  fc.assert(
    fc.property(literals, literals, (one, other) => {
      const text = `{"a":${one},"b":[${other}, {"c":${one}}],"text":"${other}"}`;
      const parsed = parseJson(text) as { readonly value: { readonly a: unknown } };
      expect(asText(parsed.value.a)).toBe(one);
      expect(JSON.stringify(parsed.value)).toBe(text.replaceAll(", ", ","));
    }),
  );
});

it.each([
  ["7", 7],
  ["-0.5", -0.5],
  ["0.10", 0.1],
  ["1e3", 1000],
  ["-0", -0],
  ["9007199254740991", 9007199254740991],
  ["9007199254740993", "9007199254740993"],
  ["1152921504606846976", "1152921504606846976"],
  ["1e999", "1e999"],
])("of %s makes a plain number where that says the same", (source, expected) => {
  const parsed = parseJson(source) as { readonly value: unknown };
  expect(plainValue(parsed.value)).toBe(expected);
});

it("refuses text that is not JSON", () => {
  for (const text of ["{", "01", "NaN", "{'a': 1}", ""]) expect(parseJson(text)).toHaveProperty("fault");
});

it("reads no number into texts, names and other values", () => {
  const text = '{"1.0":"1.0","__proto__":{"x":1.0},"n":null,"t":true}';
  const parsed = parseJson(text) as { readonly value: object };
  expect(JSON.stringify(parsed.value)).toBe(text);
  expect(Object.entries(parsed.value)[1]).toEqual(["__proto__", { x: new SourceNumber("1.0") }]);
});

it.each(["1", "0.10"])("refuses what is nested too deeply to be walked: around %s", (inner) => {
  const nested = (levels: number): string => "[".repeat(levels) + inner + "]".repeat(levels);
  expect(parseJson(nested(200))).toHaveProperty("value");
  for (const levels of [201, 20_000])
    expect(parseJson(nested(levels))).toEqual({ fault: "nested deeper than 200 levels" });
  expect(
    parseJson(JSON.stringify({ text: "[".repeat(1000), list: Array.from({ length: 1000 }, () => [1]) })),
  ).toHaveProperty("value");
});
