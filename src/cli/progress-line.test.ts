import { expect, test } from "vitest";
import { progressLine } from "./progress-line.ts";

test("tells how far the work is, and how long it will take at this rate", () => {
  expect(progressLine("importing", { share: 0.25, numbers: "2,000 rows" }, 20)).toBe(
    `importing  ${"█".repeat(7)}▌${"·".repeat(22)} 2,000 rows  20 s, about 1 min 00 s to go`,
  );
  expect(progressLine("linting", { share: 0, numbers: "0 lines" }, 0)).toBe(`linting  ${"·".repeat(30)} 0 lines  0 s`);
});
