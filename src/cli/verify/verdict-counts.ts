import { count, counted } from "../../report/story/words.ts";
import type { Verdict } from "../../verifiers/verdict.ts";

/** What verdicts add up to, in constant memory. */
export interface VerdictCounts {
  add(verdict: Verdict): void;
  /** How many there are. */
  total(): number;
  /** All in one line for a person. */
  text(seconds: number): string;
}

/** Counts verdicts by what they say. */
export function countVerdicts(): VerdictCounts {
  const counts = { passed: 0, failed: 0, error: 0, timeout: 0, skipped: 0 };
  let [score, runMs] = [0, 0];
  const total = (): number => Object.values(counts).reduce((sum, each) => sum + each, 0);
  return {
    add(verdict) {
      counts[verdict.status === "ok" ? (verdict.passed ? "passed" : "failed") : verdict.status]++;
      if (verdict.status === "ok") score += verdict.score;
      runMs += verdict.runMs;
    },
    total,
    text(seconds) {
      const all = total();
      const parts = Object.entries(counts).flatMap(([what, each]) => (each > 0 ? [`${count(each)} ${what}`] : []));
      const judged = counts.passed + counts.failed;
      if (judged > 0) parts.push(`mean score ${(score / judged).toFixed(3)}`);
      if (all > 0) parts.push(`${(runMs / all).toFixed(2)} ms each`);
      return `${counted(all, "response")} in ${seconds.toFixed(1)} s${all > 0 ? `: ${parts.join(", ")}` : ""}`;
    },
  };
}
