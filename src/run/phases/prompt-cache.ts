import type { PolicyClient } from "../../policy/policy-client.ts";
import type { PromptTemplate, TemplateHint, TemplateProblem } from "../../problems/template/prompt-template.ts";
import type { Prompt } from "../../tracking/rollouts.ts";

/** Renders and tokenises the prompt of a problem. */
export type PromptCache = (client: PolicyClient, problem: TemplateProblem, hint?: TemplateHint) => Promise<Prompt>;

/** Prompts kept; a run that practises more distinct ones asks the server again. */
const MOST = 4096;

/**
 * Prompts by the policy server's own tokenizer and chat template, each asked for once. The newest are kept, so memory
 * stays bounded however long the run.
 */
export function createPromptCache(template: PromptTemplate): PromptCache {
  const known = new Map<string, Prompt>();
  return async (client, problem, hint) => {
    const text = template(problem, hint);
    const cached = known.get(text);
    if (cached !== undefined) return cached;
    const prompt = { text, tokenIds: await client.tokenize([{ role: "user", content: text }]) };
    if (known.size >= MOST) known.delete(known.keys().next().value ?? "");
    known.set(text, prompt);
    return prompt;
  };
}
