import { inspect } from "node:util";

/** Causes of causes that are told. */
const MAX_DEPTH = 5;

/**
 * What was thrown as a text to keep: stacks and causes, with their codes, but no other property of an error. Those hold
 * whatever the library that made it likes to add, such as the headers of a request with its key.
 */
export function describeThrown(thrown: unknown, depth = 0): string {
  if (!(thrown instanceof Error)) return typeof thrown === "string" ? thrown : inspect(thrown, { depth: 1 });
  const { code, status, cause } = thrown as Error & Partial<Record<"code" | "status", unknown>>;
  const own = inspect.custom in thrown ? inspect(thrown) : (thrown.stack ?? String(thrown));
  const facts = [code, status].filter((fact) => typeof fact === "string" || typeof fact === "number");
  const described = facts.length === 0 ? own : `${own}\n  [${facts.join(", ")}]`;
  if (cause === undefined || depth === MAX_DEPTH) return described;
  return `${described}\ncaused by: ${describeThrown(cause, depth + 1)}`;
}
