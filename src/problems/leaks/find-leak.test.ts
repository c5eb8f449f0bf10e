import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findLeak } from "./find-leak.ts";

const PROBLEM = "Find the value.";

/** Whether a text gives an answer away, by default to a problem that states nothing. */
const leaks = (text: string, answer: string, problem = PROBLEM): boolean =>
  findLeak(text, answer, problem) !== undefined;

describe("a number is given away by any way of writing its value", () => {
  test.each([
    ["42", "So we get 42."],
    ["42", "So we get **42**, as wanted"],
    ["42", "It is (42)."],
    ["42", "which makes 42 apples"],
    ["42", "which makes 42cm"],
    ["42", "the cost is $42"],
    ["42", "the cost is \\$42"],
    ["42", "x=42"],
    ["42", "42"],
    ["42", "10,42"],
    ["42", "6*7=42, and on"],
    ["42", "add 40 + 2 = 42.0 at the end"],
    ["$42$", "So we get 42."],
    ["\\boxed{42}", "So we get 42."],
    ["42.", "So we get 42."],
    ["042", "So we get 42."],
    ["42 apples", "So we get 42."],
    ["x = 42", "So we get 42."],
    ["1234567", "So we get 1,234,567."],
    ["1,234,567", "So we get 1234567."],
    ["1234567", "So we get 1{,}234{,}567."],
    ["1234567", "So we get 1\\,234\\,567."],
    ["1234567", "So we get 1\u2009234\u2009567."],
    ["1234.5", "So we get 1,234.50."],
    ["0.5", "a half, 1/2, is left"],
    ["0.5", "$\\frac{1}{2}$ is left"],
    ["0.5", "$\\dfrac12$ is left"],
    ["1/2", "0.5 is left"],
    ["1/2", "0.50 is left"],
    ["1/2", "50% is left"],
    ["\\frac{1}{2}", ".5 is left"],
    ["\\frac12", "50 \\% is left"],
    ["50%", "0.5 is left"],
    ["50", "50% is left"],
    ["2/4", "2/4 is left"],
    ["-5", "so x = -5"],
    ["-5", "so x = \u22125"],
    ["-5", "so x is negative 5"],
    ["3/4 of it", "0.75 remains"],
    ["1000", "that is 1e3"],
    ["12000", "that is 1.2e4"],
    ["45°", "the angle is 45^\\circ"],
    ["45^{\\circ}", "the angle is 45 degrees"],
    ["7", "The units sum to 7"],
    ["7", "First.\n\n7"],
  ])("%s in %j", (answer, text) => {
    expect(leaks(text, answer)).toBe(true);
  });
});

describe("a number that is part of something else is not the answer", () => {
  test.each([
    ["2", "There are 12 of 20, and 2.5 or 0.2, and 22."],
    ["2", "Use x^2 and x_2 and x^{2} and a2b."],
    ["2", "Use 2x + 3 and 2\\pi."],
    ["2", "This is the 2nd one."],
    ["2", "Step 2: add. 12"],
    ["2", "1. add\n2. multiply\n3) divide"],
    ["2", "Follow step 2 again."],
    ["2", "a ratio of 2:3 in version 1.2.3 on 1/2/34"],
    ["2", "halve it: 1/2 of all"],
    ["2", "take 2^10"],
    ["3", "take 6/2 next"],
    ["1/2", "take 2/4 next"],
    ["42", "142, 420, 4.2, 42.5, 0.42 and 1,042"],
    ["42", "x42 and 42x"],
    ["5", "x = -5"],
    ["-5", "8-5 and 5"],
    ["234", "1,234 and 234,000"],
    ["0.5", "5 and 0.05"],
    ["50%", "5%"],
    ["42", "forty-one and more"],
    ["42", ""],
  ])("%s in %j", (answer, text) => {
    expect(leaks(text, answer)).toBe(false);
  });
});

