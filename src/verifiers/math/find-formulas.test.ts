import { describe, expect, it } from "vitest";
import { findFormulas } from "./find-formulas.ts";

function contents(text: string): string[] {
  return findFormulas(text).map(({ content }) => content);
}

describe("formulas", () => {
  it.each([
    ["so $x = 5$.", ["x = 5"]],
    ["\\[ x \\] then \\( y \\) then $$z$$", [" x ", " y ", "z"]],
    ["$3$ and $5$", ["3, 5"]],
    ["$3$, $5$, or $7$", ["3, 5, 7"]],
    ["$3$ but then $5$", ["3", "5"]],
    ["$\\$75$", ["\\$75"]],
    ["$50$ percent", ["50\\%"]],
    ["it is \\frac{1}{2} of it", ["\\frac{1}{2}"]],
    ["it is 3\\frac{1}{2} of it", ["3\\frac{1}{2}"]],
    ["it costs \\$5", []],
    ["$5 on one line\nand $6 on the next", []],
    ["$$", []],
  ])("of %s", (text, expected) => {
    expect(contents(text)).toEqual(expected);
  });

  it("are found in linear time", { timeout: 10_000 }, () => {
    for (const opener of ["$", "\\[", "\\(", "\\$", "\\frac{1", "9"])
      expect(findFormulas(opener.repeat(100_000))).toEqual([]);
    expect(findFormulas("$$ ".repeat(100_000))).toHaveLength(50_000);
  });
});
