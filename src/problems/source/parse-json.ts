import { messageOf } from "../../core/errors.ts";
import { numberOf } from "./source-number.ts";

/** ES2026 (JSON.parse source text access), which TypeScript's libraries lack. */
const parseWithSource = JSON.parse as (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;

/** The value of a text of JSON, or what keeps it from being one. Numbers keep their source text. */
export function parseJson(text: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: parseWithSource(text, keepSource) };
  } catch (error) {
    return { fault: `not JSON (${messageOf(error)})` };
  }
}

function keepSource(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === "number" && source !== undefined ? numberOf(value, source) : value;
}
