import { RlvrError, isRlvrError } from "../core/errors.ts";
import type { HubAddress } from "./hub-address.ts";
import { refused, unreachable, type Asked } from "./hub-error.ts";

/** One request to a hub. */
export interface HubRequest extends Asked {
  /** Path behind the hub's URL, percent-encoded. */
  readonly path: string;
  /** Sent as JSON with POST; left out, a GET is sent. */
  readonly body?: unknown;
  /** Most bytes of an answer. */
  readonly maxBytes: number;
  /** Bytes at its beginning that are not sent again, where the hub can do that. Default: 0. */
  readonly from?: number;
  /** Aborting it ends the request. */
  readonly signal?: AbortSignal | undefined;
}

const MAX_REDIRECTS = 5;
/** Status of an answer that has only the part that was asked for. */
const PARTIAL = 206;
/** The hub may take so long to answer, in milliseconds, and has to send MIN_BYTES each time as much has passed. */
const WINDOW_MS = 30_000;
const MIN_BYTES = 30 * 1024;

/**
 * The bytes of a hub's answer, as they come. Where the hub sends us elsewhere, the token does not come along, and from
 * https it leads to https alone: to no service of this machine or its network that trusts who can reach it.
 * @throws RlvrError `missing_file` for what the hub does not have; `hub_failed` for the rest: another refusal, an answer
 * that is too long or too slow, no connection.
 */
export async function* hubBytes(address: HubAddress, request: HubRequest): AsyncGenerator<Uint8Array> {
  const { what, otherWays, maxBytes, from = 0 } = request;
  const failure = (message: string): RlvrError => hubFailure(message, otherWays);
  const controller = new AbortController();
  const watch = watchProgress(controller, failure, `${address.url} is too slow at ${what}`);
  const until = AbortSignal.any([controller.signal, ...(request.signal === undefined ? [] : [request.signal])]);
  try {
    const response = await follow(address, request, until);
    watch.arrived(MIN_BYTES);
    if (!response.ok) throw refused(response.status, request, address);
    let skipped = response.status === PARTIAL ? from : 0;
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw failure(`${address.url} sent more than ${maxBytes} bytes of ${what}`);
      watch.arrived(chunk.length);
      const known = Math.min(chunk.length, from - skipped);
      skipped += known;
      if (known < chunk.length) yield known === 0 ? chunk : chunk.subarray(known);
    }
  } catch (error) {
    request.signal?.throwIfAborted();
    throw isRlvrError(error) ? error : unreachable(error, request, address);
  } finally {
    watch.stop();
    controller.abort();
  }
}

async function follow(
  address: HubAddress,
  { path, body, from = 0, what, otherWays }: HubRequest,
  signal: AbortSignal,
): Promise<Response> {
  const failure = (message: string): RlvrError => hubFailure(message, otherWays);
  const home = new URL(address.url + path);
  let url = home;
  let { token } = address;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const headers = new Headers();
    if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
    if (body !== undefined) headers.set("content-type", "application/json");
    if (from > 0) headers.set("range", `bytes=${from}-`);
    const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const response = await fetch(url, { ...sent, headers, redirect: "manual", signal });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    const next = URL.parse(location, url.href);
    if (next?.protocol !== "https:" && !(next?.protocol === "http:" && url.protocol === "http:")) {
      throw failure(`${address.url} sends us for ${what} where no https:// URL leads: ${location.slice(0, 200)}`);
    }
    if (next.origin !== home.origin) token = undefined;
    url = next;
  }
  throw failure(`${address.url} sends us elsewhere more than ${MAX_REDIRECTS} times for ${what}`);
}

/** Aborts a request when less than MIN_BYTES arrived in a window: a byte now and then is no progress. */
function watchProgress(controller: AbortController, failure: (message: string) => RlvrError, message: string) {
  let bytes = 0;
  const timer = setInterval(() => {
    if (bytes < MIN_BYTES) controller.abort(failure(`${message}: ${bytes} bytes in ${WINDOW_MS / 1000} s`));
    bytes = 0;
  }, WINDOW_MS);
  return { arrived: (count: number) => void (bytes += count), stop: () => clearInterval(timer) };
}

function hubFailure(message: string, otherWays: string): RlvrError {
  return new RlvrError("hub_failed", message, { advice: `Try again later. ${otherWays}`, retryable: true });
}
