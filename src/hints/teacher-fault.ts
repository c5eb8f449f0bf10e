import { OpenAI } from "openai";
import { excerptOf } from "../core/texts/error-text.ts";
import { RlvrError, isRlvrError, messageOf } from "../core/errors.ts";
import type { KeyHider } from "../core/secrets/hide-key.ts";
import { unknownName } from "../core/nearest-name.ts";

/** What is needed to tell a person of a fault. */
interface FaultContext {
  /** The server's base URL. */
  readonly url: string;
  readonly model: string;
  /** Takes the key out of every message: some servers repeat it. */
  readonly key: KeyHider;
  /** The names of the models that the server knows. */
  models(): Promise<readonly string[]>;
}

const GOES_ON = "What was answered is kept: run the same command again to go on.";

/**
 * A failure of the openai client as an error for people: `teacher_unreachable`, `bad_usage` for a refused key,
 * `unknown_name` for a model that is not there, `bad_request` for messages that are refused as they are,
 * `teacher_failed` for anything else that the server answers. Other errors are thrown as they are.
 */
export async function teacherFault(error: unknown, context: FaultContext): Promise<RlvrError> {
  if (isRlvrError(error)) return error;
  const { url, key } = context;
  // What the client throws when an answer breaks off or is not JSON.
  if (error instanceof TypeError || error instanceof SyntaxError) {
    return new RlvrError(
      "teacher_failed",
      `an answer of the teacher at ${url} could not be read: ${key.hide(error.message)}`,
      {
        advice: `See the server's log. ${GOES_ON}`,
        cause: error,
      },
    );
  }
  if (!(error instanceof OpenAI.APIError)) throw error;
  const said = excerptOf(key.hide(error.message));
  if (error instanceof OpenAI.APIConnectionError) {
    const why = error instanceof OpenAI.APIConnectionTimeoutError ? "it took too long" : key.hide(reasonOf(error));
    return new RlvrError("teacher_unreachable", `no answer from the teacher at ${url}: ${why}`, {
      advice: `Check that the server runs and that --teacher is right. ${GOES_ON}`,
      cause: error,
      retryable: true,
    });
  }
  if (error.status === 401 || error.status === 403) {
    return new RlvrError("bad_usage", `the teacher at ${url} refused the key: ${said}`, {
      advice: `Put a valid key into the environment variable OPENAI_API_KEY, or name another with --key-env. ${GOES_ON}`,
      cause: error,
    });
  }
  if (error.status === 404 || error.code === "model_not_found") return notFound(said, error, context);
  if (error.status === 400 || error.status === 413 || error.status === 422) {
    return new RlvrError("bad_request", `the teacher at ${url} refused the request: ${said}`, {
      advice: "Change what it names: the model, --temperature, --seed or --max-tokens.",
      cause: error,
    });
  }
  const advice =
    error.status === 429 ? "Lower --concurrency, or wait until the quota allows more." : "See the server's log.";
  return new RlvrError("teacher_failed", `the teacher at ${url} failed again and again: ${said}`, {
    advice: `${advice} ${GOES_ON}`,
    cause: error,
  });
}

async function notFound(said: string, cause: unknown, { url, model, key, models }: FaultContext): Promise<RlvrError> {
  let known: readonly string[] = [];
  try {
    known = (await models()).map((name) => key.hide(name));
  } catch {
    // A server that lists no models either: the message below names both things that can be wrong.
  }
  if (known.length > 0 && !known.includes(model)) return unknownName(`model of the teacher at ${url}`, model, known);
  return new RlvrError("bad_usage", `the teacher at ${url} does not know the model "${model}" or the URL: ${said}`, {
    advice: "Check --model, and that --teacher is the base URL, such as http://127.0.0.1:8000/v1.",
    cause,
  });
}

/** The innermost message: what lies around it only says that there was no connection. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? reasonOf(cause) : messageOf(error);
}
