import { maskUrls } from "./mask-urls.ts";

/** A version prefix at the end of a URL's path, which every request brings itself. */
const VERSION_PREFIX = /\/v1\/*$/;

/** A host with a port or with dots, and a path: what a URL without its scheme looks like. A key rarely does. */
const BARE = /^(?:[\w.-]{1,80}:\d+|\[[\da-f:]+\](?::\d+)?|[\w-]{1,40}(?:\.[\w-]{1,40}){1,4}|localhost)(?:\/[^?#@]*)?$/i;

const EXAMPLE = "write it as http://127.0.0.1:8000";

/**
 * Why a text is not the base URL of an HTTP server; undefined where it is one. Keys do not belong into it: URLs are
 * stored and shown. So the reason does not repeat a user, a password or a query, nor what may be a key itself.
 */
export function serverUrlFault(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    // `localhost:8000` parses, with `localhost:` as its scheme.
    if (BARE.test(text)) return `"${text}" is no http:// or https:// URL: did you mean http://${text}?`;
    const shown = text.includes("://") ? `"${maskUrls(text)}"` : "this";
    return `${shown} is no http:// or https:// URL: ${EXAMPLE}`;
  }
  if (url.username !== "" || url.password !== "")
    return "a user or password in a URL would be stored and shown: name an environment variable with api_key_env";
  if (url.search !== "" || url.hash !== "")
    return `a server's base URL has no ? and no #: ${EXAMPLE}; a key goes into the environment variable that api_key_env names`;
  return undefined;
}

/** The base URL of a server without `/v1` at its end, and without a slash there. */
export function serverRoot(url: string): string {
  return url.trim().replace(/\/+$/, "").replace(VERSION_PREFIX, "").replace(/\/+$/, "");
}
