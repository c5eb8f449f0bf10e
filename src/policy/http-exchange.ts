import type { IncomingHttpHeaders } from "node:http";
import { StringDecoder } from "node:string_decoder";
import type { Dispatcher, Pool } from "undici";
import { RlvrError, messageOf } from "../core/errors.ts";
import { MOST_OF_REFUSAL } from "./answer-size.ts";
import { ReplicaFailure } from "./replica-failure.ts";

/** How long each phase of a request may take, in milliseconds. */
export interface Timeouts {
  /** Until the connection stands. */
  readonly connectMs: number;
  /** From the request to the head of its answer, or a stream's first event: its turn, and all that is not streamed. */
  readonly firstByteMs: number;
  /** Between two events of a stream; from the head of another answer to its end. */
  readonly idleMs: number;
}

/** One request over a pool. */
export interface ExchangeRequest {
  /** Base URL of the server, for messages. */
  readonly url: string;
  /** Path with whatever stands in the base URL behind the host. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent with POST; undefined sends GET. */
  readonly body: string | undefined;
  readonly timeouts: Timeouts;
  readonly signal: AbortSignal | undefined;
  /** Most bytes of a successful answer, streamed or not. A refusal is cut at {@link MOST_OF_REFUSAL}. */
  readonly maxBytes: number;
  /**
   * Takes the text of a successful answer piece by piece and says whether it got further: only that keeps an answer from
   * being idle, so that a server cannot hold a request by dribbling. Left out, the text is collected. What it throws
   * ends the exchange.
   */
  readonly onText?: (text: string) => boolean;
}

/** The answer to a request. */
export interface ExchangeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Empty when it went to `onText`. */
  readonly text: string;
}

/**
 * Sends a request and waits for the end of its answer, whatever its status. Dispatches to undici directly: its readable
 * streams and its timers, of which one byte resets the latter, are not needed.
 * @throws ReplicaFailure `silent` when there is no answer in time or to its end; RlvrError `protocol_violation` of one that
 * is larger than it may be, `interrupted` when the signal aborted; what `onText` throws.
 */
export function exchange(pool: Pool, request: ExchangeRequest): Promise<ExchangeAnswer> {
  if (request.signal?.aborted === true) return Promise.reject(cancelled(request));
  return new Promise((resolve, reject) => {
    const { path, headers, body = null } = request;
    const method = body === null ? "GET" : "POST";
    const options = { path, method, headers, body, headersTimeout: 0, bodyTimeout: 0 };
    pool.dispatch(options, new Exchange(request, resolve, reject));
  });
}

/** Most heads of the kind `103 Early Hints` ahead of an answer; no policy server sends one. */
const MOST_INTERIM_HEADS = 100;

class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: ExchangeRequest;
  readonly #resolve: (answer: ExchangeAnswer) => void;
  readonly #reject: (error: unknown) => void;
  readonly #onAbort = (): void => this.#end(cancelled(this.#request));
  #controller: Dispatcher.DispatchController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #interimHeads = 0;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #decoder: StringDecoder | undefined;
  #parts: Buffer[] = [];
  #bytes = 0;
  /** Whether a stream brought its first event. */
  #hasBegun = false;
  #isOver = false;

  constructor(request: ExchangeRequest, resolve: (answer: ExchangeAnswer) => void, reject: (error: unknown) => void) {
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    request.signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new Error("cancelled"));
    else this.#allow(this.#request.timeouts.firstByteMs, "no answer began");
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.#isOver) return;
    // Not the answer yet: it must not start the clock anew, or a server could hold a request for ever.
    if (status < 200) {
      if (++this.#interimHeads > MOST_INTERIM_HEADS) this.#end(tooManyHeads(this.#request));
      return;
    }
    this.#status = status;
    this.#headers = headers;
    if (isSuccess(status) && Number(headers["content-length"]) > this.#request.maxBytes)
      return this.#end(tooLarge(this.#request));
    if (this.#request.onText !== undefined && isSuccess(status)) this.#decoder = new StringDecoder("utf8");
    // A stream's head says nothing: vLLM sends it while the request still waits for its turn.
    if (this.#decoder === undefined) this.#allow(this.#request.timeouts.idleMs, "its answer did not end");
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#bytes += chunk.length;
    const isWanted = isSuccess(this.#status);
    if (isWanted && this.#bytes > this.#request.maxBytes) return this.#end(tooLarge(this.#request));
    if (this.#decoder === undefined) {
      this.#parts.push(chunk);
      if (!isWanted && this.#bytes >= MOST_OF_REFUSAL) this.#cutShort();
      return;
    }
    try {
      if (this.#request.onText?.(this.#decoder.write(chunk)) !== true) return;
      if (this.#hasBegun) this.#timer?.refresh();
      else this.#allow(this.#request.timeouts.idleMs, "its stream stood still");
      this.#hasBegun = true;
    } catch (error) {
      this.#end(error);
    }
  }

  onResponseEnd(): void {
    if (!this.#isOver) this.#finish();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.#isOver) return;
    this.#settle();
    this.#reject(silent(this.#request, reasonOf(error), error));
  }

  /** Starts the clock of a phase. */
  #allow(milliseconds: number, what: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.#end(silent(this.#request, `${what} within ${milliseconds / 1000} s`)),
      milliseconds,
    );
  }

  /** Answers with what has come. */
  #finish(): void {
    this.#settle();
    const [first] = this.#parts;
    const bytes = this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts);
    this.#resolve({ status: this.#status, headers: this.#headers, text: bytes.toString("utf8") });
  }

  /** Answers with what has come, and reads no more. */
  #cutShort(): void {
    this.#finish();
    this.#controller?.abort(new Error("read far enough"));
  }

  #end(error: unknown): void {
    if (this.#isOver) return;
    this.#settle();
    this.#reject(error);
    this.#controller?.abort(new Error("given up"));
  }

  #settle(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#request.signal?.removeEventListener("abort", this.#onAbort);
  }
}

/** Whether a status is one of success. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}

function silent({ url, path }: ExchangeRequest, reason: string, cause?: unknown): ReplicaFailure {
  return new ReplicaFailure("silent", `no answer from ${url} to ${path}: ${reason}`, {
    advice: "Check that the policy server runs and that its URL is right.",
    cause,
  });
}

function tooLarge({ url, path, maxBytes }: ExchangeRequest): RlvrError {
  return new RlvrError("protocol_violation", `${url} answers ${path} with more than ${maxBytes} bytes`, {
    advice:
      "No answer to this request needs as many, so the rest was not read. Check that the URL is that of a policy server, and see its log.",
  });
}

function tooManyHeads({ url, path }: ExchangeRequest): RlvrError {
  return new RlvrError("protocol_violation", `${url} answers ${path} with interim heads (HTTP 1xx) without end`, {
    advice: "Check that the URL is that of a policy server, and see its log.",
  });
}

function cancelled({ url }: ExchangeRequest): RlvrError {
  return new RlvrError("interrupted", `the request to ${url} was cancelled`, {
    advice: "Nothing is lost; go on when you like.",
  });
}

function reasonOf(error: Error): string {
  const code = (error as { code?: unknown }).code;
  const message = messageOf(error);
  return typeof code === "string" && !message.includes(code) ? `${message} (${code})` : message || "connection failed";
}
