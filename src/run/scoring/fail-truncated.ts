import type { Judge } from "./judge.ts";

/**
 * A judge to which a completion that was cut at `max_tokens` is a failure: reward 0 and not passed, whatever its verifiers
 * said or failed to say. Its verdicts stay as they were given.
 */
export function failingTruncated(judge: Judge): Judge {
  return {
    ...judge,
    async group(problem, responses, signal) {
      const judged = await judge.group(problem, responses, signal);
      return judged.map((each, index) => {
        if (responses[index]?.truncated !== true) return each;
        return { ...each, outcome: { ...each.outcome, status: "ok", reward: 0, passed: false } };
      });
    },
  };
}
