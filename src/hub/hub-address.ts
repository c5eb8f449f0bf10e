import { join } from "node:path";
import { RlvrError } from "../core/errors.ts";
import { readTextFile } from "../core/files/read-file.ts";
import { serverUrlFault } from "../core/secrets/server-url.ts";
import { huggingFaceHome } from "./hugging-face-home.ts";

/** Which hub is asked, and as whom. */
export interface HubAddress {
  /** Base URL without a slash at its end. It holds no secret: messages name it. */
  readonly url: string;
  /** Sent to this hub alone. */
  readonly token: string | undefined;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/**
 * The hub of the environment, and its token: `HF_TOKEN`, or the one that `hf auth login` keeps, unless
 * `HF_HUB_DISABLE_IMPLICIT_TOKEN` is set.
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
  const given = (process.env["HF_TOKEN"] ?? "").trim();
  const token = given === "" ? storedToken() : given;
  if (token === "") return { url: base, token: undefined };
  // A header with anything else in it is refused with a message that repeats it.
  if (!/^hf_[\w-]+$/.test(token)) {
    throw new RlvrError("bad_usage", `${nameOf(given)} holds no token of the Hugging Face hub`, {
      advice: "Its tokens begin with hf_: set HF_TOKEN to one, or log in anew with: hf auth login.",
    });
  }
  const { protocol, hostname } = new URL(base);
  if (protocol === "http:" && !LOOPBACK.test(hostname)) {
    throw new RlvrError("bad_usage", `${nameOf(given)} would go to ${base} where others on the network can read it`, {
      advice:
        "Set HF_ENDPOINT to an https:// URL, or give no token: unset HF_TOKEN, set HF_HUB_DISABLE_IMPLICIT_TOKEN=1.",
    });
  }
  return { url: base, token };
}

/** Most bytes of a file with a token. */
const MOST_TOKEN = 1024;

function storedToken(): string {
  if (!["", "0"].includes(process.env["HF_HUB_DISABLE_IMPLICIT_TOKEN"] ?? "")) return "";
  return readTextFile(tokenPath(), MOST_TOKEN, unreadable)?.trim() ?? "";
}

function tokenPath(): string {
  return process.env["HF_TOKEN_PATH"] ?? join(huggingFaceHome(), "token");
}

/** What holds the token, for messages. */
function nameOf(given: string): string {
  return given === "" ? tokenPath() : "HF_TOKEN";
}

function unreadable(why: string, cause: unknown): RlvrError {
  return new RlvrError("bad_usage", `${tokenPath()}, where hf auth login keeps a token, ${why}`, {
    advice: "Log in anew with: hf auth login. Or set HF_HUB_DISABLE_IMPLICIT_TOKEN=1.",
    cause,
  });
}
