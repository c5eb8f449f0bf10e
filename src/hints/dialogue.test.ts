import { expect, test } from "vitest";
import { dialogue } from "./dialogue.ts";
import { readTeacherPrompts } from "./teacher-prompts.ts";

const PROBLEM = { problem: "What is 6 times 7?", answer: "42", arm: "all", solution: "Add 6 seven times." };
const prompts = readTeacherPrompts();
const GOOD = JSON.stringify({ knowledge: ["a"], planning: ["b"], solution: ["c", "42"] });
const LEAK = JSON.stringify({ knowledge: ["42"], planning: ["b"], solution: ["c"] });
const answer = (text: string) => ({ text, finishReason: "stop" });

test("the teacher is shown the problem, its answer, and the reference solution where there is one", () => {
  for (const text of ["What is 6 times 7?", "42", "# Reference solution\n\nAdd 6 seven times."])
    expect(dialogue(PROBLEM, { prompts, retries: 0 }).next().value).toEqual([
      { role: "user", content: expect.stringContaining(text) },
    ]);
  const messages = [
    { role: "system", content: "Multiply." },
    { role: "user", content: PROBLEM.problem },
  ];
  expect(prompts.ask({ ...PROBLEM, messages })).toContain(`[system]\nMultiply.\n\n[user]\n${PROBLEM.problem}`);
  const { solution: _, ...bare } = PROBLEM;
  expect(prompts.ask(bare)).not.toContain("Reference solution");
  expect(prompts.ask(bare)).not.toMatch(/\n{3}/);
});

test("an answer that cannot be used is asked for again with the complaint, and the dialogue so far", () => {
  const steps = dialogue(PROBLEM, { prompts, retries: 2 });
  const first = steps.next().value;
  const second = steps.next(answer(LEAK)).value;
  expect(second).toEqual([
    ...(first as unknown[]),
    { role: "assistant", content: LEAK },
    { role: "user", content: expect.stringContaining("part 1 of knowledge holds the final answer (42)") },
  ]);
  expect(steps.next(answer(" ")).value).toEqual([
    ...(second as unknown[]),
    { role: "assistant", content: "(nothing)" },
    { role: "user", content: expect.stringContaining("not JSON") },
  ]);
  expect(steps.next(answer(GOOD))).toEqual({ done: true, value: { hints: JSON.parse(GOOD) as unknown } });
});

test("after the last retry the problem is refused for the last answer's fault", () => {
  const steps = dialogue(PROBLEM, { prompts, retries: 1 });
  steps.next();
  expect(steps.next(answer("no")).done).toBe(false);
  expect(steps.next(answer(LEAK))).toEqual({
    done: true,
    value: { reason: "leak", detail: expect.stringContaining("part 1 of knowledge") },
  });
});
