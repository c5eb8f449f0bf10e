import { expect, it } from "vitest";
import { checkOptions } from "../../core/check-options.ts";
import { exact } from "./exact.ts";

async function passes(response: string, answer: string, options: Record<string, boolean> = {}): Promise<boolean> {
  const input = { problem: {}, response, answer, truncated: false, signal: new AbortController().signal };
  return (await exact.verify(input, checkOptions(exact.options, options, "exact")))?.passed ?? false;
}

it("compares letter by letter, white space around the text aside", async () => {
  expect(await passes(" yes\n", "yes")).toBe(true);
  expect(await passes("yes", "Yes")).toBe(false);
  expect(await passes("a  b", "a b")).toBe(false);
  expect(await passes(" yes", "yes", { trim: false })).toBe(false);
});

it("takes an accent that is composed and one that is not for the same", async () => {
  expect(await passes("cafe\u0301", "caf\u00e9")).toBe(true);
  expect(await passes("cafe", "caf\u00e9")).toBe(false);
});

it("folds case when asked", async () => {
  expect(await passes("YES", "yes", { fold_case: true })).toBe(true);
  expect(await passes("STRASSE", "straße", { fold_case: true })).toBe(true);
});

it("collapses white space when asked", async () => {
  expect(await passes("a\t\n b", "a b", { collapse_whitespace: true })).toBe(true);
});

it("extracts the normalised response", async () => {
  const input = { problem: {}, response: " A  b ", answer: "", truncated: false, signal: new AbortController().signal };
  const options = checkOptions(exact.options, { fold_case: true, collapse_whitespace: true }, "exact");
  expect(await exact.verify(input, options)).toEqual({ passed: false, extracted: "a b" });
});
