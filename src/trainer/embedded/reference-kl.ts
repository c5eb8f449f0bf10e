import type { ScoredBatch } from "./pad-microbatch.ts";

/**
 * How far the policy is from the reference before the batch trains it, in nats a token: the k3 estimate of
 * KL(policy || reference) at the weighted tokens (Schulman, "Approximating KL divergence"), which were sampled from the
 * policy. Its log-probabilities are the trainer's own where the objective recomputes them, else the sampler's. Undefined
 * of a batch without a reference or without a weighted token, and where the estimate overflows.
 */
export function referenceKl(batch: ScoredBatch): number | undefined {
  const { oldLogprobs, refLogprobs, weights, weights2 } = batch;
  if (refLogprobs === undefined) return undefined;
  let sum = 0;
  let tokens = 0;
  for (const [token, reference] of refLogprobs.entries()) {
    if (weights[token] === 0 && (weights2?.[token] ?? 0) === 0) continue;
    const difference = (oldLogprobs[token] ?? 0) - reference;
    sum += Math.exp(-difference) + difference - 1;
    tokens++;
  }
  return tokens > 0 && Number.isFinite(sum) ? sum / tokens : undefined;
}
