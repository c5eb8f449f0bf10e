import { RlvrError } from "../../core/errors.ts";
import { serverUrlFault } from "../../core/secrets/server-url.ts";

/** Which hub is asked, and as whom. */
export interface HubAddress {
  /** Base URL without a slash at its end. It holds no secret: messages name it. */
  readonly url: string;
  /** Sent to this hub alone. */
  readonly token: string | undefined;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/**
 * The hub of the environment, and its token (`HF_TOKEN`).
 * @param url its base URL. Default: `HF_ENDPOINT`, or https://huggingface.co.
 * @throws RlvrError `bad_usage` for a URL that is none of a server, a token that is none, or one that anybody on the way to
 * the hub could read.
 */
export function hubAddress(url = process.env["HF_ENDPOINT"] ?? ""): HubAddress {
  const base = url.trim().replace(/\/+$/, "") || "https://huggingface.co";
  if (serverUrlFault(base) !== undefined) {
    // It may hold a secret, so it is not repeated.
    throw new RlvrError("bad_usage", "HF_ENDPOINT is no base URL of a hub", {
      advice:
        "Set it to one such as https://huggingface.co, without a user, a password, ? or #, or unset it. " +
        "A token goes into HF_TOKEN.",
    });
  }
  const token = (process.env["HF_TOKEN"] ?? "").trim();
  if (token === "") return { url: base, token: undefined };
  // A header with anything else in it is refused with a message that repeats it.
  if (!/^hf_[\w-]+$/.test(token)) {
    throw new RlvrError("bad_usage", "HF_TOKEN holds no token of the Hugging Face hub", {
      advice: "Its tokens begin with hf_: set HF_TOKEN to one, or unset it.",
    });
  }
  const { protocol, hostname } = new URL(base);
  if (protocol === "http:" && !LOOPBACK.test(hostname)) {
    throw new RlvrError("bad_usage", `HF_TOKEN would go to ${base} where others on the network can read it`, {
      advice: "Set HF_ENDPOINT to an https:// URL, or unset HF_TOKEN.",
    });
  }
  return { url: base, token };
}
