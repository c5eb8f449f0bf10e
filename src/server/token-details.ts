import { isRlvrError } from "../core/errors.ts";
import type { CompletionTokens } from "../tracking/reads/completion-tokens.ts";
import type { RunRow } from "../tracking/runs.ts";
import type { PromptAnswer, TokensAnswer } from "./answers.ts";
import type { DashboardParts } from "./parts.ts";

/** The tokens of a completion with their texts, as far as the policy's tokenizer is to be had, and their credit. */
export async function tokenDetails(
  { decodeTokens, tokenAdvantages }: Pick<DashboardParts, "decodeTokens" | "tokenAdvantages">,
  run: RunRow,
  completion: CompletionTokens,
): Promise<TokensAnswer> {
  const { tokenIds, logprobs, teacherLogprobs, logRatios, entropies, advantage, weight, isTrained } = completion;
  const { tokens, note } = await tokenTexts({ decodeTokens }, run, tokenIds);
  const advantages =
    advantage !== null && isTrained ? tokenAdvantages(run, { advantage, logprobs, teacherLogprobs }) : undefined;
  return {
    tokens: tokens.map((token, index) => ({
      ...token,
      logprob: logprobs[index] ?? NaN,
      teacherLogprob: teacherLogprobs?.[index] ?? null,
      logRatio: logRatios?.[index] ?? null,
      entropy: entropies?.[index] ?? null,
      advantage: advantages?.[index] ?? advantage,
      weight,
    })),
    note,
  };
}

/** Tokens with their texts, as far as the policy's tokenizer is to be had. */
export async function tokenTexts(
  { decodeTokens }: Pick<DashboardParts, "decodeTokens">,
  run: RunRow,
  ids: readonly number[],
): Promise<PromptAnswer> {
  const { policy } = run.recipe as { readonly policy: { readonly model: string } };
  try {
    const decoded = await decodeTokens(policy.model, ids);
    return {
      tokens: ids.map((id, at) => ({
        id,
        text: decoded[at]?.text ?? null,
        isSpecial: decoded[at]?.isSpecial ?? false,
      })),
      note: null,
    };
  } catch (error) {
    if (!isRlvrError(error)) throw error;
    return {
      tokens: ids.map((id) => ({ id, text: null, isSpecial: false })),
      note: `The policy's tokenizer cannot be read: ${error.message}.`,
    };
  }
}
