import { Agent } from "undici";
import { z } from "zod";
import { RlvrError } from "../core/errors.ts";
import { requestJson } from "./http-request.ts";
import type { ChatMessage, Completion, CompletionRequest, PolicyClient, PolicyDescription } from "./policy-client.ts";

/** A completion of a long context may take this long before its answer begins, in milliseconds. */
const ANSWER_TIMEOUT_MS = 30 * 60 * 1000;
/** Most connections to a server; more requests than that wait for one. */
const MAX_CONNECTIONS = 256;
/** float32 arithmetic can leave a certain token's log-probability this much above 0. */
const ROUNDING = 1e-6;

const modelsAnswer = z.object({
  policy_version: z.int().nonnegative().optional(),
  data: z.array(z.object({ id: z.string(), max_model_len: z.int().positive() })).min(1),
});

const tokenizeAnswer = z.object({ tokens: z.array(z.int().nonnegative()) });

// vLLM sends NaN and -inf as -9999.
const logprob = z.number().gt(-9999).max(ROUNDING);

const completionsAnswer = z.object({
  policy_version: z.int().nonnegative().optional(),
  choices: z.array(
    z.object({
      index: z.int().nonnegative(),
      text: z.string(),
      finish_reason: z.enum(["stop", "length", "abort"]),
      token_ids: z.array(z.int().nonnegative()),
      logprobs: z.object({ token_logprobs: z.array(logprob) }),
    }),
  ),
});

type Choice = z.infer<typeof completionsAnswer>["choices"][number];

/** How to reach a policy server. */
export interface HttpPolicyClientOptions {
  /** Base URL, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Sent as a bearer token; a server on this machine needs none. */
  readonly apiKey?: string;
}

/**
 * Speaks to rlvr's ONNX server and to vLLM. Start vLLM with `--logprobs-mode processed_logprobs --max-logprobs -1
 * --generation-config vllm`, or its log-probabilities are not those of the distribution that was sampled from.
 * Methods throw `policy_unreachable` (retryable), `policy_failed` (retryable when the server is overloaded),
 * `bad_request`, `protocol_violation`, and `interrupted` when their signal aborts.
 */
export class HttpPolicyClient implements PolicyClient {
  readonly url: string;
  readonly #agent = new Agent({
    connections: MAX_CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: 60_000,
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
    connectTimeout: 10_000,
  });
  readonly #headers: Record<string, string>;
  #model: string | undefined;

  constructor(options: HttpPolicyClientOptions) {
    this.url = options.url.replace(/\/+$/, "");
    this.#headers = { "content-type": "application/json" };
    if (options.apiKey !== undefined) this.#headers["authorization"] = `Bearer ${options.apiKey}`;
  }

  async describe(signal?: AbortSignal): Promise<PolicyDescription> {
    const answer = await this.#ask("/v1/models", undefined, modelsAnswer, signal);
    const [served] = answer.data as [(typeof answer.data)[number]];
    this.#model = served.id;
    return { model: served.id, maxModelLength: served.max_model_len, policyVersion: answer.policy_version };
  }

  async tokenize(messages: readonly ChatMessage[], signal?: AbortSignal): Promise<number[]> {
    const body = { model: await this.#modelName(signal), messages, add_generation_prompt: true };
    return (await this.#ask("/tokenize", body, tokenizeAnswer, signal)).tokens;
  }

  async complete(request: CompletionRequest, signal?: AbortSignal): Promise<Completion[]> {
    const body = completionBody(request, await this.#modelName(signal));
    const answer = await this.#ask("/v1/completions", body, completionsAnswer, signal);
    const { choices, policy_version: policyVersion } = answer;
    if (choices.length !== request.n) {
      throw this.#violation(`sent ${choices.length} completions, ${request.n} were asked for`);
    }
    const ordered = choices.sort((a, b) => a.index - b.index);
    return ordered.map((choice, index) => ({ ...this.#completion(choice, index, request.maxTokens), policyVersion }));
  }

  async loadExport(directory: string, policyVersion: number, signal?: AbortSignal): Promise<void> {
    const answer = await this.#ask(
      "/load_export",
      { directory, policy_version: policyVersion },
      z.object({ policy_version: z.int() }),
      signal,
    );
    if (answer.policy_version !== policyVersion) {
      throw this.#violation(`loaded policy version ${answer.policy_version} instead of ${policyVersion}`);
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #modelName(signal: AbortSignal | undefined): Promise<string> {
    return this.#model ?? (await this.describe(signal)).model;
  }

  async #ask<T extends z.ZodType>(
    path: string,
    body: unknown,
    schema: T,
    signal: AbortSignal | undefined,
  ): Promise<z.infer<T>> {
    const answer = await requestJson(this.#agent, { url: this.url + path, headers: this.#headers, body, signal });
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw this.#violation(
      `answered ${path} with ${issue?.path.join(".") || "a body"} that is not valid: ${issue?.message}`,
    );
  }

  #completion(choice: Choice, index: number, maxTokens: number): Omit<Completion, "policyVersion"> {
    const { token_ids: tokenIds, text, finish_reason: finishReason } = choice;
    const { token_logprobs: logprobs } = choice.logprobs;
    if (choice.index !== index) throw this.#violation(`sent completion ${choice.index} where ${index} was expected`);
    if (finishReason === "abort") {
      throw new RlvrError("policy_failed", `${this.url} cut a completion off before its end`, {
        advice: "It was paused or is stopping; send the request again.",
        retryable: true,
      });
    }
    if (tokenIds.length === 0) throw this.#violation("sent a completion without tokens");
    if (logprobs.length !== tokenIds.length) {
      throw this.#violation(`sent ${logprobs.length} log-probabilities for ${tokenIds.length} tokens`);
    }
    if (tokenIds.length > maxTokens)
      throw this.#violation(`sent ${tokenIds.length} tokens, at most ${maxTokens} were asked for`);
    return { tokenIds, logprobs: logprobs.map((value) => Math.min(0, value)), text, finishReason };
  }

  #violation(what: string): RlvrError {
    return new RlvrError("protocol_violation", `${this.url} ${what}`, {
      advice:
        "Use rlvr's ONNX server, or a vLLM that knows return_token_ids, started with --logprobs-mode processed_logprobs --max-logprobs -1.",
    });
  }
}

/** Body of POST /v1/completions. What a server would else take from the model's own generation config is sent too. */
function completionBody(request: CompletionRequest, model: string): object {
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
    logprobs: 0,
    return_token_ids: true,
    return_tokens_as_token_ids: true,
  };
}
