import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadProblemSet } from "./load-problem-set.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-problems-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(...lines: string[]): string {
  const path = join(folder, "problems.jsonl");
  writeFileSync(path, lines.join("\n"));
  return path;
}

test("problems are read in order, with the fields that only templates and verifiers know", async () => {
  const { problems } = await loadProblemSet(
    file('{"problem":"1+1","answer":"2","level":3}', "", '{"problem":"2+2","answer":"4","arm":"x"}'),
  );
  expect(problems).toEqual([
    { problem: "1+1", answer: "2", arm: "all", level: 3 },
    { problem: "2+2", answer: "4", arm: "x" },
  ]);
});

test("bad lines are all reported by their numbers", async () => {
  const path = file('{"problem":"1+1","answer":"2"}', "{oops", '{"problem":"","answer":"2"}', '{"answer":"2"}');
  await expect(loadProblemSet(path)).rejects.toThrow(/line 2: not JSON.*\n.*line 3: problem: .*\n.*line 4: problem: /);
});

test("a set without problems is refused", async () => {
  await expect(loadProblemSet(file("", ""))).rejects.toThrow(/holds no problems/);
});

test("a set that lacks the named fields is refused by its name", async () => {
  const path = file('{"problem":"1+1","answer":"2"}');
  const refused = loadProblemSet(path, { problem: "question", answer: "answer" });
  await expect(refused).rejects.toThrow(`the first record of ${path} has no field "question"`);
});
