import { messagesText } from "../../core/chat.ts";
import type { PolicyClient } from "../../policy/policy-client.ts";
import type { TemplateHint, TemplateProblem } from "../../problems/template/message-template.ts";
import type { PromptTemplate } from "../../problems/template/prompt-template.ts";
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
    const messages = template.render(problem, hint);
    const key = JSON.stringify(messages);
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    const { chatTemplateKwargs } = template;
    const tokenIds = await client.tokenize({ messages, chatTemplateKwargs });
    const prompt = { text: messagesText(messages), messages, tokenIds };
    if (known.size >= MOST) known.delete(known.keys().next().value ?? "");
    known.set(key, prompt);
    return prompt;
  };
}
