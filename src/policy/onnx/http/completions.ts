import { randomInt, randomUUID } from "node:crypto";
import { RlvrError } from "../../../core/errors.ts";
import type { PolicyModel } from "../policy-model.ts";
import { badRequest, type CompletionBody } from "./protocol.ts";
import { MOST_COMPLETIONS, requestLimits } from "./request-limits.ts";
import { promptLogprobsOf } from "../prompt-logprobs.ts";
import type { PolicyTexts, TokenNames } from "../tokenizer/policy-texts.ts";
import type { EndReason, Generated, GenerateRequest } from "../worker-messages.ts";

/** A completion request after checking: one generation request a prompt, and what its answer should hold. */
export interface CompletionPlan {
  readonly id: string;
  /** Unix time in seconds. */
  readonly created: number;
  readonly requests: readonly GenerateRequest[];
  readonly n: number;
  readonly stop: readonly string[];
  /** Whether what ended a completion is part of its text: a stop string, a stop id or an EOS. */
  readonly includeStop: boolean;
  readonly skipSpecialTokens: boolean;
  /** Ids with which the policy itself ends a completion. */
  readonly eosIds: readonly number[];
  readonly withLogprobs: boolean;
  readonly withPromptLogprobs: boolean;
  readonly withTokenIds: boolean;
  readonly tokensAsIds: boolean;
  readonly includeUsage: boolean;
}

/**
 * Checks a completion request against the policy and fills in vLLM's defaults.
 * @throws RlvrError `unknown_name` (another model's name) or `bad_request`.
 */
