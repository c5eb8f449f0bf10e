import type { OverlongOptions, WeightOptions } from "./objective-options.ts";
import { passedOf, type RewardGroup } from "./objective.ts";

/**
 * DAPO's soft overlong punishment (arXiv 2503.14476, equation 13): 0 for completions of up to `maxTokens - buffer`
 * tokens, from there falling in a straight line to -1 at `maxTokens`, and -1 beyond.
 */
export function overlongPenalty(length: number, maxTokens: number, buffer: number): number {
  const into = Math.min(Math.max(length - (maxTokens - buffer), 0), buffer);
  return into === 0 ? 0 : -into / buffer;
}

/**
 * The groups with the overlong penalty added to their rewards; as they are when `overlong_buffer` or `max_tokens` is
 * null. Null rewards stay null, and whether a rollout passed is still judged by its reward from before.
 */
export function penaliseOverlong(
  groups: readonly RewardGroup[],
  options: OverlongOptions & WeightOptions,
): readonly RewardGroup[] {
  const { overlong_buffer: buffer, max_tokens: maxTokens } = options;
  if (buffer === null || maxTokens === null) return groups;
  return groups.map((group) => ({
    ...group,
    passed: passedOf(group),
    rewards: group.rewards.map((reward, index) =>
      reward === null ? null : reward + overlongPenalty(group.lengths[index] ?? 0, maxTokens, buffer),
    ),
  }));
}
