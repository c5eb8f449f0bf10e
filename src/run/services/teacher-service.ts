import type { Recipe } from "../../config/recipe-schema.ts";
import { isRlvrError, RlvrError } from "../../core/errors.ts";
import type { PolicyClient, ScoreRequest } from "../../policy/policy-client.ts";
import { BREAKER, type BreakerSettings } from "../../policy/replica-breaker.ts";
import { PATIENCE, ReplicaPool, type Patience } from "../../policy/replica-pool.ts";
import { runningServer } from "../../policy/replica-source.ts";
import { Replica } from "../../policy/replica.ts";
import { createGate } from "../../sampling/gate.ts";

/** The teacher of a run's on-policy distillation; see {@link openTeacher}. */
export interface TeacherService {
  readonly url: string;
  /** Log-probability of each token of a completion under the teacher, at temperature 1. The signal ends the wait for it. */
  score(request: ScoreRequest, signal?: AbortSignal): Promise<number[]>;
  /** Token ids of a text by the teacher's tokenizer. */
  tokenize(text: string): Promise<number[]>;
  close(): Promise<void>;
}

/** How a teacher is asked. */
export interface TeacherOptions {
  /** Of its server. */
  readonly apiKey?: string | undefined;
  /** Default: {@link PATIENCE}. */
  readonly patience?: Patience;
  /** Default: {@link BREAKER}. */
  readonly breaker?: BreakerSettings;
  readonly signal: AbortSignal;
}

/**
 * Connects to the server of a recipe's teacher: a policy server like any other, but nobody gives it new weights. Requests
 * wait for their turn: no more at once than the recipe allows, by number and by tokens. Methods throw RlvrError
 * `teacher_unreachable` or `teacher_failed` after the last try.
 */
export async function openTeacher(
  { url, concurrency, tokens_in_flight: weight }: Omit<NonNullable<Recipe["teacher"]>, "api_key_env">,
  { apiKey, patience = PATIENCE, breaker = BREAKER, signal }: TeacherOptions,
): Promise<TeacherService> {
  const source = runningServer({ url, apiKey });
  const pool = new ReplicaPool(
    (until) => [new Replica(source, undefined, { breaker, cacheSalt: "teacher", signal: until })],
    patience,
    signal,
  );
  const gate = createGate({ running: concurrency, weight });
  const told = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw teacherFault(error, url);
    }
  };
  const call = <T>(work: (client: PolicyClient) => Promise<T>, until?: AbortSignal): Promise<T> =>
    told(pool.use(work, until));
  try {
    await told(pool.start());
  } catch (error) {
    await pool.close();
    throw error;
  }
  return {
    url,
    async score(request, until = signal) {
      const tokens = request.promptIds.length + request.completionIds.length;
      if (tokens >= pool.maxModelLength) throw tooLong(url, tokens, pool.maxModelLength);
      return gate(tokens, () => call((client) => client.score(request, until), until));
    },
    tokenize: (text) => call((client) => client.tokenizeText(text, signal)),
    close: () => pool.close(),
  };
}

/** A failure of the teacher's server in the words of its user; anything else as it is. */
function teacherFault(error: unknown, url: string): unknown {
  if (!isRlvrError(error) || error.code === "interrupted") return error;
  const goesOn = "What the teacher has answered is kept: `rlvr resume` goes on.";
  if (error.code === "policy_unreachable") {
    return new RlvrError("teacher_unreachable", `the teacher does not answer: ${error.message}`, {
      advice: `Check that it runs and that teacher.url, ${url}, is right. ${goesOn}`,
      cause: error,
    });
  }
  const advice =
    error.code === "bad_request"
      ? "Check its key (teacher.api_key_env), and that its vocabulary and its context are those of the policy or larger."
      : `${error.advice} Where it ran out of memory, lower teacher.tokens_in_flight. ${goesOn}`;
  return new RlvrError("teacher_failed", `the teacher failed: ${error.message}`, { advice, cause: error });
}

function tooLong(url: string, tokens: number, most: number): RlvrError {
  return new RlvrError(
    "teacher_failed",
    `a rollout of ${tokens} tokens does not fit the teacher at ${url}: its context is ${most}, one of which it draws itself`,
    {
      advice: "Start it with a context (vLLM: --max-model-len) above that of the policy; then `rlvr resume` goes on.",
    },
  );
}
