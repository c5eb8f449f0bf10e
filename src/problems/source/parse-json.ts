import { cutText } from "../../core/texts/cut-text.ts";
import { messageOf } from "../../core/errors.ts";
import { numberOf } from "./source-number.ts";

/** ES2026 (JSON.parse source text access), which TypeScript's libraries lack. */
const parseWithSource = JSON.parse as (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;

/**
 * What a number has that JavaScript may write otherwise than it stands: many digits, an exponent, zeros at its end or right
 * behind the point, a minus before zero. To look at every number takes many times as long as to read it.
 */
const ODD_NUMBER = /[\d.]{16}|\d[eE]|\.\d*0(?!\d)|\.0{6}|-0/;

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const SEPARATORS: ReadonlySet<number> = new Set([..."[{,:"].map((each) => each.charCodeAt(0)));

/** Most lists and objects in one another: walking deeper ones would overflow the stack. */
const MAX_DEPTH = 200;

/** A shorter text is parsed whatever it holds: a value takes twenty times its characters at most. */
const SHORT = 1024 * 1024;
/** Most values of a longer one. */
const MAX_VALUES = 1_000_000;

/** The value of a JSON text, or why it is not JSON. Numbers keep their source text. */
export function parseJson(text: string): { readonly value: unknown } | { readonly fault: string } {
  if (text.length > SHORT && hasMoreValues(text, MAX_VALUES)) return { fault: `more than ${MAX_VALUES} values` };
  try {
    const value: unknown = ODD_NUMBER.test(text) ? parseWithSource(text, keepSource) : JSON.parse(text);
    const mayBeDeep = text.length > MAX_DEPTH && text.split(/[[{]/, MAX_DEPTH + 2).length > MAX_DEPTH + 1;
    return mayBeDeep && isDeeper(value, MAX_DEPTH) ? { fault: `nested deeper than ${MAX_DEPTH} levels` } : { value };
  } catch (error) {
    if (error instanceof RangeError) return { fault: `nested deeper than ${MAX_DEPTH} levels` };
    return { fault: `not JSON (${cutText(messageOf(error))})` };
  }
}

/** Whether a text has more commas, colons and brackets outside of its strings: as many values, about. */
function hasMoreValues(text: string, most: number): boolean {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (SEPARATORS.has(code) && ++count > most) return true;
  }
  return false;
}

/** Where the string ends that begins at a quote. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1));
}

function keepSource(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === "number" && source !== undefined ? numberOf(value, source) : value;
}
