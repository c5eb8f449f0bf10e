import { describe, expect, it } from "vitest";
import { optionsOf, parseSetEntry } from "./set-option.ts";

describe("parseSetEntry", () => {
  it.each([
    ["eps=1e-4", ["eps"], 1e-4],
    ["std=loo", ["std"], "loo"],
    ["trainer.epochs=2", ["trainer", "epochs"], 2],
    ["flag=true", ["flag"], true],
    ["cap=null", ["cap"], null],
    ['text="1"', ["text"], "1"],
    ["list=[1, a]", ["list"], [1, "a"]],
    ["equation=1+1=2", ["equation"], "1+1=2"],
  ])("%s", (text, path, value) => {
    expect(parseSetEntry(text)).toEqual({ path, value });
  });

  it.each(["eps", "=1", "a..b=1"])("refuses %s", (text) => {
    expect(() => parseSetEntry(text)).toThrow("--set: this is not path=value");
  });

  it("refuses what is no YAML, naming the option", () => {
    expect(() => parseSetEntry("list=[1")).toThrow(/^--set list: the value is not YAML \(Flow .*\)$/);
  });

  it.each(["sk-secret", "http://me:secret@host/?key=secret", "policy.url=[http://me:secret@host", "a='secret"])(
    "does not repeat a key in %s",
    (text) => {
      expect(() => parseSetEntry(text)).toThrow(/^(?:(?!secret).)*$/s);
    },
  );
});

describe("optionsOf", () => {
  const options = (...texts: readonly string[]): unknown => optionsOf(texts.map(parseSetEntry));

  it("nests dotted paths, and a later entry wins", () => {
    expect(options("a.b=1", "a.c=2", "d=3", "d=4")).toEqual({ a: { b: 1, c: 2 }, d: 4 });
  });

  it("refuses a path through a value", () => {
    expect(() => options("a=1", "a.b=2")).toThrow("--set a.b");
  });

  it("takes any word for a key without touching prototypes", () => {
    const result = options("__proto__.polluted=1");
    expect(Object.keys(result as object)).toEqual(["__proto__"]);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});
