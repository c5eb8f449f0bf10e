import { RlvrError } from "../core/errors.ts";

/**
 * Probabilities that are the softmax of logits, mixed with the uniform distribution so that no arm's falls below a
 * floor: p_i = floor + (1 - n floor) exp(l_i) / sum_j exp(l_j) over the n arms. They add up to one.
 * @param logits finite, in the order in which they are added up.
 * @throws RlvrError `bad_recipe` when n floors add up to more than one.
 */
export function flooredSoftmax(logits: ReadonlyMap<string, number>, floor: number): Map<string, number> {
  requireFloor(floor, logits.size);
  let highest = -Infinity;
  for (const logit of logits.values()) highest = Math.max(highest, logit);
  const weights = [...logits].map(([arm, logit]): [string, number] => [arm, Math.exp(logit - highest)]);
  let total = 0;
  for (const [, weight] of weights) total += weight;
  const spread = 1 - logits.size * floor;
  return new Map(weights.map(([arm, weight]) => [arm, floor + (spread * weight) / total]));
}

/**
 * Refuses a floor that this many arms cannot all have.
 * @throws RlvrError `bad_recipe` when the floors add up to more than one.
 */
export function requireFloor(floor: number, arms: number): void {
  if (floor * arms <= 1) return;
  throw new RlvrError("bad_recipe", `a probability floor of ${floor} for each of ${arms} arms adds up to more than 1`, {
    advice: `Set curriculum.floor to 1/${arms} or less.`,
  });
}
