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

/** The value of a text of JSON, or what keeps it from being one. Numbers keep their source text. */
export function parseJson(text: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: ODD_NUMBER.test(text) ? parseWithSource(text, keepSource) : (JSON.parse(text) as unknown) };
  } catch (error) {
    return { fault: `not JSON (${messageOf(error)})` };
  }
}

function keepSource(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === "number" && source !== undefined ? numberOf(value, source) : value;
}
