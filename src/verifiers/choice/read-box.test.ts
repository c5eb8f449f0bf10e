import { describe, expect, it } from "vitest";
import { choicesOf } from "./choices.ts";
import { readChoice } from "./read-choice.ts";

/** The letters that are read, joined; "" for none. */
function read(response: string, problem = {}): string {
  const letters = readChoice(response, choicesOf(problem, "J"), { isStrict: false, correction: "last" });
  return [...letters].sort().join("");
}

describe("a box with a letter and text", () => {
  it.each([
    ["\\boxed{B: Rome}", "B"],
    ["\\boxed{\\textbf{(B)}~3\\pi}", "B"],
    ["\\boxed{(B)\\ 3\\pi}", "B"],
    ["\\boxed{\\text{I: it reads the whole genome}}", "I"],
    ["\\boxed{E: \\text{a probability}}", "E"],
    ["\\boxed{\\textbf{(B) } 3\\pi}", "B"],
    ["\\boxed{\\text{B) Rome}}", "B"],
    ["\\boxed{B. Rome}", "B"],
    ["\\boxed{(b) Rome}", "B"],
    ["\\boxed{b) Rome}", "B"],
    ["\\boxed{\\mathrm{(B)}\\;\\frac{1}{2}}", "B"],
    ["\\boxed{\\textbf{\\text{(B)}}\\quad 5}", "B"],
    ["\\boxed{B - Rome}", "B"],
    ["\\boxed{B 3\\pi}", "B"],
    ["\\boxed{\\text{Option B: Rome}}", "B"],
    ["\\boxed{B: it is 5, not C}", "B"],
    ["\\boxed{\\text{A: a cat}}", "A"],
    ["\\boxed{B (Rome)}", "B"],
    ["\\boxed{\\text{D}: \\text{None of the above}}", "D"],
    ["\\boxed{\\text{(D) None of these}}", "D"],
    ["$\\boxed{\\textbf{(E)}\\ \\text{none of these}}$", "E"],
    ["\\boxed{\\textbf{(C) }-\\frac{3}{2}}", "C"],
    ["\\boxed{\\mathbf{B}: 12}", "B"],
    ["\\boxed{\\text{B.}\\ 12}", "B"],
    ["\\boxed{\\textbf{(A)}\\,\\tfrac{1}{2}}", "A"],
    ["\\fbox{(C) 7}", "C"],
    ["\\boxed{H: \\text{not A}}", "H"],
    ["\\boxed{G. I and II only}", "G"],
    ["\\boxed{B: I, II and III}", "B"],
    ["\\boxed{J: joule}", "J"],
    ["\\boxed{\\rm B}", "B"],
    ["\\boxed{K: kelvin}", "K"],
  ])("%j names %s", (response, letter) => {
    expect(read(response)).toBe(letter);
  });

  it.each([
    ["\\boxed{B: Rome, C: Paris}", "BC"],
    ["\\boxed{B or C: Rome}", "BC"],
    ["\\boxed{B: Rome or C}", "BC"],
    ["\\boxed{B: Rome (or maybe C)}", "BC"],
    ["\\boxed{(B) Rome (C) Paris}", "BC"],
    ["\\boxed{B + C}", "BC"],
    ["\\boxed{A:B}", "AB"],
    ["\\boxed{\\text{(B) The points A and C coincide}}", "BC"],
    ["\\boxed{\\text{B and D}}", "BD"],
    ["\\boxed{(B)/(C)}", "BC"],
    ["\\boxed{B; C}", "BC"],
    ["\\boxed{(B) 5 or (C) 6}", "BC"],
    ["\\boxed{B. 5 m/s, C. 6 m/s}", "BC"],
  ])("%j names several: %s", (response, letters) => {
    expect(read(response)).toBe(letters);
  });

  it.each([
    "\\boxed{f: A \\to B}",
    "\\boxed{E = mc^2}",
    "\\boxed{A = 5}",
    "\\boxed{C major}",
    "\\boxed{A cat}",
    "\\boxed{I am}",
    "\\boxed{D \\cdot 3}",
    "\\boxed{x: B}",
    "\\boxed{\\text{neither B nor C}}",
    "\\boxed{\\text{not B}}",
  ])("%j names none", (response) => {
    expect(read(response)).toBe("");
  });
});

describe("a box, beside the texts of the choices,", () => {
  const cities = { choices: ["Paris", "Rome", "Oslo", "Bonn"] };
  const chinese = { choices: ["巴黎", "罗马", "3、5", "以上都不是"] };

  it.each([
    ["\\boxed{B: Paris}", "AB"],
    ["\\boxed{B: Rome}", "B"],
    ["\\boxed{B: the city of Rome}", "B"],
    ["\\boxed{C: Oslo}", "C"],
    ["\\boxed{B: ROME}", "B"],
    ["\\boxed{B: Rome}\n\n\\boxed{Paris}", "AB"],
    ["\\boxed{(A) Rome}", "AB"],
  ])("%j names %s", (response, letters) => {
    expect(read(response, cities)).toBe(letters);
  });

  it.each([
    ["答案是罗马。", "B"],
    ["\\boxed{C: 3、5}", "C"],
    ["答案是B:罗马", "B"],
    ["答案：D。以上都不是", "D"],
  ])("%j names %s", (response, letters) => {
    expect(read(response, chinese)).toBe(letters);
  });
});
