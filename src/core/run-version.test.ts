import { expect, test } from "vitest";
import { isRunVersion, readRunVersion } from "./run-version.ts";

test.each([
  ["3", { runId: 3, at: undefined }],
  ["3:0", { runId: 3, at: 0 }],
  ["12:best", { runId: 12, at: "best" }],
])("reads %s", (text, version) => {
  expect([isRunVersion(text), readRunVersion(text)]).toEqual([true, version]);
});

test.each(["", "3:", "3:worst", ":3", "before.json", "-1", "3:1.5", "3:best:1"])("refuses %j", (text) => {
  expect(isRunVersion(text)).toBe(false);
  expect(() => readRunVersion(text)).toThrow(expect.objectContaining({ code: "bad_usage" }));
});
