import { z } from "zod";
import type { Recipe } from "../config/recipe-schema.ts";
import { isRlvrError, RlvrError } from "../core/errors.ts";
import { connectServer } from "../policy/server-connection.ts";
import { scoreTokens, tokenizeText, type ScoredSequence } from "../policy/token-scores.ts";
import { createGate } from "../sampling/gate.ts";
import { withRetry, type RetryPolicy } from "../sampling/retry.ts";

/** The teacher of a run's on-policy distillation; see {@link openTeacher}. */
export interface TeacherService {
  readonly url: string;
  /** Log-probability of each token of a completion under the teacher, at temperature 1. */
  score(sequence: Omit<ScoredSequence, "model">): Promise<number[]>;
  /** Token ids of a text by the teacher's tokenizer. */
  tokenize(text: string): Promise<number[]>;
  close(): Promise<void>;
}

/** About a minute in all: a teacher that is started anew needs longer, and `resume` goes on. */
const RETRY: RetryPolicy = { attempts: 8, delayMs: 500 };

const modelsAnswer = z.object({
  data: z.array(z.object({ id: z.string(), max_model_len: z.int().positive() })).min(1),
});

/**
 * Connects to the server of a recipe's teacher. Requests wait for their turn: no more at once than the recipe allows, by
 * number and by tokens. Methods throw RlvrError `teacher_unreachable` or `teacher_failed` after the last try, and
 * `interrupted` when the signal aborts.
 * @param apiKey of the server; it is taken out of every message.
 */
export async function openTeacher(
  { url, concurrency, tokens_in_flight: weight }: Omit<NonNullable<Recipe["teacher"]>, "api_key_env">,
  options: { readonly apiKey?: string | undefined; readonly signal: AbortSignal; readonly retry?: RetryPolicy },
): Promise<TeacherService> {
  const { apiKey, signal, retry = RETRY } = options;
  const server = connectServer({ url, apiKey });
  const gate = createGate({ running: concurrency, weight });
  const call = async <T>(work: () => Promise<T>, policy = retry): Promise<T> => {
    try {
      return await withRetry(policy, work, () => Promise.resolve(), signal);
    } catch (error) {
      throw teacherFault(error, server.url, apiKey);
    }
  };
  try {
    // Few tries: whoever starts a run is there to see what is wrong.
    const described = () => server.ask("/v1/models", { schema: modelsAnswer, signal });
    const { data } = await call(described, { ...retry, attempts: 2 });
    const [{ id: model, max_model_len: maxModelLength }] = data as [(typeof data)[number]];
    return {
      url: server.url,
      score(sequence) {
        const tokens = sequence.promptIds.length + sequence.completionIds.length;
        if (tokens >= maxModelLength) return Promise.reject(tooLong(server.url, tokens, maxModelLength));
        return gate(tokens, () => call(() => scoreTokens(server, { model, ...sequence }, signal)));
      },
      tokenize: (text) => call(() => tokenizeText(server, text, signal)),
      close: () => server.close(),
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** A failure of the teacher's server in the words of its user; anything else as it is. */
function teacherFault(error: unknown, url: string, apiKey: string | undefined): unknown {
  if (!isRlvrError(error) || error.code === "interrupted") return error;
  const said = apiKey === undefined || apiKey === "" ? error.message : error.message.replaceAll(apiKey, "***");
  const goesOn = "What the teacher has answered is kept: `rlvr resume` goes on.";
  if (error.code === "policy_unreachable") {
    return new RlvrError("teacher_unreachable", `the teacher does not answer: ${said}`, {
      advice: `Check that it runs and that teacher.url, ${url}, is right. ${goesOn}`,
      cause: error,
    });
  }
  const advice =
    error.code === "bad_request"
      ? "Check its key (teacher.api_key_env), and that its vocabulary and its context are those of the policy or larger."
      : `${error.advice} Where it ran out of memory, lower teacher.tokens_in_flight. ${goesOn}`;
  return new RlvrError("teacher_failed", `the teacher failed: ${said}`, { advice, cause: error });
}

function tooLong(url: string, tokens: number, most: number): RlvrError {
  return new RlvrError(
    "teacher_failed",
    `a rollout of ${tokens} tokens does not fit the teacher at ${url}: its context is ${most}, one of which it draws itself`,
    {
      advice: `Start it with a context (vLLM: --max-model-len) above that of the policy; then \`rlvr resume\` goes on.`,
    },
  );
}
