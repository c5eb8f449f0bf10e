import { expect, test } from "vitest";
import { judgeAnswer } from "./teacher-answer.ts";

const PROBLEM = { problem: "What is 6 times 7?", answer: "42", arm: "all" };
const HINTS = {
  knowledge: ["A product is a repeated sum."],
  planning: ["Add 6 over and over.", "Count to 7."],
  solution: ["5 times 6 is 30.", "30 + 12 = 42"],
};

const judge = (text: string, finishReason = "stop") => judgeAnswer({ text, finishReason }, PROBLEM);

test("hints are read whatever stands around them, without keys that nobody asked for", () => {
  const json = JSON.stringify({ ...HINTS, note: "42" });
  for (const text of [
    json,
    `\`\`\`json\n${json}\n\`\`\``,
    `Here you are:\n${json}\nDone.`,
    `<think>{no}</think>${json}`,
    `[THINK]{no}[/THINK]${json}`,
  ])
    expect(judge(text)).toEqual({ hints: HINTS });
});

test("the answer may stand in the last part of the solution, and nowhere before", () => {
  const alone = { ...HINTS, solution: ["6 * 7 = 42"] };
  expect(judge(JSON.stringify(alone))).toEqual({ hints: alone });
  for (const [hints, where] of [
    [{ ...HINTS, knowledge: ["6 * 7 = 42"] }, "part 1 of knowledge"],
    [{ ...HINTS, planning: ["Add.", "Aim for 42.0."] }, "part 2 of planning"],
    [{ ...HINTS, solution: ["30 + 12 = 42", "42"] }, "part 1 of solution"],
  ] as const) {
    expect(judge(JSON.stringify(hints))).toEqual({ reason: "leak", complaint: expect.stringContaining(where) });
  }
});

test("an answer that comes about where two parts meet is a leak of the second", () => {
  const hints = { ...HINTS, planning: ["The answer is", "New", "York, of course"] };
  const judgement = judgeAnswer(
    { text: JSON.stringify(hints), finishReason: "stop" },
    { ...PROBLEM, answer: "New York" },
  );
  expect(judgement).toEqual({ reason: "leak", complaint: expect.stringContaining("part 3 of planning") });
});

test.each([
  ["nothing", "", "not JSON"],
  ["no JSON", "I cannot help with that.", "not JSON"],
  ["half of it", JSON.stringify(HINTS).slice(0, 60), "not JSON"],
  ["a list", "[]", "the answer: "],
  ["a tier too few", JSON.stringify({ ...HINTS, planning: undefined }), "planning: "],
  ["a part too many", JSON.stringify({ ...HINTS, planning: ["a", "b", "c", "d", "e"] }), "planning: "],
  ["no part", JSON.stringify({ ...HINTS, planning: [] }), "planning: "],
  ["an empty part", JSON.stringify({ ...HINTS, planning: ["a", " \n"] }), "planning.1: is empty"],
  ["text for a list", JSON.stringify({ ...HINTS, planning: "a" }), "planning: "],
  [
    "LaTeX with single backslashes",
    JSON.stringify({ ...HINTS, planning: ["\frac{1}{2}"] }),
    "planning.0: holds control",
  ],
])("%s is malformed, and the complaint says why", (_, text, complaint) => {
  expect(judge(text)).toEqual({ reason: "malformed", complaint: expect.stringContaining(complaint) });
});

test("an answer that was cut off is told to be shorter", () => {
  expect(judge(JSON.stringify(HINTS).slice(0, 60), "length")).toEqual({
    reason: "malformed",
    complaint: expect.stringContaining("shorter"),
  });
});
