import { z } from "zod";
import type { Conversation } from "../core/chat.ts";
import { excerptOf } from "../core/texts/error-text.ts";
import { naturalNumbers } from "../core/hostile-list.ts";
import { completionAnswer, tokenizeAnswer } from "./answer-size.ts";
import { CompletionDraft, cutOff, shown, violation, type SentChoice } from "./completion-draft.ts";
import { contentRefusal, streamedRefusal } from "./http-refusal.ts";
import type {
  Completion,
  CompletionRequest,
  CompletionSpan,
  PolicyClient,
  PolicyDescription,
  ScoreRequest,
} from "./policy-client.ts";
import { parseLenient } from "./parse-lenient.ts";
import { ReplicaFailure } from "./replica-failure.ts";
import type { RequestOptions, ServerConnection } from "./server-connection.ts";
import { scoreTokens } from "./token-scores.ts";

/**
 * Completions of more tokens than this are streamed: nothing bounds the time of a long one but that it goes on. A shorter
 * one comes in one piece, which costs a tenth of the work.
 */
const STREAM_ABOVE = 512;

const modelsAnswer = z.object({
  policy_version: z.int().nonnegative().optional(),
  whole_groups: z.boolean().optional(),
  // Adapters have no length of their own.
  data: z.tuple([z.object({ id: z.string(), max_model_len: z.int().positive() })], z.unknown()),
});

const tokenized = z.object({ tokens: naturalNumbers });

/** What a server answers or streams, unchecked. */
interface SentAnswer {
  readonly policy_version?: unknown;
  readonly choices?: unknown;
  /** What a stream has in place of a chunk when it fails. */
  readonly error?: unknown;
}

/**
 * Speaks to rlvr's ONNX server and to vLLM. Start vLLM with `--logprobs-mode processed_logprobs --max-logprobs -1
 * --generation-config vllm`, or its log-probabilities are not those of the distribution that was sampled from.
 * Methods throw what {@link ServerConnection} throws, and RlvrError `protocol_violation`; `complete` and `tokenize` also
 * ReplicaFailure `refused` and `unusable`, which are about their request alone.
 */
export class HttpPolicyClient implements PolicyClient {
  readonly #server: ServerConnection;
  readonly #cacheSalt: string | undefined;
  #model: string | undefined;

  /**
   * @param options.model asked for; default what the server names first.
   * @param options.cacheSalt what vLLM keeps cached prompts apart by.
   */
  constructor(server: ServerConnection, options: { readonly model?: string; readonly cacheSalt?: string } = {}) {
    this.#server = server;
    this.#model = options.model;
    this.#cacheSalt = options.cacheSalt;
  }

  get url(): string {
    return this.#server.url;
  }

  async describe(signal?: AbortSignal): Promise<PolicyDescription> {
    const answer = await this.#server.ask("/v1/models", { schema: modelsAnswer, signal });
    const [served] = answer.data;
    this.#model ??= served.id;
    return {
      model: served.id,
      maxModelLength: served.max_model_len,
      policyVersion: answer.policy_version,
      takesGroups: answer.whole_groups ?? false,
    };
  }

  async tokenize(conversation: Conversation, signal?: AbortSignal): Promise<number[]> {
    const { messages, chatTemplateKwargs, tools } = conversation;
    const body = {
      model: await this.#modelName(signal),
      messages,
      add_generation_prompt: true,
      ...(chatTemplateKwargs !== undefined && { chat_template_kwargs: chatTemplateKwargs }),
      ...(tools !== undefined && { tools }),
    };
    const maxBytes = tokenizeAnswer(JSON.stringify([messages, tools]).length);
    const asked = this.#server.ask("/tokenize", { body, schema: tokenized, signal, maxBytes });
    return (await asked.catch(rethrowContentRefusal)).tokens;
  }

