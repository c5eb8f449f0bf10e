/** Keys of fewer characters are words such as EMPTY or none: they are no secrets, and answers may well hold them. */
const SHORTEST_SECRET = 8;

/** Takes a key out of texts that come from the server that it was sent to. */
export interface KeyHider {
  /** A text for people, such as an error's: without the key, whichever it is. */
  hide(text: string): string;
  /** A text that is worked with, such as a completion's: without the key where that is long enough to be a secret. */
  hideSecret(text: string): string;
  /** The same of an answer's JSON: in its texts, not in its numbers. A text that is no JSON is treated as a whole. */
  hideInJson(json: string): string;
}

/**
 * Takes a key out of texts: as it is, and as JSON, HTML-safe JSON and URLs write it.
 * @param key undefined and empty leave every text as it is.
 */
export function keyHider(key: string | undefined): KeyHider {
  if (key === undefined || key === "") return { hide: same, hideSecret: same, hideInJson: same };
  const forms = formsOf(key);
  const isSecret = key.length >= SHORTEST_SECRET;
  const word = new RegExp(
    `(?<![A-Za-z0-9])(?:${forms.map((form) => form.replace(/\W/g, String.raw`\$&`)).join("|")})(?![A-Za-z0-9])`,
    "g",
  );
  const hideSecret = (text: string): string =>
    isSecret ? forms.reduce((open, form) => open.replaceAll(form, "***"), text) : text;
  return {
    // A short one is not taken out of the middle of words.
    hide: (text) => (isSecret ? hideSecret(text) : text.replace(word, "***")),
    hideSecret,
    hideInJson(json) {
      if (!isSecret || !forms.some((form) => json.includes(form))) return json;
      try {
        return JSON.stringify(
          JSON.parse(json, (_, value: unknown) => (typeof value === "string" ? hideSecret(value) : value)),
        );
      } catch {
        return hideSecret(json);
      }
    },
  };
}

/** The key, and how JSON, JSON that is safe in HTML, and URLs write it; the longest first, as one may be a part of another. */
function formsOf(key: string): string[] {
  const json = JSON.stringify(key).slice(1, -1);
  const safe = (hex: (code: string) => string): string =>
    json.replace(/[<>&'+=]/g, (character) => String.raw`\u00${hex(character.charCodeAt(0).toString(16))}`);
  const forms = [
    key,
    json,
    json.replaceAll("/", String.raw`\/`),
    safe((code) => code),
    safe((code) => code.toUpperCase()),
    encodeURIComponent(key),
  ];
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}

function same(text: string): string {
  return text;
}
