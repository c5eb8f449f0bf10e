import { z } from "zod";
import { apiKeyVariable, positive, serverUrl } from "./scalars.ts";

/** The teacher of on-policy distillation. */
export const teacherSchema = z.strictObject({
  url: serverUrl.describe(
    "A running server of the teacher, vLLM or rlvr's own, such as http://127.0.0.1:8001. Its tokenizer must be the " +
      "policy's, its context longer than the longest prompt and completion together.",
  ),
  api_key_env: apiKeyVariable.optional().describe("Name of the environment variable that holds its API key."),
  concurrency: positive.default(8).describe("Completions scored at once."),
  tokens_in_flight: positive
    .default(8192)
    .describe(
      "Most tokens scored at once, prompts included; a longer sequence goes alone. vLLM holds the logits of all of them: " +
        "8192 tokens of a vocabulary of 150,000 take 5 GB beside the model. Its --max-num-batched-tokens bounds it too.",
    ),
});
