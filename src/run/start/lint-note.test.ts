import { expect, test } from "vitest";
import type { Problem } from "../../problems/problem.ts";
import { lintNote } from "./lint-note.ts";

function setOf(path: string, problems: readonly Partial<Problem>[] = []) {
  const many = Array.from({ length: 10 }, (_, index) => ({ problem: `${path} ${index}` }));
  return {
    path,
    sha256: "",
    problems: [...many, ...problems].map((each) => ({ problem: "p", answer: "1234", arm: "all", ...each })),
  };
}

test("says nothing of sets in which lint finds nothing", () => {
  expect(lintNote([setOf("a.jsonl"), setOf("b.jsonl")], undefined)).toBeUndefined();
});

test("counts in one line what lint finds, with the commands that show it", () => {
  const practice = setOf("my sets/a.jsonl", [{}, {}, { answer: "2" }, { problem: "b.jsonl 0" }]);
  const leaking = setOf("b.jsonl", [{ problem: "q", hints: { knowledge: ["It is 1234."] } }]);
  expect(lintNote([practice, leaking], undefined)).toBe(
    "Lint finds 1 duplicate-problem, 1 conflicting-answers, 1 contamination in my sets/a.jsonl; " +
      "1 hint-leak in b.jsonl. Details: " +
      "rlvr problems lint 'my sets/a.jsonl' --against b.jsonl; rlvr problems lint b.jsonl",
  );
});

test("names the recipe's fields in the command", () => {
  const fields = { problem: "question", answer: "answer", answerAfter: "#### " };
  expect(lintNote([setOf("a.parquet", [{}, {}])], fields)).toContain(
    "rlvr problems lint a.parquet --problem question --answer answer --answer-after '#### '",
  );
});
