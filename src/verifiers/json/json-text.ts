/** Longer JSON is refused: some keywords of JSON Schema, such as uniqueItems, take the square of its length. */
const MAX_CHARACTERS = 100_000;
const MAX_DEPTH = 100;
/** Only the end of a longer response is searched for JSON. */
const MAX_SEARCHED = 2 * MAX_CHARACTERS;

/** A value of JSON, and the text that all equal values share: keys sorted, numbers in one form and none rounded. */
export interface Json {
  readonly value: unknown;
  readonly canonical: string;
}

/** What is wrong with a text: it is no JSON, or JSON that is refused. */
export interface JsonFault {
  readonly fault: string;
  readonly isSyntax: boolean;
}

/** Reads a text that is nothing but JSON. A key that stands twice in an object is refused: readers differ on it. */
export function parseJson(text: string): Json | JsonFault {
  if (text.length > MAX_CHARACTERS) return { fault: `longer than ${MAX_CHARACTERS} characters`, isSyntax: false };
  try {
    const value: unknown = JSON.parse(text);
    const fault = structureFault(text);
    return fault === null ? { value, canonical: JSON.parse(text, canonise) } : { fault, isSyntax: false };
  } catch {
    return { fault: "not JSON", isSyntax: true };
  }
}

/** The text that all values equal to a value of JSON share. */
export function canonicalText(value: unknown): string {
  return JSON.parse(JSON.stringify(value), canonise) as string;
}

/**
 * Reads the JSON of a response: the whole of it; else of its last block fenced as json; else, where it has none, its
 * last object, or its last array where there is no object.
 */
export function findJson(response: string): Json | JsonFault {
  const whole = parseJson(response.trim());
  if ("value" in whole || (!whole.isSyntax && response.length <= MAX_CHARACTERS)) return whole;
  const text = response.slice(-MAX_SEARCHED);
  const fenced = lastFenced(text);
  if (fenced !== null) return parseJson(fenced);
  const regions = balancedRegions(text).reverse();
  for (const opener of ["{", "["]) {
    for (const region of regions.filter((each) => each.startsWith(opener))) {
      const json = parseJson(region);
      if ("value" in json || !json.isSyntax) return json;
    }
  }
  return { fault: "no JSON in it", isSyntax: true };
}

/** What is refused of a text that is JSON. */
function structureFault(text: string): string | null {
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{") open.push(new Set());
    if (character === "[") open.push(null);
    if (character === "}" || character === "]") open.pop();
    if (open.length > MAX_DEPTH) return `nested deeper than ${MAX_DEPTH}`;
    if (character !== '"') continue;
    const end = endOfString(text, at);
    const keys = open.at(-1);
    if (keys && isColonAt(text, end)) {
      const key: string = JSON.parse(text.slice(at, end));
      if (keys.has(key)) return `the key ${JSON.stringify(key.slice(0, 100))} stands twice in an object`;
      keys.add(key);
    }
    at = end - 1;
  }
  return null;
}

/** Where the string that begins at a quote ends, its last quote included; -1 where its line does not close it. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"' && text[at] !== "\n") {
    at += text[at] === "\\" && text[at + 1] !== "\n" ? 2 : 1;
  }
  return text[at] === '"' ? at + 1 : -1;
}

function isColonAt(text: string, start: number): boolean {
  const colon = /\s*:/y;
  colon.lastIndex = start;
  return colon.test(text);
}

/** What stands in the last fence that is marked as json; null where there is none, or it is not closed. */
function lastFenced(text: string): string | null {
  const opener = [...text.matchAll(/```json\b/gi)].at(-1);
  if (opener === undefined) return null;
  const start = opener.index + opener[0].length;
  const line = text.indexOf("\n```", start);
  const end = line >= 0 ? line : text.indexOf("```", start);
  return end < 0 ? null : text.slice(start, end);
}

/** What stands in JSON outside of its strings: of `[0, 1)` or `{x | x > 0}` not everything. */
const JSON_CHARACTER = /[\s\d+\-.eEtrufalsn,:"{}[\]]/;

/**
 * The parts of a text from a bracket to the one that closes it, without those inside of others, in one pass. There is
 * none where the last bracket is never closed, as of an object that is cut off: what is inside of it is not meant.
 */
function balancedRegions(text: string): string[] {
  const regions: string[] = [];
  let open: { readonly closer: string; readonly at: number }[] = [];
  let isObject = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (open.length === 0) isObject = isObjectAt(text, at);
    if (character === "{") open.push({ closer: "}", at });
    else if (character === "[") open.push({ closer: "]", at });
    else if (open.length === 0) continue;
    else if (character === '"') {
      const end = endOfString(text, at);
      if (end < 0) open = [];
      at = (end < 0 ? endOfLine(text, at) : end) - 1;
    } else if (character === "}" || character === "]") {
      const last = open.pop();
      if (last?.closer !== character) open = [];
      else if (open.length === 0) regions.push(text.slice(last.at, at + 1));
    } else if (!JSON_CHARACTER.test(character) && !isObject) open = [];
  }
  return open.length === 0 ? regions : [];
}

/** Whether an object with a key begins there; however wrong it goes on, what is inside of it is not read for itself. */
function isObjectAt(text: string, start: number): boolean {
  const object = /\{\s*"/y;
  object.lastIndex = start;
  return object.test(text);
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end < 0 ? text.length : end;
}

/** Writes values of JSON from the innermost outwards, each as its canonical text. */
function canonise(this: unknown, _key: string, value: unknown, context: { readonly source?: string } = {}): string {
  if (typeof value === "number") return canonicalNumber(context.source ?? "", value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.join(",")}]`;
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(",")}}`;
}

/** A number as JavaScript writes it, or where that would round it, as its digits and a power of ten. */
function canonicalNumber(source: string, value: number): string {
  const exact = digitsOf(source);
  return exact === digitsOf(String(value)) ? String(value) : exact;
}

/** The digits of a decimal without zeros at either end, times a power of ten: the same for all ways of writing it. */
export function digitsOf(decimal: string): string {
  const [, sign = "", whole = "", part = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(decimal) ?? [];
  const digits = whole + part;
  let [start, end] = [0, digits.length];
  while (digits[start] === "0") start++;
  while (end > start && digits[end - 1] === "0") end--;
  if (start === end) return "0";
  return `${sign}${digits.slice(start, end)}e${BigInt(exponent) - BigInt(part.length) + BigInt(digits.length - end)}`;
}
