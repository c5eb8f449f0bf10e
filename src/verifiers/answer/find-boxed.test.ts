import { describe, expect, it } from "vitest";
import { findBoxed, lastBox } from "./find-boxed.ts";

const FAR = " and then a long explanation follows that goes on for quite a while before it comes to: ";

function content(text: string): string | null {
  const found = findBoxed(text);
  return found === null || found === "contradictory" ? found : found.content;
}

describe("the boxed answer", () => {
  it.each([
    ["\\boxed{42}", "42"],
    ["$\\boxed{ \\frac{1}{2} }$", "\\frac{1}{2}"],
    ["\\fbox{42}", "42"],
    ["\\boxed 42", "42"],
    ["\\boxed{\\{1, 2\\}}", "\\{1, 2\\}"],
    [`\\boxed{41}${FAR}\\boxed{42}`, "42"],
    ["\\boxed{1} and \\boxed{2}", "1, 2"],
    ["\\boxed{1}, or else it could be \\boxed{2}", "1, 2"],
    ["\\boxed{2} \\boxed{2}", "2"],
    ["\\boxed{42} and \\boxed{43", "42"],
  ])("of %s is %s", (text, expected) => {
    expect(content(text)).toBe(expected);
  });

  it.each(["", "42", "\\boxed", "\\boxed{42", "\\boxed{".repeat(100)])("is missing in %s", (text) => {
    expect(findBoxed(text)).toBeNull();
  });

  it("is none when one answer after another is boxed", () => {
    expect(findBoxed([1, 2, 3, 4].map((answer) => `\\boxed{${answer}}`).join(FAR))).toBe("contradictory");
    expect(content([1, 2, 4, 4].map((answer) => `\\boxed{${answer}}`).join(FAR))).toBe("4");
  });

  it("alone is the last box", () => {
    expect(lastBox("\\boxed{1} and \\boxed{2}")).toBe("2");
    expect(lastBox("2")).toBeNull();
  });
});
