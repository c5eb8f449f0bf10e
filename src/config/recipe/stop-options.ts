import { z } from "zod";

/** How completions end, and what verifiers read of it: options of a recipe's sampling and of a suite. */
export const stopOptions = {
  stop: z
    .array(z.string().min(1).max(1024))
    .max(32)
    .optional()
    .describe(
      "Texts that end a completion, such as a closing tag. They stay in its text, and all sampled tokens are trained.",
    ),
  stop_token_ids: z
    .array(z.int().nonnegative())
    .max(1024)
    .optional()
    .describe("Ids of tokens that end a completion, besides the policy's own; their text stays in its text."),
  skip_special_tokens: z
    .boolean()
    .optional()
    .describe(
      "Whether special tokens are left out of the text that is stored and that verifiers read. false keeps them, the one " +
        "that ends a completion included. None: true.",
    ),
};