  async tokenizeText(text: string, signal?: AbortSignal): Promise<number[]> {
    const body = { model: await this.#modelName(signal), prompt: text, add_special_tokens: false };
    const maxBytes = tokenizeAnswer(text.length);
    return (await this.#server.ask("/tokenize", { body, schema: tokenized, signal, maxBytes })).tokens;
  }

  async score(request: ScoreRequest, signal?: AbortSignal): Promise<number[]> {
    return scoreTokens(this.#server, { ...request, model: await this.#modelName(signal) }, signal);
  }

  async complete(request: CompletionRequest, signal?: AbortSignal): Promise<Completion[]> {
    const body = completionBody(request, await this.#modelName(signal), this.#cacheSalt);
    const drafts = Array.from({ length: request.n }, () => new CompletionDraft(this.url, request.maxTokens));
    const { n, maxTokens, promptIds, onText } = request;
    const isStreamed = maxTokens > STREAM_ABOVE || onText !== undefined;
    const maxBytes = completionAnswer({ n, maxTokens, promptTokens: promptIds.length, isStreamed });
    const options = { body: isStreamed ? { ...body, stream: true } : body, signal, maxBytes };
    const told = (): void => onText?.(this.#server.withoutKey(drafts[0]?.text ?? ""));
    const asked = isStreamed ? this.#stream(options, drafts, told) : this.#ask(options, drafts);
    const policyVersion = await asked.catch(rethrowContentRefusal);
    return drafts.map((draft) => {
      const completion = draft.finish();
      return { ...completion, text: this.#server.withoutKey(completion.text), policyVersion };
    });
  }

  /**
   * Samples one completion, as far as it comes.
   * @param interrupt ends it with what came until then.
   */
  async span(request: CompletionRequest, interrupt: AbortSignal, signal: AbortSignal): Promise<CompletionSpan> {
    const { maxTokens, promptIds } = request;
    const body = completionBody({ ...request, n: 1 }, await this.#modelName(signal), this.#cacheSalt);
    const draft = new CompletionDraft(this.url, maxTokens);
    const options = {
      body: { ...body, stream: true },
      signal: AbortSignal.any([interrupt, signal]),
      maxBytes: completionAnswer({ n: 1, maxTokens, promptTokens: promptIds.length, isStreamed: true }),
    };
    const policyVersion = await this.#stream(options, [draft], () => undefined).catch((error: unknown) => {
      if (!interrupt.aborted || signal.aborted) rethrowContentRefusal(error);
      return null;
    });
    const span = policyVersion === null ? draft.interrupted() : draft.finish();
    return { ...span, text: this.#server.withoutKey(span.text), policyVersion: policyVersion ?? undefined };
  }

  /** Fills drafts with an answer in one piece; gives the policy version that it names. */
  async #ask(options: RequestOptions, drafts: readonly CompletionDraft[]): Promise<number | undefined> {
    const text = await this.#server.text("/v1/completions", options);
    const answer = this.#parse(text);
    if (!Array.isArray(answer.choices) || answer.choices.length !== drafts.length) {
      const count = Array.isArray(answer.choices) ? answer.choices.length : "no";
      throw violation(this.url, `sent ${count} completions, ${drafts.length} were asked for`);
    }
    this.#add(answer.choices, drafts);
    return this.#versionOf(answer);
  }

  /** Fills drafts with the chunks of a stream; gives the policy version that the last names. */
  async #stream(
    options: RequestOptions,
    drafts: readonly CompletionDraft[],
    onAdded: () => void,
  ): Promise<number | undefined> {
    let policyVersion: number | undefined;
    let isWhole = false;
    await this.#server.stream("/v1/completions", options, (data) => {
      if (data === "[DONE]") {
        isWhole = true;
        return;
      }
      const chunk = this.#parse(data);
      const refused = streamedRefusal(this.url, chunk, data);
      if (refused !== undefined) throw refused;
      if (!Array.isArray(chunk.choices)) throw violation(this.url, "sent a chunk without choices");
      this.#add(chunk.choices, drafts);
      onAdded();
      policyVersion = this.#versionOf(chunk) ?? policyVersion;
    });
    if (!isWhole) throw cutOff(this.url, "its stream ended without [DONE]");
    return policyVersion;
  }

  #add(choices: readonly (SentChoice | null)[], drafts: readonly CompletionDraft[]): void {
    for (const choice of choices) {
      const draft = Number.isInteger(choice?.index) ? drafts[choice?.index as number] : undefined;
      if (choice === null || draft === undefined)
        throw violation(this.url, `sent completion ${shown(choice?.index)}, ${drafts.length} were asked for`);
      draft.add(choice);
    }
  }

  #parse(text: string): SentAnswer {
    try {
      const value = parseLenient(text);
      if (typeof value === "object" && value !== null) return value;
    } catch (error) {
      // Cut short on its way, most likely: worth another try.
      throw new ReplicaFailure("failed", `${this.url} sent a completion that is not JSON: ${excerptOf(text)}`, {
        code: "protocol_violation",
        advice: "Check that the URL is that of a policy server, without /v1 at its end.",
        cause: error,
      });
    }
    throw violation(this.url, "sent something else than an object");
  }

  #versionOf({ policy_version: version }: SentAnswer): number | undefined {
    if (version === undefined || version === null) return undefined;
    if (typeof version === "number" && Number.isInteger(version)) return version;
    throw violation(this.url, "sent a policy version that is no number");
  }

  async #modelName(signal: AbortSignal | undefined): Promise<string> {
    return this.#model ?? (await this.describe(signal)).model;
  }
}

function rethrowContentRefusal(error: unknown): never {
  throw contentRefusal(error);
}

/**
 * How completions end, and what of it is text: a verifier reads what was sampled, such as the closing tag that ended it.
 * Without any of it the body is what older servers take.
 */
function stops({ stop = [], stopTokenIds = [], skipSpecialTokens = true }: CompletionRequest): object {
  if (stop.length + stopTokenIds.length === 0 && skipSpecialTokens) return {};
  return {
    stop,
    stop_token_ids: stopTokenIds,
    include_stop_str_in_output: true,
    skip_special_tokens: skipSpecialTokens,
  };
}

/** Body of POST /v1/completions. What a server would else take from the model's own generation config is sent too. */
function completionBody(request: CompletionRequest, model: string, cacheSalt: string | undefined): object {
  return {
    model,
    prompt: [request.promptIds],
    n: request.n,
    seed: request.seed,
    temperature: request.temperature,
    top_p: request.topP,
    // vLLM before 0.10 takes -1 alone for "off"; later ones and our server take both.
    top_k: request.topK === 0 ? -1 : request.topK,
    min_p: 0,
    presence_penalty: 0,
    frequency_penalty: 0,
    repetition_penalty: 1,
    max_tokens: request.maxTokens,
    ...stops(request),
    logprobs: 0,
    return_token_ids: true,
    return_tokens_as_token_ids: true,
    ...(cacheSalt !== undefined && { cache_salt: cacheSalt }),
  };
}
