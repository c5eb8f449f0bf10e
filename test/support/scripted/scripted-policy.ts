import { setImmediate } from "node:timers/promises";
import { stream } from "../../../src/core/random.ts";
import { messagesText } from "../../../src/core/chat.ts";
import type { Completion, CompletionRequest, CompletionSpan, PolicyClient } from "../../../src/policy/policy-client.ts";
import type { ServedWeights } from "../../../src/policy/weight-sync.ts";
import type { PolicyService } from "../../../src/run/services/policy-service.ts";

/** One completion that a scripted policy is to give. */
export interface Draw {
  /** The messages as people read them: a single one as it is. */
  readonly prompt: string;
  readonly seed: number;
  readonly policyVersion: number;
  /** Uniform in [0, 1), by seed alone. */
  readonly random: number;
}

/** What a scripted policy does. */
export interface PolicyScript {
  /** The text of a completion, or the completion as far as it differs from one of that text. */
  readonly answer: (draw: Draw) => string | Partial<Completion>;
  /** Called before each request; what it throws is what the request rejects with. */
  readonly before?: (request: CompletionRequest) => void | Promise<void>;
  /** Called before each token of a completion that is sampled in spans. */
  readonly beforeToken?: () => Promise<void>;
  /** Most tokens of prompt and completion together. Default: 4096. */
  readonly maxModelLength?: number;
}

/** Character of the digit 0: completions in spans are digits. */
const DIGIT = 48;

/** The log-probability of tokens that are sampled in spans: it tells the version that drew them. */
export function stampOf(policyVersion: number): number {
  return -0.5 - policyVersion / 64;
}

/** A policy in this process: a token is a UTF-16 code unit, an end of sequence is 0, every log-probability is log(.99). */
export function scriptedPolicy(script: PolicyScript, weights: ServedWeights): PolicyService {
  let loaded = weights;
  let baseUsers = 0;
  let isBaseGone = weights.policyVersion > 0;
  const idsOf = (text: string): number[] => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  const tokenizer: Pick<PolicyClient, "url" | "tokenize" | "tokenizeText"> = {
    url: "scripted:",
    tokenize: ({ messages }) => Promise.resolve(idsOf(messagesText(messages))),
    tokenizeText: (text) => Promise.resolve(idsOf(text)),
  };
  const draw = ({ promptIds, maxTokens }: CompletionRequest, seed: number, policyVersion: number): Completion => {
    const prompt = String.fromCharCode(...promptIds);
    const answer = script.answer({ prompt, seed, policyVersion, random: stream(seed).uniform() });
    const given = typeof answer === "string" ? { text: answer } : answer;
    const text = (given.text ?? "").slice(0, maxTokens);
    const isCut = text.length >= maxTokens;
    const tokenIds = isCut ? idsOf(text) : [...idsOf(text), 0];
    const finishReason = isCut ? "length" : "stop";
    return { tokenIds, logprobs: tokenIds.map(() => Math.log(0.99)), finishReason, policyVersion, ...given, text };
  };
  return {
    maxModelLength: script.maxModelLength ?? 4096,
    software: () => ({ part: "policy server", name: "scripted", versions: {} }),
    call: (work) => work(tokenizer as PolicyClient),
    async under({ policyVersion }, work) {
      if (policyVersion === 0) baseUsers++;
      try {
        return await work();
      } finally {
        if (policyVersion === 0) baseUsers--;
      }
    },
    async complete(request, _signal, under = loaded) {
      await script.before?.(request);
      // As a server that somebody else runs, whose base nobody can bring back.
      if (under.policyVersion === 0 && isBaseGone) throw new Error("the base is asked for after newer weights");
      isBaseGone ||= under.policyVersion > 0 && baseUsers === 0;
      return Array.from({ length: request.n }, (_, index) => draw(request, request.seed + index, under.policyVersion));
    },
    async completeInSpans({ seed, maxTokens }, take, signal) {
      const random = stream(seed);
      for (let left = maxTokens; left > 0;) {
        const { policyVersion } = loaded;
        const tokenIds: number[] = [];
        let finishReason: CompletionSpan["finishReason"] = "interrupted";
        while (finishReason === "interrupted" && loaded.policyVersion === policyVersion) {
          await (script.beforeToken?.() ?? setImmediate());
          signal?.throwIfAborted();
          if (loaded.policyVersion !== policyVersion) break;
          const isEnd = random.uniform() < 0.1;
          tokenIds.push(isEnd ? 0 : DIGIT + random.integer(10));
          if (isEnd) finishReason = "stop";
          else if (--left === 0) finishReason = "length";
        }
        const logprobs = tokenIds.map(() => stampOf(policyVersion));
        const text = String.fromCharCode(...tokenIds.filter((id) => id !== 0));
        if (tokenIds.length > 0) take({ tokenIds, logprobs, text, finishReason, policyVersion });
        if (finishReason !== "interrupted") return;
      }
    },
    load(next) {
      loaded = next;
      return Promise.resolve([]);
    },
    suspend: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
