import { expect, it } from "vitest";
import type { Outcome } from "../../verifiers/combine-verdicts.ts";
import { failingTruncated } from "./fail-truncated.ts";
import type { Judge, JudgedResponse } from "./judge.ts";

const signal = new AbortController().signal;
const passed: Outcome = { status: "ok", reward: 1.5, passed: true, extracted: "4" };
const crashed: Outcome = { status: "error", reward: null, passed: null, extracted: null };

const judgeGiving = (outcomes: readonly Outcome[]): Judge => ({
  verifiers: [],
  group: async () => outcomes.map((outcome): JudgedResponse => ({ verdicts: [], outcome })),
  close: async () => undefined,
});

it("fails completions that were cut, even where verifiers passed them, and no others", async () => {
  const judge = judgeGiving([passed, passed, crashed, crashed]);
  const texts = [false, true, false, true].map((truncated) => ({ text: "4", truncated }));
  const judged = await failingTruncated(judge).group({ answer: "4" }, texts, signal);
  expect(judged.map(({ outcome }) => outcome)).toEqual([
    passed,
    { status: "ok", reward: 0, passed: false, extracted: "4" },
    crashed,
    { status: "ok", reward: 0, passed: false, extracted: null },
  ]);
});
