import { expect, test } from "vitest";
import type { StudyEvent } from "./events.ts";
import { advanceStudy, NO_STUDY_PROGRESS, workOf } from "./progress.ts";
import { liveStudy, studyLine } from "./study-view.ts";

const started = (job: string, step: number): StudyEvent => ({
  type: "job_started",
  job,
  runId: null,
  step,
  tokens: step * 10,
  steps: 1000,
  tokenBudget: 100,
});
const step = (job: string, number: number): StudyEvent => ({
  type: "job_step",
  job,
  step: number,
  tokens: number * 10,
});
const finished: StudyEvent = { type: "job_finished", job: "a", runId: 7, step: 10, tokens: 1234, seconds: 65 };
const failed: StudyEvent = { type: "job_failed", job: "b", runId: 8, reason: "SIGKILL", stderr: "one\ntwo" };
const begin: StudyEvent = { type: "study_started", study: "s", jobs: 6, done: 2, parallel: 2, database: "/s.db" };

const after = (...events: StudyEvent[]) => events.reduce(advanceStudy, NO_STUDY_PROGRESS);

test("only what this process did counts as its work", () => {
  // Two of six were done before, `a` goes on at 40% of its budget, `b` is new.
  const progress = after(begin, started("a", 4), started("b", 0), step("a", 6), step("b", 3));
  expect(workOf(progress).done).toBeCloseTo(0.2 + 0.3, 12);
  expect(workOf(progress).left).toBeCloseTo(0.4 + 0.7 + 2, 12);
  const later = [finished, failed].reduce(advanceStudy, progress);
  expect(workOf(later).done).toBeCloseTo(0.6, 12);
  expect(workOf(later).left).toBe(2);
  expect(later).toMatchObject({ done: 3, failed: 1, running: [] });
});

test("the live view tells what is done, what is running and when it will be over", () => {
  const progress = after(begin, started("s/x/a/1", 0), step("s/x/a/1", 5));
  // Half a run took 60 s, and 3.5 are left.
  const text = liveStudy(progress, 60);
  expect(text).toContain("2 of 6 runs");
  expect(text).toContain("about 7 min 00 s to go");
  expect(text).toMatch(/s\/x\/a\/1 {2}█{10}·{10}/);
  expect(text).toContain("step 5, 50 of 100 tokens");
  expect(liveStudy(after(begin), 1)).not.toContain("to go");
});

test("without a terminal a finished or failed run is a line", () => {
  const progress = after(begin, started("a", 0), started("b", 0), finished, failed);
  expect(studyLine(progress, finished)).toBe("[4/6] a (run 7): 10 steps, 1,234 tokens, 1 min 05 s");
  expect(studyLine(progress, failed)).toBe("[4/6] b failed: SIGKILL\n    one\n    two");
  expect(studyLine(progress, step("a", 1))).toBeUndefined();
});
