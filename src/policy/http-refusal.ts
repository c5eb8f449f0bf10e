import type { IncomingHttpHeaders } from "node:http";
import { excerptOf } from "../core/texts/error-text.ts";
import { isRlvrError, RlvrError } from "../core/errors.ts";
import { ReplicaFailure } from "./replica-failure.ts";

/** Errors of rlvr's own server that mean the same here: what a person has to change is what the server named. */
const PASSED_ON = ["unsupported_character", "bad_checkpoint"] as const;

/** Status of a server that asks to be asked later; 408 and 425 come from proxies, 502 and 504 from one without a server. */
const BUSY: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504]);

/** Status of a server that rejects a request for its content: the same request may pass nowhere, others pass. */
const OF_CONTENT: ReadonlySet<number> = new Set([400, 413, 422]);

/** How servers put it that a prompt, alone or with its completion, is longer than the model's context. */
const TOO_LONG =
  /maximum (?:context|model|input|sequence) length|longer than the (?:model's )?(?:maximum|context)|context length is only|exceeds? the (?:available )?context|leave no room for a completion/i;

/** What a server answered instead of success; the cause of the error that tells of it. */
class HttpStatus extends Error {
  override readonly name = "HttpStatus";
  readonly status: number;

  constructor(status: number, text: string) {
    super(excerptOf(text));
    this.status = status;
  }
}

/** The HTTP status of a refusal; undefined of any other error. */
export function refusalStatus(error: unknown): number | undefined {
  return error instanceof Error && error.cause instanceof HttpStatus ? error.cause.status : undefined;
}

/**
 * The error of an answer that is no success: ReplicaFailure `busy` (retryable) of an overloaded server, with the time it
 * asked for, `failed` (retryable) of any other 5xx, else RlvrError `bad_request` or what rlvr's own server named.
 */
export function refusal(
  url: string,
  { status, headers, text }: { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string },
): RlvrError {
  const { message, advice, rlvrCode } = errorOf(text);
  const said = `${url} answered ${status}: ${message}`;
  const known = PASSED_ON.find((code) => code === rlvrCode);
  if (known === undefined && (BUSY.has(status) || status >= 500)) {
    return new ReplicaFailure(BUSY.has(status) ? "busy" : "failed", said, {
      advice: advice ?? "See the log of the policy server.",
      cause: new HttpStatus(status, text),
      retryAfterMs: retryAfterMs(headers["retry-after"]),
    });
  }
  return new RlvrError(known ?? "bad_request", said, {
    advice: advice ?? adviceOf(url, status),
    cause: new HttpStatus(status, text),
  });
}

/** What to do about a refusal of which the server does not say it. */
function adviceOf(url: string, status: number): string {
  if (status === 401 || status === 403)
    return "Name the environment variable that holds the server's key in the recipe: policy.api_key_env or teacher.api_key_env.";
  return `See the server's log, and what it lacks: rlvr doctor --policy ${url}`;
}

/**
 * A rejection of a request for its content as a ReplicaFailure `refused`, with the code `prompt_too_long` or
 * `sampling_failed`; any other error as it is, also what rlvr's own server named.
 */
export function contentRefusal(error: unknown): unknown {
  const status = refusalStatus(error);
  if (!isRlvrError(error) || error.code !== "bad_request") return error;
  if (status === undefined || !OF_CONTENT.has(status)) return error;
  return new ReplicaFailure("refused", error.message, {
    code: TOO_LONG.test(error.message) ? "prompt_too_long" : "sampling_failed",
    advice: error.advice,
    cause: error.cause,
  });
}

/** The error of what stands in a stream in the place of a chunk, with its JSON; undefined of a chunk. */
export function streamedRefusal(url: string, chunk: { readonly error?: unknown }, text: string): RlvrError | undefined {
  const { error } = chunk;
  if (typeof error !== "object" || error === null) return undefined;
  const code = (error as { code?: unknown }).code;
  const status = typeof code === "number" && code >= 400 ? code : 500;
  return refusal(url, { status, headers: {}, text });
}

/** Milliseconds of a Retry-After header: seconds or a date (RFC 9110, 10.2.3); 0 without a readable one. */
function retryAfterMs(header: string | undefined): number {
  if (header === undefined) return 0;
  const milliseconds = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : 0;
}

/** What an error body says: {error: {message}} (vLLM, rlvr), {message} (older vLLM), {detail} (FastAPI) or plain text. */
function errorOf(text: string): { message: string; advice: string | undefined; rlvrCode: string | undefined } {
  const stringOr = (value: unknown): string | undefined => (typeof value === "string" ? excerptOf(value) : undefined);
  try {
    const body = JSON.parse(text) as Record<string, unknown>;
    const error = (typeof body["error"] === "object" && body["error"] !== null ? body["error"] : body) as Record<
      string,
      unknown
    >;
    const message = stringOr(error["message"]) ?? excerptOf(JSON.stringify(error["detail"] ?? body));
    return { message, advice: stringOr(error["advice"]), rlvrCode: stringOr(error["rlvr_code"]) };
  } catch {
    return { message: excerptOf(text) || "(no text)", advice: undefined, rlvrCode: undefined };
  }
}
