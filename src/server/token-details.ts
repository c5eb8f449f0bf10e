import { isRlvrError } from "../core/errors.ts";
import type { CompletionTokens } from "../tracking/reads/completion-tokens.ts";
import type { RunRow } from "../tracking/runs.ts";
import type { TokensAnswer } from "./answers.ts";
import type { DashboardParts } from "./parts.ts";

/** The tokens of a completion with their texts, as far as the policy's tokenizer is to be had, and their credit. */
export async function tokenDetails(
  { decodeTokens, tokenAdvantages }: Pick<DashboardParts, "decodeTokens" | "tokenAdvantages">,
  run: RunRow,
  { tokenIds, logprobs, teacherLogprobs, advantage, weight, isTrained }: CompletionTokens,
): Promise<TokensAnswer> {
  const { texts, note } = await textsOf(
    decodeTokens,
    (run.recipe as { policy: { model: string } }).policy.model,
    tokenIds,
  );
  const advantages =
    advantage !== null && isTrained ? tokenAdvantages(run, { advantage, logprobs, teacherLogprobs }) : undefined;
  return {
    tokens: tokenIds.map((id, index) => ({
      id,
      text: texts?.[index] ?? null,
      logprob: logprobs[index] ?? NaN,
      teacherLogprob: teacherLogprobs?.[index] ?? null,
      advantage: advantages?.[index] ?? advantage,
      weight,
    })),
    note,
  };
}

async function textsOf(
  decodeTokens: DashboardParts["decodeTokens"],
  modelDirectory: string,
  ids: readonly number[],
): Promise<{ readonly texts: readonly string[] | undefined; readonly note: string | null }> {
  try {
    return { texts: await decodeTokens(modelDirectory, ids), note: null };
  } catch (error) {
    if (!isRlvrError(error)) throw error;
    return { texts: undefined, note: `The policy's tokenizer cannot be read: ${error.message}.` };
  }
}
