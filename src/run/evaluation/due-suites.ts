import type { RunRow } from "../../tracking/runs.ts";

/** The problem sets that a run evaluates on. */
export type Suite = "development" | "test";

/** The set of a suite; null where the run has none. */
export function setOf(run: RunRow, suite: Suite): number | null {
  return suite === "test" ? run.testSetId : run.developmentSetId;
}

/**
 * The evaluations that are due after a step: development before the first step and every `evaluation.every` steps,
 * test before the first and after the last. Never with hints.
 * @param first the step after which the first are made.
 */
export function dueSuites(step: number, isLast: boolean, every: number, first = 0): Suite[] {
  const due: Suite[] = [];
  if (step === first || isLast) due.push("test");
  if (step === first || step % every === 0 || isLast) due.push("development");
  return due;
}
