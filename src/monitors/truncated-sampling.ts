import type { Alarm } from "./watch.ts";

/**
 * Sampling that cuts off unlikely tokens, while the objective's ratio is to the whole distribution and nothing corrects
 * for it: the gradient is biased from the first step. Known from the recipe alone; undefined where all is well.
 */
export function truncatedSampling(
  { top_p: topP, top_k: topK }: { readonly top_p: number; readonly top_k: number },
  { correction }: { readonly correction: object | null },
): Alarm | undefined {
  if (correction !== null || (topP === 1 && topK === 0)) return undefined;
  const [option, value, limit] = topP < 1 ? (["top_p", topP, 1] as const) : (["top_k", topK, 0] as const);
  return {
    step: 0,
    alarm: "truncated_sampling",
    message:
      `sampling.${option} is ${value}, so that unlikely tokens are never sampled, and the objective's ratio is not ` +
      `corrected for that: set it to ${limit}, or objective.old to recompute with a correction`,
    metric: "train.mismatch_kl",
    value,
    limit,
  };
}
