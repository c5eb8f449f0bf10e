import { expect, it } from "vitest";
import { cutDetails } from "./cut-details.ts";

it("keeps what JSON holds, up to 64 KiB and 100 levels", () => {
  const kept = { text: 'a"[\\', list: [1, null, { deep: [[[]]] }] };
  expect(cutDetails(kept)).toEqual(kept);
  expect(cutDetails(undefined)).toBeNull();
  expect(cutDetails("x".repeat(65_000))).toHaveLength(65_000);
});

it.each([
  ["long texts", "x".repeat(70_000)],
  ["texts that JSON makes long", "\u0001".repeat(20_000)],
  ["long lists", new Array(1_000_000_000)],
  ["values that hold another a trillion times", Array.from({ length: 40 }).reduce((value) => [value, value], "ha")],
  ["deep values", JSON.parse(`${"[".repeat(101)}${"]".repeat(101)}`)],
  ["very deep values", JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`)],
])("leaves out %s", (_, details) => {
  expect(cutDetails(details)).toEqual({ omitted: expect.any(String) });
});

it("counts no brackets of texts as levels", () => {
  const details = { text: `"${"[".repeat(500)}\\` };
  expect(cutDetails(details)).toEqual(details);
});

it("throws for what is no JSON", () => {
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  for (const details of [cycle, 1n]) expect(() => cutDetails(details)).toThrow(TypeError);
});
