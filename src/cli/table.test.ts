import { expect, it } from "vitest";
import { table } from "./table.ts";

it("aligns columns, numbers to the right", () => {
  expect(
    table(
      ["arm", "share"],
      [
        ["add", "7"],
        ["subtract", "12.5"],
        ["all", ""],
      ],
    ).split("\n"),
  ).toEqual(["arm       share", "--------  -----", "add           7", "subtract   12.5", "all"]);
});

it("counts wide characters as two columns and a composed one as one", () => {
  const lines = table(
    ["a", "b"],
    [
      ["日本", "x"],
      ["e\u0301", "x"],
      ["👩‍👩‍👧", "x"],
    ],
  ).split("\n");
  expect(lines.slice(2)).toEqual(["日本  x", "e\u0301     x", "👩‍👩‍👧    x"]);
});

it("escapes control characters", () => {
  expect(table(["a"], [["\u001b[2J\n"]])).toContain(String.raw`\u001b[2J\n`);
});

it("is a header alone without rows", () => {
  expect(table(["a", "b"], [])).toBe("a  b\n-  -");
});
