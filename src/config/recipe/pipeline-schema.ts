import { z } from "zod";

/** How far sampling runs ahead of training. */
export const pipelineSchema = z
  .strictObject({
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
    partial: z
      .boolean()
      .default(false)
      .describe(
        "At a sync, completions in flight go on from their tokens under the new weights, and a batch takes the groups that are " +
          "whole first: nobody waits for the longest completion. Needs a depth of 1 or more. What a batch is made of then hangs " +
          "on how long things take: two runs of a seed are not the same.",
      ),
    oversample: z
      .int()
      .nonnegative()
      .default(0)
      .describe(
        "With partial, further groups in flight beyond sampling.groups for each batch, so that the longest are not waited for.",
      ),
    leftover: z
      .enum(["keep", "cancel"])
      .default("keep")
      .describe(
        "With partial, what becomes of a step's groups that are not whole when its batch is: they go into the next, or end.",
      ),
    max_staleness: z
      .int()
      .nonnegative()
      .default(4)
      .describe(
        "With partial, how many versions the first token of a group may be older than the weights that a batch is trained on; " +
          "older groups are dropped.",
      ),
  })
  .refine(({ depth, partial }) => depth > 0 || !partial, {
    path: ["partial"],
    message: "there is no batch that completions could go on into: set pipeline.depth to 1 or more",
  })
  .refine(({ oversample, partial }) => oversample === 0 || partial, {
    path: ["oversample"],
    message: "only with pipeline.partial a batch is made of what is whole first",
  });
