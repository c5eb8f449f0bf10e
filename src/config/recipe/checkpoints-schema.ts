import { z } from "zod";
import { positive } from "./scalars.ts";

/** Which versions are kept. */
export const checkpointsSchema = z.strictObject({
  keep_last: positive
    .default(2)
    .describe("Newest versions whose checkpoints are kept; a lost trainer starts at the newest."),
  keep_every: positive
    .optional()
    .describe(
      "The version of every so many steps is kept too, with a whole checkpoint whatever trainer.torch.checkpoint_every says. " +
        "None: none is.",
    ),
  keep_best: z
    .int()
    .nonnegative()
    .default(1)
    .describe(
      "Versions with the highest accuracy on the development set that are kept too; of two equally good ones the earlier. " +
        "Each evaluated version then gets a whole checkpoint.",
    ),
});
