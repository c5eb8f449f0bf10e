import { expect, it } from "vitest";
import { readWorkerMessage } from "./read-worker-message.ts";

const ok = { status: "ok", passed: true, score: 1, extracted: null, details: { a: 1 }, runMs: 1 };
const failed = { status: "error", kind: "thrown", error: "e", runMs: 1 };

it("takes what a worker sends", () => {
  const judged = { kind: "judged", judgements: [ok, failed] };
  expect(readWorkerMessage(judged, 2)).toEqual(judged);
  expect(readWorkerMessage({ kind: "started", pid: 7 }, 0)).toEqual({ kind: "started", pid: 7 });
  expect(readWorkerMessage({ stderr: "words" }, 0)).toEqual({ stderr: "words" });
});

it.each([
  ["nothing", null],
  ["a text", "ready"],
  ["a kind that there is not", { kind: "toString" }],
  ["output that is no text", { stderr: { length: 1e9 } }],
  // Its process group is killed at a deadline: these are groups of everybody.
  ["the process 1", { kind: "started", pid: 1 }],
  ["the process 0", { kind: "started", pid: 0 }],
  ["a process below 0", { kind: "started", pid: -7 }],
  ["more judgements than were asked for", { kind: "judged", judgements: [ok, ok, ok] }],
  ["a score that JSON cannot hold", { kind: "judged", judgements: [{ ...ok, score: null }] }],
  ["an answer that was not cut", { kind: "judged", judgements: [{ ...ok, extracted: "x".repeat(5000) }] }],
  ["an error that was not cut", { kind: "judged", judgements: [{ ...failed, error: "x".repeat(20_000) }] }],
  ["a failure of no kind", { kind: "judged", judgements: [{ ...failed, kind: "constructor" }] }],
])("takes no %s", (_, message) => {
  expect(readWorkerMessage(message, 2)).toBeUndefined();
});

it("cuts details that a worker did not cut", () => {
  const judgements = [{ ...ok, details: "x".repeat(1_000_000) }];
  expect(readWorkerMessage({ kind: "judged", judgements }, 1)).toMatchObject({
    judgements: [{ details: { omitted: expect.any(String) } }],
  });
});
