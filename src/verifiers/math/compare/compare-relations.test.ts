import { describe, expect, it } from "vitest";
import { assignedValue } from "./compare-relations.ts";
import { areScalarsEqual } from "./compare-scalars.ts";
import { parseExpression } from "../parse/parse-expression.ts";
import { structureText } from "../evaluate/structure-text.ts";
import { tokenise } from "../parse/tokenise.ts";

function assigned(answer: string): string | null {
  const relation = parseExpression(tokenise(answer) ?? []);
  if (relation?.kind !== "relation") throw new Error(`no relation: ${answer}`);
  const value = assignedValue(relation, areScalarsEqual);
  return value && structureText(value);
}

describe("what a relation gives", () => {
  it.each([
    ["x = 5", "5"],
    ["f(x) = x + 1", "1 + x"],
    ["x = 2 + 3 = 5", "5"],
    ["2 + 3 = 5", "5"],
    ["A = bh = 3 \\cdot 4 = 12", "12"],
    ["a + b = 5", "5"],
    ["a - b = 5", "5"],
    ["x \\in [1, 2]", "[1, 2]"],
  ])("%s gives %s", (answer, value) => {
    expect(assigned(answer)).toBe(value);
  });

  it.each(["3x + 1 = 5", "2 + 2 = 5", "x < 5", "x \\ne 5", "-x = 5", "|x| = 5", "\\ln x = 5", "x = 3 = 5"])(
    "%s gives nothing",
    (answer) => {
      expect(assigned(answer)).toBeNull();
    },
  );
});
