import { describe, expect, it } from "vitest";
import { createSeenTexts } from "../seen-texts.ts";
import type { Problem } from "../problem.ts";
import { createSetChecks, type HeldOut } from "./set-checks.ts";

/** What is found in problems, one a line: `line: kind`. */
function found(problems: readonly Partial<Problem>[], heldOut: readonly HeldOut[] = []): string[] {
  const checks = createSetChecks(heldOut);
  return problems
    .flatMap((problem, index) => checks.look({ problem: `p${index}`, answer: "1", arm: "all", ...problem }, index + 1))
    .map(({ line, kind }) => `${line}: ${kind}`);
}

describe("repetitions", () => {
  it("of a problem are faults where the answer is another", () => {
    const problem = "How many?";
    expect(
      found([
        { problem, answer: "1" },
        { problem: " How\nmany? ", answer: "1" },
        { problem, answer: "2" },
        { problem, answer: "2" },
      ]),
    ).toEqual(["2: duplicate-problem", "3: conflicting-answers", "4: duplicate-problem"]);
  });

  it("of an id are faults, also of one that every object has", () => {
    expect(found([{ id: "constructor" }, { id: "a" }, { id: "constructor" }, {}, {}])).toEqual(["3: duplicate-id"]);
  });

  it("name the line that came first", () => {
    const checks = createSetChecks([]);
    checks.look({ id: "a", problem: "p", answer: "1", arm: "all" }, 3);
    const messages = checks.look({ id: "a", problem: "p", answer: "1", arm: "all" }, 8).map(({ message }) => message);
    expect(messages).toEqual(["the same as line 3", 'the id "a" is that of line 3']);
  });
});

it("empty texts are faults, answers of several lines suspicious", () => {
  expect(
    found([
      { answer: "" },
      { answer: " \n" },
      { problem: " " },
      { answer: "1\n2" },
      { answer: "1\n" },
      { answer: "a b" },
    ]),
  ).toEqual(["1: empty-answer", "2: empty-answer", "3: empty-problem", "4: answer-of-lines"]);
});

it("problems of a held-out set are faults, with the place there", () => {
  const problems = createSeenTexts();
  problems.firstOf("held  out", 17);
  const checks = createSetChecks([{ path: "test.jsonl", problems }]);
  expect(checks.look({ problem: "held out", answer: "?", arm: "all" }, 1)).toEqual([
    { kind: "contamination", severity: "fault", line: 1, message: "also in test.jsonl, line 17" },
  ]);
  expect(checks.look({ problem: "practised", answer: "?", arm: "all" }, 2)).toEqual([]);
});

it("arms of few problems are suspicious", () => {
  const checks = createSetChecks([]);
  for (let line = 1; line <= 13; line++)
    checks.look({ problem: `p${line}`, answer: "1", arm: line <= 10 ? "many" : "few" }, line);
  expect(checks.end()).toEqual([
    { kind: "small-arm", severity: "warning", line: null, message: 'the arm "few" has 3 problems, fewer than 10' },
  ]);
  expect([...checks.arms]).toEqual([
    ["many", 10],
    ["few", 3],
  ]);
});
