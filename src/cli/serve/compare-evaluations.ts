import { RlvrError } from "../../core/errors.ts";
import type { DashboardParts } from "../../server/parts.ts";
import type { Database } from "../../tracking/database.ts";
import { comparisonNotes } from "../eval/compare-results.ts";
import { keptEvaluation } from "../eval/compared-side.ts";
import { pairingText, sentenceOf } from "../eval/comparison-text.ts";
import { compareInThread } from "./comparison-thread.ts";

type Answer = ReturnType<DashboardParts["compareEvaluations"]>;

/** Comparisons that are kept; each is a few kB. */
const MOST_KEPT = 200;
/** Comparisons that may wait for the one that is worked on. */
const MOST_WAITING = 8;

/**
 * Compares evaluations of a database, one at a time. What came of two is kept: a finished evaluation does not change.
 * What it gives throws `query_failed`, retryable, while too many wait.
 */
export function createEvaluationComparer(db: Database): DashboardParts["compareEvaluations"] {
  const kept = new Map<string, Answer>();
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return ({ suite, a, b }) => {
    const key = JSON.stringify([suite, a.run, a.step, b.run, b.step]);
    const known = kept.get(key);
    if (known !== undefined) return known;
    if (waiting >= MOST_WAITING) return Promise.reject(busy());
    waiting++;
    const work = last.then(async () => {
      const sides = [a, b].map(({ run, step }) => keptEvaluation(db, run, suite, step));
      const [sideA, sideB] = sides as [(typeof sides)[number], (typeof sides)[number]];
      const comparison = await compareInThread(sideA, sideB);
      const { arms, all, leftOut } = comparison;
      const [sentence, pairing] = [sentenceOf(comparison), pairingText(comparison)];
      return { arms, all, leftOut, sentence, pairing, notes: comparisonNotes(sideA, sideB) };
    });
    last = work.then(
      () => waiting--,
      () => {
        waiting--;
        // It may be finished by the next time.
        kept.delete(key);
      },
    );
    kept.set(key, work);
    const [oldest] = kept.keys();
    if (oldest !== undefined && kept.size > MOST_KEPT) kept.delete(oldest);
    return work;
  };
}

function busy(): RlvrError {
  return new RlvrError("query_failed", `${MOST_WAITING} comparisons are waiting already`, {
    advice: "Wait for one of them to end, then try again.",
    retryable: true,
  });
}
