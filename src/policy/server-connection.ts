import { createParser } from "eventsource-parser";
import { Pool } from "undici";
import type { z } from "zod";
import { excerptOf } from "../core/texts/error-text.ts";
import { RlvrError } from "../core/errors.ts";
import { keyHider } from "../core/secrets/hide-key.ts";
import { SMALL_ANSWER } from "./answer-size.ts";
import { exchange, isSuccess, type Timeouts } from "./http-exchange.ts";
import { refusal } from "./http-refusal.ts";

/** How to reach a server. */
export interface ServerAddress {
  /** Base URL, such as `http://127.0.0.1:8000`, without `/v1`. */
  readonly url: string;
  /** Sent as a bearer token; a server on this machine needs none. */
  readonly apiKey?: string | undefined;
  /** Default: {@link TIMEOUTS}. */
  readonly timeouts?: Partial<Timeouts> | undefined;
}

/** What a request carries. */
export interface RequestOptions {
  /** Sent as JSON with POST; left out, a GET is sent. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Most bytes of its answer, whole or streamed. Default: {@link SMALL_ANSWER}. */
  readonly maxBytes?: number;
}

/**
 * One server over a pool of kept connections. Methods throw ReplicaFailure (retryable: `policy_unreachable` without an
 * answer, `policy_failed` of 5xx and 429), RlvrError `bad_request` of other 4xx, `protocol_violation` of an answer that is
 * larger than it may be, and `interrupted` when the signal aborts.
 */
export interface ServerConnection {
  /** Base URL without a slash at its end. */
  readonly url: string;
  /**
   * Sends a request and gives its answer: JSON, or the text of one that is not JSON, as the schema has it.
   * @param options.firstByteMs time for the answer to begin, in milliseconds; default that of the connection.
   * @throws RlvrError `protocol_violation` when the answer does not fit the schema.
   */
  ask<T extends z.ZodType>(
    path: string,
    options: RequestOptions & { readonly schema: T; readonly firstByteMs?: number },
  ): Promise<z.infer<T>>;
  /** Sends a request and gives the text of its answer, for one that is checked by hand because it is large. */
  text(path: string, options: RequestOptions): Promise<string>;
  /**
   * Sends a request and hands on the data of each server-sent event of its answer, until that has ended.
   * @param onData what it throws cancels the request and is thrown.
   */
  stream(path: string, options: RequestOptions, onData: (data: string) => void): Promise<void>;
  /** A text that came in several pieces without the server's key, which none of them may hold whole. */
  withoutKey(text: string): string;
  /** Cuts the connections; requests that run fail. */
  close(): Promise<void>;
}

/** Patience of a connection: see {@link Timeouts}. */
export const TIMEOUTS: Timeouts = { connectMs: 10_000, firstByteMs: 30 * 60_000, idleMs: 5 * 60_000 };

/** Most bytes of the head of an answer. */
const MAX_HEAD = 16 * 1024;

/** Opens a pool of connections to a server; nothing is sent yet. */
export function connectServer({ url: address, apiKey, timeouts: changes }: ServerAddress): ServerConnection {
  const { origin, pathname } = new URL(address);
  const prefix = pathname.replace(/\/+$/, "");
  const url = origin + prefix;
  const timeouts = { ...TIMEOUTS, ...changes };
  const pool = new Pool(origin, {
    pipelining: 1,
    keepAliveTimeout: 60_000,
    connectTimeout: timeouts.connectMs,
    maxHeaderSize: MAX_HEAD,
  });
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (apiKey !== undefined) headers["authorization"] = `Bearer ${apiKey}`;
  // Some servers repeat a key that they refuse, and what they say is stored and shown.
  const key = keyHider(apiKey);

  const send = async (
    path: string,
    { body, signal, maxBytes = SMALL_ANSWER }: RequestOptions,
    more: { readonly timeouts?: Timeouts; readonly onText?: (text: string) => boolean } = {},
  ): Promise<string> => {
    const json = body === undefined ? undefined : JSON.stringify(body);
    const request = { url, path: prefix + path, headers, body: json, timeouts, signal, maxBytes };
    const answer = await exchange(pool, { ...request, ...more });
    if (isSuccess(answer.status)) return key.hideInJson(answer.text);
    throw refusal(url, { ...answer, text: key.hide(answer.text) });
  };

  return {
    url,
    async ask(path, { schema, firstByteMs = timeouts.firstByteMs, ...options }) {
      const text = await send(path, options, { timeouts: { ...timeouts, firstByteMs } });
      const parsed = schema.safeParse(jsonOr(text));
      if (parsed.success) return parsed.data;
      const issue = parsed.error.issues[0];
      const what = `${issue?.path.join(".") || "a body"} that is not valid: ${issue?.message}: ${excerptOf(key.hide(text))}`;
      throw new RlvrError("protocol_violation", `${url} answered ${path} with ${what}`, {
        advice: "Check that the URL is that of a policy server, without /v1 at its end.",
      });
    },
    text: (path, options) => send(path, options),
    async stream(path, options, onData) {
      let events = 0;
      const parser = createParser({
        onEvent: ({ data }) => {
          events++;
          onData(key.hideInJson(data));
        },
      });
      const onText = (text: string): boolean => {
        const before = events;
        parser.feed(text);
        return events > before;
      };
      await send(path, options, { onText });
    },
    withoutKey: (text) => key.hideSecret(text),
    close: () => pool.destroy(),
  };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
