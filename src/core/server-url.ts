/** A version prefix at the end of a URL's path, which every request brings itself. */
const VERSION_PREFIX = /\/v1\/*$/;

/**
 * Why a text is not the base URL of an HTTP server; undefined where it is one. Keys do not belong into it: recipes are
 * stored and shown.
 */
export function serverUrlFault(text: string): string | undefined {
  const url = URL.parse(text);
  const example = "write it as http://127.0.0.1:8000";
  if (url === null || !/^https?:$/.test(url.protocol)) {
    // `localhost:8000` parses, with `localhost:` as its scheme.
    const isBare = /^[\w.[\]:-]+(?:\/.*)?$/.test(text) && !text.includes("://");
    const shown = text.replace(/[^/@]*@/, "***@");
    return `"${shown}" is no http:// or https:// URL: ${isBare ? withScheme(text, example) : example}`;
  }
  if (url.username !== "" || url.password !== "")
    return "a user or password in a URL would be stored and shown: name an environment variable with api_key_env";
  if (url.search !== "" || url.hash !== "") return `a server's base URL has no ? and no #: ${example}`;
  return undefined;
}

function withScheme(text: string, example: string): string {
  const fixed = `http://${text}`;
  return URL.canParse(fixed) ? `did you mean ${fixed}?` : example;
}

/** The base URL of a server without `/v1` at its end, and without a slash there. */
export function serverRoot(url: string): string {
  return url.trim().replace(/\/+$/, "").replace(VERSION_PREFIX, "").replace(/\/+$/, "");
}
