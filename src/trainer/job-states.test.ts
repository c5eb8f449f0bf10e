import fc from "fast-check";
import { expect, test } from "vitest";
import { assertTransition, isOver, JOB_STATES, nextJobStates, type JobState } from "./job-states.ts";

const anyState = fc.constantFrom(...JOB_STATES);

test("a transition is allowed exactly when the table has it", () => {
  fc.assert(
    fc.property(anyState, anyState, (from, to) => {
      let refusal: unknown;
      try {
        assertTransition(from, to);
      } catch (error) {
        refusal = error;
      }
      expect(refusal === undefined).toBe(nextJobStates(from).includes(to));
    }),
  );
  expect(() => assertTransition("succeeded", "queued")).toThrow("a trainer job cannot go from succeeded to queued");
});

test("every state can be reached from queued, and a job that is not over can always be lost, fail or be cancelled", () => {
  const reached = new Set<JobState>(["queued"]);
  for (const state of reached) for (const next of nextJobStates(state)) reached.add(next);
  expect([...reached].sort()).toEqual([...JOB_STATES].sort());
  for (const state of JOB_STATES.filter((each) => !isOver(each))) {
    expect(nextJobStates(state)).toEqual(expect.arrayContaining(["failed", "cancelled"]));
    // Nothing is there to be lost before a driver has the job.
    expect(nextJobStates(state).includes("lost")).toBe(state !== "queued");
  }
});

test("what is over stays over", () => {
  expect(JOB_STATES.filter(isOver)).toEqual(["succeeded", "failed", "lost", "cancelled"]);
  for (const state of JOB_STATES) expect(nextJobStates(state).length === 0).toBe(isOver(state));
});
