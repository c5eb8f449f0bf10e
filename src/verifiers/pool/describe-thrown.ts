import { inspect } from "node:util";

/** Causes of causes that are told. */
const MAX_DEPTH = 5;
/** Characters kept of what was thrown: it may hold a response, or anything else. */
export const MAX_ERROR_LENGTH = 10_000;
/** Characters kept of a code. */
const MAX_CODE_LENGTH = 100;

/**
 * What was thrown as a text to keep: stacks and causes, with their codes, but no other property of an error. Those hold
 * whatever the library that made it likes to add, such as the headers of a request with its key. Never throws, whatever
 * was thrown: its properties may be getters that do.
 */
export function describeThrown(thrown: unknown): string {
  try {
    return described(thrown, 0).slice(0, MAX_ERROR_LENGTH);
  } catch {
    return "something was thrown that cannot be described";
  }
}

function described(thrown: unknown, depth: number): string {
  if (typeof thrown === "string") return thrown.slice(0, MAX_ERROR_LENGTH);
  if (!(thrown instanceof Error)) return inspect(thrown, { depth: 1, maxStringLength: MAX_ERROR_LENGTH });
  const { code, status, cause, stack } = thrown as Error & Partial<Record<"code" | "status", unknown>>;
  const told = inspect.custom in thrown ? inspect(thrown) : (stack ?? thrown);
  const own = String(told).slice(0, MAX_ERROR_LENGTH);
  const facts = [code, status].filter((fact) => typeof fact === "string" || typeof fact === "number");
  const cut = facts.map((fact) => String(fact).slice(0, MAX_CODE_LENGTH));
  const text = cut.length === 0 ? own : `${own}\n  [${cut.join(", ")}]`;
  if (cause === undefined || depth === MAX_DEPTH) return text;
  return `${text}\ncaused by: ${described(cause, depth + 1)}`;
}
