import { RlvrError, messageOf } from "../core/errors.ts";
import type { HubAddress } from "./hub-address.ts";

/** Something that the hub is asked for. */
export interface Asked {
  /** What it is, for messages. */
  readonly what: string;
  /** How else one gets it: advice for whatever went wrong with the hub. */
  readonly otherWays: string;
}

/** A status that is not one of success. What the hub says besides stands in no message. */
export function refused(status: number, { what, otherWays }: Asked, { url, token }: HubAddress): RlvrError {
  if (status === 401 || status === 403) {
    return new RlvrError("hub_failed", `${url} does not give us ${what}: HTTP ${status}`, {
      advice:
        "It does not exist, is private, or is gated: check its name, and accept its terms on its page. " +
        (token === undefined
          ? "Then log in with hf auth login, or set HF_TOKEN to a token with read access. "
          : "Our token (HF_TOKEN, or that of hf auth login) has no access to it. ") +
        otherWays,
    });
  }
  if (status === 404) return missing({ what, otherWays }, url);
  return new RlvrError("hub_failed", `${url} failed at ${what}: HTTP ${status}`, {
    advice: `Try again later. ${otherWays}`,
    retryable: status >= 500 || status === 429,
  });
}

/** A repository, a revision or a file that the hub does not have. */
export function missing({ what, otherWays }: Asked, hubUrl: string): RlvrError {
  return new RlvrError("missing_file", `${hubUrl} has no ${what}`, {
    advice: `Look at its page on the hub, and correct the name. ${otherWays}`,
  });
}

/** A connection that failed. */
export function unreachable(error: unknown, { what, otherWays }: Asked, { url }: HubAddress): RlvrError {
  const { cause } = error as { readonly cause?: unknown };
  const reason = cause instanceof Error && cause.message !== "" ? cause.message : messageOf(error);
  return new RlvrError("hub_failed", `${url} did not give us ${what}: ${reason.slice(0, 200)}`, {
    advice: `Is this machine online? ${otherWays}`,
    cause: error,
    retryable: true,
  });
}
