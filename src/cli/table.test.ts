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

it("cuts the cells of a column where the table is wider than the page", () => {
  const rows = [["a name that is long", "1", "x"]];
  const fit = { column: 0, width: 20 };
  expect(table(["name", "n", "end"], rows, fit).split("\n")).toEqual([
    "name          n  end",
    "------------  -  ---",
    "a name that…  1  x",
  ]);
  expect(table(["name", "n", "end"], rows, { ...fit, width: 80 })).toContain("a name that is long");
  // To no less than what one can still tell apart.
  expect(table(["name", "n", "end"], rows, { ...fit, width: 5 })).toContain("a name …  1  x");
});

it("escapes control characters", () => {
  expect(table(["a"], [["\u001b[2J\n"]])).toContain(String.raw`\u001b[2J\n`);
});

it("is a header alone without rows", () => {
  expect(table(["a", "b"], [])).toBe("a  b\n-  -");
});
