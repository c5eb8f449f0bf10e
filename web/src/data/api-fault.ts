import type { Fault } from "../../../src/server/answers.ts";

/** What a route of the server refused, or that the server could not be asked. */
export class ApiFault extends Error {
  readonly code: string;
  /** What to do next. */
  readonly advice: string;
  readonly retryable: boolean;

  constructor({ code, message, advice, retryable }: Fault["error"]) {
    super(message);
    this.name = "ApiFault";
    this.code = code;
    this.advice = advice;
    this.retryable = retryable;
  }
}

/** The fault that a body of an answer tells of, or one that says which status it had. */
export async function readFault(response: { readonly status: number; json(): Promise<unknown> }): Promise<ApiFault> {
  const body = await response.json().catch(() => null);
  if (isFault(body)) return new ApiFault(body.error);
  return new ApiFault({
    code: `HTTP_${response.status}`,
    message: `The server answered with status ${response.status}.`,
    advice: "Look at what `rlvr serve` printed.",
    retryable: response.status >= 500,
  });
}

/** A fetch that never came to an answer. */
export function unreachable(cause: unknown): ApiFault {
  const fault = new ApiFault({
    code: "UNREACHABLE",
    message: "The server does not answer.",
    advice: "See whether `rlvr serve` still runs, and start it again.",
    retryable: true,
  });
  fault.cause = cause;
  return fault;
}

function isFault(body: unknown): body is Fault {
  if (typeof body !== "object" || body === null || !("error" in body)) return false;
  const { error } = body;
  return typeof error === "object" && error !== null && "message" in error && typeof error.message === "string";
}
