import { RlvrError } from "../core/errors.ts";
import type { PolicyService } from "./policy-service.ts";

/** How many of the longest prompts are looked at: the longest in characters need not be the longest in tokens. */
const LOOKED_AT = 8;

/**
 * Refuses prompts that leave a completion no room in the policy's context: a server would refuse them hours into a run.
 * @param prompts rendered prompts of the run; of a hint that does not fit, the scaffold skips the attempt.
 * @throws RlvrError `bad_problems` that names the prompt and the numbers; what the policy throws.
 */
export async function checkPromptLengths(
  policy: Pick<PolicyService, "call" | "maxModelLength">,
  prompts: readonly string[],
  maxTokens: number,
  signal: AbortSignal,
): Promise<void> {
  const longest = prompts.toSorted((a, b) => b.length - a.length).slice(0, LOOKED_AT);
  const tokenized = await Promise.all(
    longest.map((content) => policy.call((client) => client.tokenize([{ role: "user", content }], signal))),
  );
  for (const [index, { length }] of tokenized.entries()) {
    if (length + maxTokens <= policy.maxModelLength) continue;
    const what = `prompt (${length} tokens) and completion (${maxTokens}) need more than the policy's ${policy.maxModelLength} tokens`;
    throw new RlvrError("bad_problems", `${what}: ${JSON.stringify(longest[index]?.slice(0, 80))}`, {
      advice: "Lower sampling.max_tokens, leave the problem out, or give the server more (vLLM: --max-model-len).",
    });
  }
}