describe("what the problem itself states is given away only as the answer", () => {
  test.each([
    ["2", "What is 1 + 1, less 2, plus 2?", "Take 2 away first.", false],
    ["12", "Which of 12 and 21 is less?", "Compare 12 with 21.", false],
    ["1,200", "Which of 1200 and 2100 is less?", "Compare 1,200 with 2100.", false],
    ["12", "Which of 12 and 21 is less?", "So the answer is 12.", true],
    ["12", "Which of 12 and 21 is less?", "Answer: 12", true],
    ["12", "Which of 12 and 21 is less?", "The solution is x = 12.", true],
    ["12", "Which of 12 and 21 is less?", "So \\boxed{12}.", true],
    ["12", "Which of 12 and 21 is less?", "So $\\boxed{ 12 }$.", true],
    ["12", "Which of 12 and 21 is less?", "The answer is less than 21 and one of 12 and 21.", false],
    ["Alice", "Who is taller, Alice or Bob?", "Compare Alice with Bob.", false],
    ["Alice", "Who is taller, Alice or Bob?", "The answer is Alice.", true],
    ["Alice", "Who is taller, Alice or Bob?", "The answer is **Alice**.", true],
    // Only a part of a longer number of the problem: nothing that it states.
    ["12", "What is 6 + 6 in 1212?", "That is 12.", true],
  ])("%s of %j in %j: %j", (answer, problem, text, leak) => {
    expect(leaks(text, answer, problem)).toBe(leak);
  });
});

describe("other answers are compared as text, whole, whatever their case, spaces and LaTeX", () => {
  test.each([
    ["Paris", "the city of PARIS, in France", true],
    ["Paris", "a comparison, Parisian", false],
    ["New  York", "it is new\nyork.", true],
    ["(2, 3)", "the point $(2,3)$", true],
    ["(2,3)", "the point \\left( 2 , 3 \\right)", true],
    ["(2,3)", "the points (12,3) and (2,35)", false],
    ["x = 3y", "x=3y", true],
    ["x=3y", "x=3yz", false],
    ["2\\sqrt{3}", "that is $2 \\sqrt 3$", true],
    ["\\frac{\\sqrt{3}}{2}", "\\dfrac{\\sqrt{3}}{2}", true],
    ["\\frac{\\sqrt{3}}{2}", "(√3)/2 is left", true],
    ["2π", "that is 2\\pi", true],
    ["10^5", "that is 10^{5}", true],
    ["10^5", "that is 10^{51}", false],
    ["\\text{even}", "it is even", true],
    ["1:2", "the ratio 1 : 2", true],
    ["12:30", "at 12:30 they meet", true],
    ["12:30", "at 12:305 they meet", false],
    ["5x", "5x remains", true],
    ["5x", "15x remains", false],
    ["1, 2", "either 1,2", true],
    ["x^2+1", "X^2 + 1", true],
    ["A", "A triangle has three sides. Option A is one.", false],
    ["A", "The answer is A.", true],
    ["A", "The answer is (A).", true],
    ["no", "There is no carry.", false],
    ["No", "Answer: no", true],
    ["yes", "\\boxed{\\text{yes}}", true],
    ["", "anything", false],
    ["  ", "anything", false],
    ["...", "and so on", false],
  ])("%s in %j: %j", (answer, text, leak) => {
    expect(leaks(text, answer)).toBe(leak);
  });
});

test("what was found is told as it stands there", () => {
  expect(findLeak("First, then 1,024 at last", "2^{10} = 1024", PROBLEM)).toBeUndefined();
  expect(findLeak("First, then 1,024 at last", "1024", PROBLEM)).toBe("1024");
  expect(findLeak("so \\frac{1}{2} is left", "0.5", PROBLEM)).toBe("1/2");
});

const words = fc.array(fc.constantFrom("then", "we", "add", "carry", "over", "the", "digits", "twice"), {
  minLength: 1,
  maxLength: 6,
});

test("a number among words is always found, and never inside a longer one", () => {
  const property = fc.property(fc.integer({ min: 1, max: 10 ** 9 }), words, words, fc.nat(9), (value, a, b, digit) => {
    const around = (number: string): string => `${a.join(" ")} ${number} ${b.join(" ")}.`;
    expect(leaks(around(String(value)), String(value))).toBe(true);
    expect(leaks(around(value.toLocaleString("en-US")), String(value))).toBe(true);
    expect(leaks(around(`${value}${digit}`), String(value))).toBe(false);
    expect(leaks(around(`1${value}`), String(value))).toBe(false);
  });
  fc.assert(property);
});

test("any text at all is read in time", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), fc.string({ maxLength: 20 }), (text, answer) => {
      findLeak(text, answer, PROBLEM);
    }),
  );
  for (const piece of ["{", "\\frac{", "1,000", "answer is ", "1/", "((", "9", "^", " "])
    expect(leaks(piece.repeat(20_000 / piece.length), "nowhere")).toBe(false);
});