export function planCompletion(body: CompletionBody, { name, config }: PolicyModel): CompletionPlan {
  if (typeof body.model === "string" && body.model !== name) {
    throw new RlvrError("unknown_name", `The model \`${body.model}\` does not exist.`, {
      advice: `This server serves \`${name}\`.`,
    });
  }
  const prompts = promptsOf(body.prompt);
  if (prompts.length === 0) throw badRequest("prompt: is empty");
  const n = body.n ?? 1;
  const limits = requestLimits(config);
  if (prompts.length > limits.prompts) throw badRequest(`prompt: more than ${limits.prompts} in one request`);
  if (prompts.length * n > MOST_COMPLETIONS) throw badRequest(`n: more than ${MOST_COMPLETIONS} completions in all`);
  const withPromptLogprobs = body.prompt_logprobs === 0;
  if (withPromptLogprobs && body.stream === true) throw badRequest("prompt_logprobs: not with stream");
  if (withPromptLogprobs && n > 1) throw badRequest("prompt_logprobs: only with n of 1");
  const seed = body.seed ?? randomInt(2 ** 47);
  if (!Number.isSafeInteger(seed + n)) throw badRequest("seed: is too large");
  const skipSpecialTokens = body.skip_special_tokens ?? true;
  const stop = typeof body.stop === "string" ? [body.stop] : (body.stop ?? []);
  let tokens = 0;
  const requests = prompts.map((promptIds, index): GenerateRequest => {
    const which = prompts.length === 1 ? "prompt" : `prompt ${index}`;
    if (promptIds.length === 0) throw badRequest(`${which}: is empty`);
    const outside = promptIds.find((id) => id >= config.vocabSize);
    if (outside !== undefined)
      throw badRequest(`${which}: token id ${outside} is outside the vocabulary of ${config.vocabSize}`);
    const room = config.maxLength - promptIds.length;
    if (room <= 0) {
      throw badRequest(
        `${which}: ${promptIds.length} tokens leave no room for a completion in a context of ${config.maxLength}`,
      );
    }
    const maxTokens = Math.min(body.max_tokens ?? 16, room);
    tokens += n * (promptIds.length + maxTokens);
    if (tokens > limits.tokens) throw badRequest(`n: its completions may come to more than ${limits.tokens} tokens`);
    return {
      promptIds,
      scorePrompt: withPromptLogprobs,
      n,
      seed,
      sampling: { temperature: body.temperature ?? 1, topP: body.top_p ?? 1, topK: Math.max(0, body.top_k ?? 0) },
      maxTokens,
      stop,
      skipSpecialTokens,
      stopTokenIds: body.stop_token_ids ?? [],
      stream: body.stream ?? false,
    };
  });
  return {
    id: `cmpl-${randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    requests,
    n,
    stop,
    includeStop: body.include_stop_str_in_output ?? false,
    skipSpecialTokens,
    eosIds: config.eosIds,
    withLogprobs: body.logprobs === 0,
    withPromptLogprobs,
    withTokenIds: body.return_token_ids ?? false,
    tokensAsIds: body.return_tokens_as_token_ids ?? false,
    includeUsage: body.stream_options?.include_usage ?? false,
  };
}

function promptsOf(prompt: CompletionBody["prompt"]): readonly (readonly number[])[] {
  const isOne = (value: CompletionBody["prompt"]): value is number[] => typeof value[0] === "number";
  return isOne(prompt) ? [prompt] : (prompt as number[][]);
}

/** Log-probabilities of drawn tokens in the shape of vLLM's completions API. */
export function logprobsOf(
  plan: CompletionPlan,
  ids: readonly number[],
  values: readonly number[],
  names: TokenNames,
): object {
  const tokens = ids.map((id) => (plan.tokensAsIds ? `token_id:${id}` : (names[id] ?? "")));
  return { tokens, token_logprobs: values, top_logprobs: null };
}

/** The ids of a completion that are text, by default without the one that ended it; and a stop id that did, if one did. */
export function textIds(
  { includeStop, eosIds }: CompletionPlan,
  { stopTokenIds }: GenerateRequest,
  ids: readonly number[],
): { readonly shown: readonly number[]; readonly stopId: number | null } {
  const last = ids.at(-1);
  if (last === undefined) return { shown: ids, stopId: null };
  const isStop = stopTokenIds.includes(last);
  const isLeftOut = (isStop || eosIds.includes(last)) && !includeStop;
  return { shown: isLeftOut ? ids.slice(0, -1) : ids, stopId: isStop ? last : null };
}

/** A completion's text up to the stop string that is complete first, and that string; null where there is none. */
export function cutAtStop(
  { stop: strings, includeStop }: Pick<CompletionPlan, "stop" | "includeStop">,
  text: string,
): { readonly text: string; readonly stop: string | null } {
  let end = Infinity;
  let stop: string | null = null;
  for (const string of strings) {
    const at = text.indexOf(string);
    if (at < 0 || at + string.length >= end) continue;
    end = at + string.length;
    stop = string;
  }
  return { text: text.slice(0, stop === null || includeStop ? end : end - stop.length), stop };
}

/** The choices of an answer, prompt-major. */
export async function choicesOf(
  plan: CompletionPlan,
  results: readonly Generated[],
  { tokenizer, tokens: names }: PolicyTexts,
): Promise<object[]> {
  const drawn = plan.requests.flatMap((request, prompt) => {
    const { tokens, counts, stride } = results[prompt] as Generated;
    return Array.from(counts, (count, choice) => {
      const start = choice * stride;
      const ids = Array.from(tokens.subarray(start, start + count));
      return { request, prompt, choice, start, ids, ...textIds(plan, request, ids) };
    });
  });
  const texts = await tokenizer.decodeAll(
    drawn.map(({ shown }) => shown),
    plan.skipSpecialTokens,
  );
  return drawn.map(({ request, prompt, choice, start, ids, stopId }, index) => {
    const { logprobs, reasons, promptScores } = results[prompt] as Generated;
    const { text, stop } = cutAtStop(plan, texts[index] as string);
    const values = Array.from(logprobs.subarray(start, start + ids.length));
    return {
      index,
      text,
      logprobs: plan.withLogprobs ? logprobsOf(plan, ids, values, names) : null,
      finish_reason: reasons[choice] as EndReason,
      stop_reason: stop ?? stopId,
      ...(plan.withTokenIds ? { token_ids: ids, prompt_token_ids: request.promptIds } : {}),
      ...(plan.withPromptLogprobs && promptLogprobsOf(request, promptScores, names)),
    };
  });
}

/** Token counts of an answer. */
export function usageOf(plan: CompletionPlan, generated: number): object {
  const prompt = plan.requests.reduce((sum, request) => sum + request.promptIds.length, 0);
  return { prompt_tokens: prompt, completion_tokens: generated, total_tokens: prompt + generated };
}

/** Tokens drawn in a result. */
export function generatedTokens({ counts }: Generated): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
