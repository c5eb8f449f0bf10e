import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findJson, parseJson } from "./json-text.ts";

function canonical(text: string): string | null {
  const json = parseJson(text);
  return "canonical" in json ? json.canonical : null;
}

function found(response: string): string {
  const json = findJson(response);
  return "canonical" in json ? json.canonical : json.fault;
}

describe("parseJson", () => {
  it.each([
    ['{"b": 1, "a": [true, null, "x"]}', '{"a":[true,null,"x"],"b":1}'],
    ["[1.0, 1e0, 10e-1, 1]", "[1,1,1,1]"],
    ["[-0, 0.000, 0e9]", "[0,0,0]"],
    ["12345678901234567891", "12345678901234567891e0"],
    ["12345678901234567890.0", "1234567890123456789e1"],
    ["9007199254740993", "9007199254740993e0"],
    ["0.1000", "0.1"],
    ["1e400", "1e400"],
    ["1e22", "1e+22"],
    ['"\\u0061\\ud800"', '"a\\ud800"'],
    ['{"__proto__": 1, "10": 2, "9": 3}', '{"10":2,"9":3,"__proto__":1}'],
    ['{"a": {"a": 1}, "b": [{"a": 1}, {"a": "a"}]}', '{"a":{"a":1},"b":[{"a":1},{"a":"a"}]}'],
  ])("%s -> %s", (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  it.each(["", "{", "[1,]", "{'a':1}", "01", "NaN", "1 2", '{"a":1} x', '"\n"', "\u0000", "undefined"])(
    "%j is no JSON",
    (text) => {
      expect(parseJson(text)).toMatchObject({ isSyntax: true });
    },
  );

  it.each([
    ['{"a":1,"a":1}', "twice"],
    ['{"a":1,"\\u0061":2}', "twice"],
    ['[{"x":{"k\\"":1, "b":2, "k\\"" : 3}}]', "twice"],
    [`${"[".repeat(101)}${"]".repeat(101)}`, "deeper"],
    [`"${"a".repeat(100_000)}"`, "longer"],
  ])("%.40s is refused", (text, fault) => {
    expect(parseJson(text)).toMatchObject({ isSyntax: false, fault: expect.stringContaining(fault) });
  });

  it("gives equal values one text, whatever the order of keys and the white space, and others another", () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, reversed(inner)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonical(JSON.stringify(value));
        expect(canonical(JSON.stringify(reversed(value), null, 2))).toBe(text);
        expect(canonical(JSON.stringify([value]))).toBe(`[${text}]`);
        expect(JSON.parse(text!)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("findJson", () => {
  it.each([
    [' {"a":1}\n', '{"a":1}'],
    ["3", "3"],
    ['It is {"a": {"b": [1]}}.', '{"a":{"b":[1]}}'],
    ['First {"a":1}, then {"a":2}, done.', '{"a":2}'],
    ['{"a":1} as said in [1]', '{"a":1}'],
    ["So the list is [1, 2], as {x} says", "[1,2]"],
    ['Say "}" is it: {"a":"}"}', '{"a":"}"}'],
    ['For x in [0, 1) and {y | y > 0} it is {"a":1}', '{"a":1}'],
    ["{'a': 2} or {\"a\":1}", '{"a":1}'],
    ['{"a":"\\"}"} ok', '{"a":"\\"}"}'],
    ['```json\n{"a":1}\n```\nor {"a":2}', '{"a":1}'],
    ['```json\n{"a":1}\n```\n```JSON\n{"a":"``` x"}\n```', '{"a":"``` x"}'],
    ['```json {"a":1}```', '{"a":1}'],
    ['```\n{"a":1}\n```', '{"a":1}'],
    ['```json\n{"a":1}', '{"a":1}'],
    ['\\boxed{4} {"a":1} \\boxed{4}', '{"a":1}'],
  ])("%j -> %s", (response, expected) => {
    expect(found(response)).toBe(expected);
  });

  it.each([
    ["nothing", "no JSON"],
    ["", "no JSON"],
    ['{"a":{"b":1}', "no JSON"],
    ['{"a":1} and at last {"a":{"b":1}', "no JSON"],
    ['{"a":1]}', "no JSON"],
    ['{"a": True, "b": {"c": 1}}', "no JSON"],
    ['{"a":1}\n```json\n{"a":\n```', "not JSON"],
    ['It is {"a":1,"a":2}', "twice"],
    ['{"a":1,"a":2}', "twice"],
  ])("%j: %s", (response, fault) => {
    expect(found(response)).toContain(fault);
  });

  it("finds any object in any prose without brackets", () => {
    const prose = fc.string().filter((text) => !/[[\]{}`]/.test(text));
    fc.assert(
      fc.property(prose, fc.dictionary(fc.string(), fc.jsonValue()), prose, (before, value, after) => {
        const text = JSON.stringify(value);
        expect(found(`${before}x${text}${after}`)).toBe(canonical(text));
      }),
    );
  });
});
