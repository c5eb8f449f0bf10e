/** A URL in a text, also one whose two slashes became one, as in a path. Bounded, so that no text takes long. */
const URL_IN_TEXT = /\b([a-z][a-z0-9+.-]{0,20}:\/{1,3})([^\s"'<>]{1,2000})/gi;

/**
 * A text with `***` in place of the user, password and query of every URL in it: keys are given there too, and texts are
 * stored and shown. References to the hub (`hf://...@REVISION`) stay as they are.
 */
export function maskUrls(text: string): string {
  // Most texts hold none, and what is read from a database passes through here row by row.
  if (!text.includes(":/")) return text;
  return text.replace(URL_IN_TEXT, (url, scheme: string, rest: string) =>
    /^hf:/i.test(scheme) ? url : scheme + maskRest(rest),
  );
}

/** What follows the scheme. A password may hold any character, so its end is the last `@`. */
function maskRest(rest: string): string {
  const at = rest.lastIndexOf("@");
  const open = at < 0 ? rest : `***${rest.slice(at)}`;
  return open.replace(/\?.+$/s, "?***");
}

/** The same value, a tree as JSON has it, with {@link maskUrls} on every text in it. */
export function maskUrlsIn(value: unknown): unknown {
  if (typeof value === "string") return maskUrls(value);
  if (Array.isArray(value)) return value.map(maskUrlsIn);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, maskUrlsIn(part)]));
}
