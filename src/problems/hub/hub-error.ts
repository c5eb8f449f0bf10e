import { HubApiError } from "@huggingface/hub";
import { RlvrError, messageOf } from "../../core/errors.ts";
import type { HubReference } from "../../core/hub-reference.ts";

/** What helps whatever went wrong with the hub. */
export const OTHER_WAYS =
  "A mirror is named by HF_ENDPOINT. Or fetch the file on another machine: its path can stand in the recipe in place of " +
  "the reference, and `rlvr problems import FILE --out SET.jsonl` makes a problem set of it.";

/** What went wrong with the hub, for a person. The token stands in no message. */
export function hubError(error: unknown, { dataset, revision, path }: HubReference, hubUrl: string): RlvrError {
  const what = `${path} of the data set ${dataset} (revision ${revision})`;
  if (!(error instanceof HubApiError)) return unreachable(error, what, hubUrl);
  const { statusCode } = error;
  if (statusCode === 401 || statusCode === 403) {
    const isSigned = (process.env["HF_TOKEN"] ?? "") !== "";
    return new RlvrError("hub_failed", `${hubUrl} does not give us ${what}: HTTP ${statusCode}`, {
      advice:
        "It does not exist, is private, or is gated: check its name, and accept its terms on its page. " +
        (isSigned ? "The token in HF_TOKEN has no access to it. " : "Then set HF_TOKEN to a token with read access. ") +
        OTHER_WAYS,
      cause: error,
    });
  }
  if (statusCode === 404) return missing(what, hubUrl, error);
  return new RlvrError("hub_failed", `${hubUrl} failed at ${what}: HTTP ${statusCode}`, {
    advice: `Try again later. ${OTHER_WAYS}`,
    cause: error,
    retryable: statusCode >= 500 || statusCode === 429,
  });
}

/** A data set, a revision or a file that the hub does not have. */
export function missing(what: string, hubUrl: string, cause?: unknown): RlvrError {
  return new RlvrError("missing_file", `${hubUrl} has no ${what}`, {
    advice: `Look at the files of the data set on its page, and correct the reference. ${OTHER_WAYS}`,
    cause,
  });
}

function unreachable(error: unknown, what: string, hubUrl: string): RlvrError {
  const { cause } = error as { readonly cause?: unknown };
  const reason = cause instanceof Error && cause.message !== "" ? cause.message : messageOf(error);
  return new RlvrError("hub_failed", `${hubUrl} did not give us ${what}: ${reason}`, {
    advice: `Is this machine online? ${OTHER_WAYS}`,
    cause: error,
    retryable: true,
  });
}
