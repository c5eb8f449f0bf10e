import { z } from "zod";
import { positive } from "./scalars.ts";

/** Evaluations during a run. */
export const evaluationSchema = z.strictObject({
  every: positive.default(50).describe("Steps between evaluations on the development set."),
  samples: positive.default(8).describe("Completions a problem."),
  test_samples: positive.optional().describe("Completions a problem on the test set. None: as many as `samples`."),
  limit: positive
    .optional()
    .describe(
      "Most problems of a set that an evaluation asks: the same ones each time, as many of each arm as there are. None: all.",
    ),
  temperature: z.number().nonnegative().default(1).describe("Sampling temperature; 0 is greedy."),
  stop: z
    .strictObject({
      agree: z
        .number()
        .positive()
        .max(1)
        .describe(
          "Accuracy, such as .01, within which the curves fitted after each of the last three evaluations must tend to the " +
            "same end, and the newest must have come near it.",
        ),
    })
    .optional()
    .describe(
      "End the run before its last step, as succeeded, when accuracy on the development set has levelled off: " +
        "docs/monitors.md. None: never.",
    ),
});
