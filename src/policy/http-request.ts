import { request, type Dispatcher } from "undici";
import { RlvrError, messageOf } from "../core/errors.ts";

/** A request with a JSON answer. */
export interface JsonRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON with POST; undefined sends GET. */
  readonly body: unknown;
  readonly signal: AbortSignal | undefined;
}

/** Errors of rlvr's own server that mean the same here: what a person has to change is what the server named. */
const PASSED_ON = ["unsupported_character", "bad_checkpoint"] as const;

const RETRYABLE_STATUS: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504]);

/**
 * Sends a request and gives the JSON of its answer.
 * @throws RlvrError `policy_unreachable` (retryable) when no answer came; `bad_request` for 4xx, `policy_failed` for
 * 5xx, retryable when the server is overloaded; `protocol_violation` when the answer is not JSON; `interrupted` when
 * the signal aborted.
 */
export async function requestJson(
  dispatcher: Dispatcher,
  { url, headers, body, signal }: JsonRequest,
): Promise<unknown> {
  let status: number;
  let text: string;
  try {
    const answer = await request(url, {
      dispatcher,
      method: body === undefined ? "GET" : "POST",
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
    status = answer.statusCode;
    text = await answer.body.text();
  } catch (error) {
    if (signal?.aborted === true) {
      throw new RlvrError("interrupted", `the request to ${url} was cancelled`, {
        advice: "Nothing is lost; go on when you like.",
        cause: error,
      });
    }
    throw new RlvrError("policy_unreachable", `no answer from ${url}: ${reasonOf(error)}`, {
      advice: "Check that the policy server runs and that its URL is right.",
      cause: error,
      retryable: true,
    });
  }
  if (status < 200 || status > 299) throw refusal(url, status, text);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RlvrError(
      "protocol_violation",
      `${url} answered with something that is not JSON: ${text.slice(0, 200)}`,
      {
        advice: "Check that the URL is that of a policy server, without /v1 at its end.",
        cause: error,
      },
    );
  }
}

function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  const message = messageOf(error);
  return typeof code === "string" && !message.includes(code) ? `${message} (${code})` : message || "connection failed";
}

function refusal(url: string, status: number, text: string): RlvrError {
  const { message, advice, rlvrCode } = errorOf(text);
  const isRetryable = RETRYABLE_STATUS.has(status);
  const isTheirFault = status >= 500 || isRetryable;
  const code = PASSED_ON.find((known) => known === rlvrCode) ?? (isTheirFault ? "policy_failed" : "bad_request");
  return new RlvrError(code, `${url} answered ${status}: ${message}`, {
    advice: advice ?? (isTheirFault ? "See the log of the policy server." : "Change the request."),
    retryable: isRetryable,
  });
}

/** What an error body says: {error: {message}} (vLLM, rlvr), {message} (older vLLM), {detail} (FastAPI) or plain text. */
function errorOf(text: string): { message: string; advice: string | undefined; rlvrCode: string | undefined } {
  const stringOr = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  try {
    const body = JSON.parse(text) as Record<string, unknown>;
    const error = (typeof body["error"] === "object" && body["error"] !== null ? body["error"] : body) as Record<
      string,
      unknown
    >;
    const message = stringOr(error["message"]) ?? JSON.stringify(error["detail"] ?? body);
    return { message, advice: stringOr(error["advice"]), rlvrCode: stringOr(error["rlvr_code"]) };
  } catch {
    return { message: text.slice(0, 500) || "(no text)", advice: undefined, rlvrCode: undefined };
  }
}
