import { RlvrError, isRlvrError } from "../../core/errors.ts";
import type { HubAddress } from "./hub-address.ts";
import { OTHER_WAYS, refused, unreachable } from "./hub-error.ts";

/** One request to a hub. */
export interface HubRequest {
  /** Path behind the hub's URL, percent-encoded. */
  readonly path: string;
  /** Sent as JSON with POST; left out, a GET is sent. */
  readonly body?: unknown;
  /** Most bytes of an answer. */
  readonly maxBytes: number;
  /** What is asked for, for messages. */
  readonly what: string;
}

const MAX_REDIRECTS = 5;
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
  const { what, maxBytes } = request;
  const controller = new AbortController();
  const watch = watchProgress(controller, `${address.url} is too slow at ${what}`);
  try {
    const response = await follow(address, request, controller.signal);
    watch.arrived(MIN_BYTES);
    if (!response.ok) throw refused(response.status, what, address);
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw failure(`${address.url} sent more than ${maxBytes} bytes of ${what}`);
      watch.arrived(chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw isRlvrError(error) ? error : unreachable(error, what, address);
  } finally {
    watch.stop();
    controller.abort();
  }
}

async function follow(address: HubAddress, { path, body, what }: HubRequest, signal: AbortSignal): Promise<Response> {
  const home = new URL(address.url + path);
  let url = home;
  let { token } = address;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const headers = new Headers();
    if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
    if (body !== undefined) headers.set("content-type", "application/json");
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
function watchProgress(controller: AbortController, message: string) {
  let bytes = 0;
  const timer = setInterval(() => {
    if (bytes < MIN_BYTES) controller.abort(failure(`${message}: ${bytes} bytes in ${WINDOW_MS / 1000} s`));
    bytes = 0;
  }, WINDOW_MS);
  return { arrived: (count: number) => void (bytes += count), stop: () => clearInterval(timer) };
}

function failure(message: string): RlvrError {
  return new RlvrError("hub_failed", message, { advice: `Try again later. ${OTHER_WAYS}`, retryable: true });
}
