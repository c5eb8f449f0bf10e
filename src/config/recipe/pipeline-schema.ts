import { z } from "zod";

/** How far sampling runs ahead of training. */
export const pipelineSchema = z.strictObject({
  depth: z
    .int()
    .nonnegative()
    .max(8)
    .default(0)
    .describe(
      "Batches that are sampled ahead. 0: sampling waits for training, and every rollout is of the newest weights. d: batch k " +
        "is chosen and sampled with what was known after batch k - 1 - d, while the batches between are trained, so the same " +
        "recipe and seed still end in the same checkpoint; rollouts are d versions old then, and evaluations go on beside.",
    ),
});
