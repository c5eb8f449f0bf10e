import {
  choicesOf,
  cutAtStop,
  generatedTokens,
  logprobsOf,
  textIds,
  usageOf,
  type CompletionPlan,
} from "./completions.ts";
import type { Engine } from "../engine.ts";
import type { PolicyTexts } from "../tokenizer/policy-texts.ts";
import type { Generated, GenerateRequest, Progress } from "../worker-messages.ts";

/** What a stream has sent of a choice. */
interface Sent {
  readonly ids: number[];
  textLength: number;
}

/**
 * Samples a plan's completions and sends them as vLLM's server-sent events while they grow: one chunk a choice and step,
 * then each choice's end, then `[DONE]`.
 * @param send writes one event's data.
 * @returns tokens generated, and whether a completion was aborted.
 */
export async function streamCompletion(
  plan: CompletionPlan,
  engine: Engine,
  texts: PolicyTexts,
  signal: AbortSignal,
  send: (data: string) => void,
): Promise<{ generated: number; aborted: boolean }> {
  // Text that may turn out to be the beginning of a stop string is held back.
  const heldBack = Math.max(0, ...plan.stop.map((string) => string.length - 1));
  const chunk = (policyVersion: number, choices: readonly object[], extra: object = {}): void =>
    send(
      JSON.stringify({
        id: plan.id,
        object: "text_completion",
        created: plan.created,
        model: engine.model.name,
        policy_version: policyVersion,
        choices,
        ...extra,
      }),
    );
  const outcomes = await Promise.all(
    plan.requests.map(async (request, prompt) => {
      const sent = Array.from({ length: plan.n }, (): Sent => ({ ids: [], textLength: 0 }));
      const tell = async ({ choices, tokens, logprobs }: Progress, before: Promise<unknown>): Promise<void> => {
        const drawn = choices.map((choice, index) => {
          const state = sent[choice] as Sent;
          const isFirst = state.ids.length === 0;
          state.ids.push(tokens[index] as number);
          return { choice, isFirst, ...textIds(plan, request, [...state.ids]) };
        });
        const version = engine.policyVersion;
        const whole = await texts.tokenizer.decodeAll(
          drawn.map(({ shown }) => shown),
          plan.skipSpecialTokens,
        );
        await before;
        for (const [index, { choice, isFirst }] of drawn.entries()) {
          const state = sent[choice] as Sent;
          const { text } = cutAtStop(plan, whole[index] as string);
          const until = Math.max(state.textLength, wholeLength(text) - heldBack);
          const id = tokens[index] as number;
          const body = {
            index: prompt * plan.n + choice,
            text: text.slice(state.textLength, until),
            logprobs: plan.withLogprobs ? logprobsOf(plan, [id], [logprobs[index] as number], texts.tokens) : null,
            finish_reason: null,
            stop_reason: null,
            ...tokenIdFields(plan, request, [id], isFirst),
          };
          state.textLength = until;
          chunk(version, [body]);
        }
      };
      let told: Promise<unknown> = Promise.resolve();
      const onProgress = (progress: Progress): void => {
        told = tell(progress, told);
        // It is waited for below; until then a refusal must not count as one that nobody handles.
        told.catch(() => undefined);
      };
      const { result, policyVersion } = await engine.generate(request, signal, onProgress);
      await told;
      for (const body of await endsOf(plan, request, prompt, result, sent, texts)) chunk(policyVersion, [body]);
      return { result, policyVersion };
    }),
  );
  const generated = outcomes.reduce((sum, { result }) => sum + generatedTokens(result), 0);
  if (plan.includeUsage) chunk(engine.policyVersion, [], { usage: usageOf(plan, generated) });
  send("[DONE]");
  return { generated, aborted: outcomes.some(({ result }) => result.reasons.includes("abort")) };
}

/** Length of a text without a character at its end of which only the first bytes have been drawn. */
function wholeLength(text: string): number {
  let length = text.length;
  while (text[length - 1] === "\uFFFD") length--;
  return length;
}

/** The last chunk of each choice: the text that was held back, and why it ended. */
async function endsOf(
  plan: CompletionPlan,
  request: GenerateRequest,
  prompt: number,
  result: Generated,
  sent: readonly Sent[],
  { tokenizer }: PolicyTexts,
): Promise<object[]> {
  const drawn = sent.map(({ ids }) => textIds(plan, request, ids));
  const whole = await tokenizer.decodeAll(
    drawn.map(({ shown }) => shown),
    plan.skipSpecialTokens,
  );
  return sent.map(({ textLength }, choice) => {
    const { text, stop } = cutAtStop(plan, whole[choice] as string);
    return {
      index: prompt * plan.n + choice,
      text: text.slice(textLength),
      logprobs: null,
      finish_reason: result.reasons[choice],
      stop_reason: stop ?? (drawn[choice] as (typeof drawn)[number]).stopId,
      ...tokenIdFields(plan, request, [], false),
    };
  });
}

function tokenIdFields(
  plan: CompletionPlan,
  request: GenerateRequest,
  ids: readonly number[],
  isFirst: boolean,
): object {
  if (!plan.withTokenIds) return {};
  return { token_ids: ids, prompt_token_ids: isFirst ? request.promptIds : null };
}

/** Samples a plan's completions and gives the whole answer. */
export async function answerCompletion(
  plan: CompletionPlan,
  engine: Engine,
  texts: PolicyTexts,
  signal: AbortSignal,
): Promise<{ body: object; generated: number; aborted: boolean }> {
  const outcomes = await Promise.all(plan.requests.map((request) => engine.generate(request, signal)));
  const results = outcomes.map(({ result }) => result);
  const generated = results.reduce((sum, result) => sum + generatedTokens(result), 0);
  const body = {
    id: plan.id,
    object: "text_completion",
    created: plan.created,
    model: engine.model.name,
    // The oldest, should new weights have come between two prompts of one request.
    policy_version: Math.min(...outcomes.map(({ policyVersion }) => policyVersion)),
    choices: await choicesOf(plan, results, texts),
    usage: usageOf(plan, generated),
  };
  return { body, generated, aborted: results.some(({ reasons }) => reasons.includes("abort")) };
}
