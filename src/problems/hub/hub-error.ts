import { RlvrError, messageOf } from "../../core/errors.ts";
import type { HubAddress } from "./hub-address.ts";

/** What helps whatever went wrong with the hub. */
export const OTHER_WAYS =
  "A mirror is named by HF_ENDPOINT. Or fetch the file on another machine: its path can stand in the recipe in place of " +
  "the reference, and `rlvr problems import FILE --out SET.jsonl` makes a problem set of it.";

/** A status that is not one of success. What the hub says besides stands in no message. */
export function refused(status: number, what: string, { url, token }: HubAddress): RlvrError {
  if (status === 401 || status === 403) {
    return new RlvrError("hub_failed", `${url} does not give us ${what}: HTTP ${status}`, {
      advice:
        "It does not exist, is private, or is gated: check its name, and accept its terms on its page. " +
        (token === undefined
          ? "Then set HF_TOKEN to a token with read access. "
          : "The token in HF_TOKEN has no access to it. ") +
        OTHER_WAYS,
    });
  }
  if (status === 404) return missing(what, url);
  return new RlvrError("hub_failed", `${url} failed at ${what}: HTTP ${status}`, {
    advice: `Try again later. ${OTHER_WAYS}`,
    retryable: status >= 500 || status === 429,
  });
}

/** A data set, a revision or a file that the hub does not have. */
export function missing(what: string, hubUrl: string): RlvrError {
  return new RlvrError("missing_file", `${hubUrl} has no ${what}`, {
    advice: `Look at the files of the data set on its page, and correct the reference. ${OTHER_WAYS}`,
  });
}

/** A connection that failed. */
export function unreachable(error: unknown, what: string, { url }: HubAddress): RlvrError {
  const { cause } = error as { readonly cause?: unknown };
  const reason = cause instanceof Error && cause.message !== "" ? cause.message : messageOf(error);
  return new RlvrError("hub_failed", `${url} did not give us ${what}: ${reason.slice(0, 200)}`, {
    advice: `Is this machine online? ${OTHER_WAYS}`,
    cause: error,
    retryable: true,
  });
}
