import { expect, test } from "vitest";
import type { Problem } from "../../problems/problem.ts";
import { lintAcross, lintNote } from "./lint-note.ts";

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

test("finds problems to practise that another source has too, to practise or held out", () => {
  const maths = { name: "maths", fields: undefined, sets: [setOf("sums.jsonl", [{ problem: "q" }, { problem: "r" }])] };
  const facts = {
    name: "facts",
    fields: undefined,
    sets: [setOf("facts.jsonl", [{ problem: "q" }]), setOf("held.jsonl", [{ problem: " r " }])],
  };
  expect(lintAcross([maths, facts])).toBe(
    "Lint finds problems that sources share: 1 of maths among those to practise of facts; " +
      "1 of maths among those held out of facts. Details: " +
      "rlvr problems lint sums.jsonl --against facts.jsonl; rlvr problems lint sums.jsonl --against held.jsonl",
  );
  // Held out of one is what the other must not practise, in either order.
  expect(lintAcross([facts, maths])).toContain("1 of maths among those held out of facts");
});

test("says nothing of sources that share no problem, nor of a file that two practise", () => {
  const source = (name: string, ...sets: string[]) => ({
    name,
    fields: undefined,
    sets: sets.map((path) => setOf(path)),
  });
  expect(lintAcross([source("a", "a.jsonl", "b.jsonl"), source("c", "c.jsonl", "b.jsonl")])).toBeUndefined();
  expect(lintAcross([source("a", "a.jsonl"), source("b", "a.jsonl")])).toBeUndefined();
  expect(lintAcross([source("a", "a.jsonl"), source("b", "b.jsonl", "a.jsonl")])).toContain(
    "10 of a among those held out of b",
  );
});
