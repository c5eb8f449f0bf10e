import { describe, expect, it } from "vitest";
import { withoutOpenBoxes } from "./find-boxes.ts";
import { findBoxed, lastBox } from "./find-boxed.ts";

const FAR = " and then a long explanation follows that goes on for quite a while before it comes to: ";

function content(text: string): string | null {
  return findBoxed(text)?.contents.join(", ") ?? null;
}

describe("the boxed answer", () => {
  it.each([
    ["\\boxed{42}", "42"],
    ["$\\boxed{ \\frac{1}{2} }$", "\\frac{1}{2}"],
    ["\\fbox{42}", "42"],
    ["\\boxed 42", "42"],
    ["\\boxed{\\{1, 2\\}}", "\\{1, 2\\}"],
    ["\\boxed{\\{\\}}", "\\{\\}"],
    [`\\boxed{41}${FAR}\\boxed{42}`, "42"],
    ["\\boxed{2} \\boxed{2}", "2"],
    ["\\boxed{42} and \\boxed{43", "42"],
  ])("of %s is %s", (text, expected) => {
    expect(content(text)).toBe(expected);
  });

  it.each([
    ["\\boxed{1} and \\boxed{2}", "1, 2"],
    ["$\\boxed{1}$, $\\boxed{2}$, or $\\boxed{3}$", "1, 2, 3"],
    ["$x = \\boxed{1}$ and $y_1 = \\boxed{2}$", "1, 2"],
    ["\\[\\boxed{1}\\]\n\\[\\boxed{2}\\]", "1, 2"],
    ["- $\\boxed{1}$\n- $\\boxed{2}$", "1, 2"],
    ["\\boxed{1} \\text{ and } \\boxed{2}", "1, 2"],
    ["\\boxed{1} ou \\boxed{2}", "1, 2"],
    ["\\boxed{1}和\\boxed{2}", "1, 2"],
    ["Scratch \\boxed{9}\nFinal: \\boxed{1} and \\boxed{2}", "1, 2"],
  ])("has parts that only separators and names stand between: %s", (text, expected) => {
    expect(content(text)).toBe(expected);
  });

  it.each([
    ["\\boxed{1}, or else it could be \\boxed{2}", "2"],
    ["\\boxed{1} and then \\boxed{2}", "2"],
    ["\\boxed{1}. \\boxed{2}", "2"],
    ["first \\boxed{40}, final \\boxed{42}", "42"],
    ["$a = \\boxed{3}$, $b = \\boxed{4}$, so $a+b = \\boxed{7}$", "7"],
    ["$a = \\boxed{3}$, $b = \\boxed{4}$, $a+b = \\boxed{7}$", "7"],
    ["$a = \\boxed{3}$, total $= \\boxed{7}$", "7"],
    [[1, 2, 3, 4].map((answer) => `\\boxed{${answer}}`).join(FAR), "4"],
  ])("is otherwise the last: %s", (text, expected) => {
    expect(content(text)).toBe(expected);
  });

  it.each([
    "\\boxed{7}. I put it in \\boxed{} as asked.",
    "Write it as \\boxed{answer}. So \\boxed{7}",
    "\\boxed{7}\n\nRemember to use \\boxed{\\text{your answer}}.",
    "\\boxed{7}, in the form \\boxed{\\text{Final Answer}}",
    "\\boxed{7}, in the form \\boxed{[insert your number here]}",
    "\\boxed{7} \\boxed{...} \\boxed{\\ldots} \\boxed{?} \\boxed{\\quad} \\boxed{___}",
    "\\boxed{7}, not \\boxed{8}",
    "\\boxed{7} rather than $\\boxed{8}$",
    "\\boxed{7}. At first I had \\boxed{8}, which is wrong.",
    "\\boxed{7}, since $\\boxed{8}$ was not the answer",
    "\\boxed{8} is incorrect; it is \\boxed{7}",
  ])("is no placeholder and none that is denied: %s", (text) => {
    expect(content(text)).toBe("7");
  });

  it.each(["", "42", "\\boxed", "\\boxed{42", "\\boxed{".repeat(100), "\\boxed{}", "Not \\boxed{40}."])(
    "is missing in %s",
    (text) => {
      expect(findBoxed(text)).toBeNull();
    },
  );

  it("is none when answer after answer is tried and the last is only supposed", () => {
    expect(content([1, 2, 3, 4].map((answer) => `${FAR} perhaps \\boxed{${answer}}`).join(""))).toBe("");
    expect(content([1, 2, 4, 4].map((answer) => `${FAR} perhaps \\boxed{${answer}}`).join(""))).toBe("4");
  });

  it.each([
    ["Exact: \\boxed{\\sqrt{2}}, numerically \\boxed{\\approx 1.41}", "\\sqrt{2}", "\\approx 1.41"],
    ["\\boxed{\\frac{1}{3}} \\approx \\boxed{0.333}", "\\frac{1}{3}", "0.333"],
    ["$\\boxed{\\pi}$, which is approximately $\\boxed{3.14}$", "\\pi", "3.14"],
    ["\\boxed{\\pi}, then \\boxed{3.14}", "3.14", null],
  ])("tells an approximation: %s", (text, exact, approximation) => {
    expect(findBoxed(text)).toMatchObject({ contents: [exact], approximation });
  });

  it("alone is the last box", () => {
    expect(lastBox("\\boxed{1} and \\boxed{2}")).toBe("2");
    expect(lastBox("\\boxed{2} in \\boxed{}")).toBe("2");
    expect(lastBox("2")).toBeNull();
  });
});

describe("a text without its boxes that are not closed", () => {
  it.each([
    ["so \\boxed{42", "so  "],
    ["\\boxed{4", " "],
    ["\\boxed{5$ and \\boxed{6}", " \\boxed{6}"],
    ["\\boxed{5\nThe answer is 6", " \nThe answer is 6"],
    ["\\boxed{\\frac{1}{2}} and {", "\\boxed{\\frac{1}{2}} and {"],
    ["\\boxed 4", "\\boxed 4"],
  ])("%j is %j", (text, expected) => {
    expect(withoutOpenBoxes(text)).toBe(expected);
  });

  it("is found in linear time", { timeout: 10_000 }, () => {
    for (const [part, rest] of [
      ["\\boxed{", " "],
      ["\\boxed{\n", " \n"],
      ["\\boxed{}", "\\boxed{}"],
      ["\\boxed", "\\boxed"],
      ["\\boxed{{", " "],
    ] as const)
      expect(withoutOpenBoxes(part.repeat(10_000)) === rest.repeat(10_000)).toBe(true);
  });
});
