import { z } from "zod";
import { positive } from "./scalars.ts";
import { stopOptions } from "./stop-options.ts";

/** How a step's rollouts are sampled. */
export const samplingSchema = z
  .strictObject({
    groups: positive.default(32).describe("Groups (problems) a step."),
    group_size: positive.min(2).default(8).describe("Rollouts a group."),
    temperature: z.number().positive().default(1).describe("Sampling temperature."),
    top_p: z.number().positive().max(1).default(1).describe("Nucleus; 1 is off, and what an unbiased ratio needs."),
    top_k: z.number().int().nonnegative().default(0).describe("Most likely tokens kept; 0 is off."),
    max_tokens: positive.describe("Most tokens of a completion."),
    ...stopOptions,
    concurrency: positive.default(32).describe("Groups in flight at once."),
    truncated: z
      .enum(["train", "fail", "mask"])
      .default("train")
      .describe(
        "What happens to completions that are cut at max_tokens. train: they are trained like all others. fail: they do not " +
          "pass and get reward 0, whatever the verifiers say, in evaluations too. mask: they are not trained and count in no " +
          "denominator of the weights, but their rewards stay in the mean and spread of their group.",
      ),
    max_failed: z
      .number()
      .min(0)
      .max(1)
      .default(0.1)
      .describe(
        "Share of a step's groups, rounded up, that may be dropped because no server samples from their prompt: it is " +
          "rejected, or log-probabilities are no numbers. More end the run; 0 ends it at the first.",
      ),
    filter: z
      .enum(["none", "zero_variance"])
      .default("none")
      .describe("zero_variance: groups whose rewards are all equal leave the batch and its denominators."),
    refill: z
      .int()
      .nonnegative()
      .default(0)
      .describe("Most further groups a step, sampled in the place of filtered ones (dynamic sampling, DAPO)."),
  })
  .refine(({ filter, refill }) => refill === 0 || filter === "zero_variance", {
    path: ["refill"],
    message: "only filtered groups are replaced: set sampling.filter to zero_variance too",
  });
