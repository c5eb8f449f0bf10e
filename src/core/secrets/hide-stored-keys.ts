import { variableNameFault } from "./api-key.ts";
import { withoutKeyArguments } from "./key-arguments.ts";
import { maskUrlsIn } from "./mask-urls.ts";

interface Server {
  readonly api_key_env?: unknown;
  readonly vllm?: { readonly args?: unknown };
}

/**
 * A recipe as a database has it, without keys: older versions took them in URLs, in the place of the name of a variable,
 * and among vLLM's arguments. `***` stands for the first two; what is refused now, is so with it too.
 */
export function hideStoredKeys(recipe: unknown): unknown {
  const masked = maskUrlsIn(recipe) as { readonly policy?: Server; readonly teacher?: Server } | null;
  if (typeof masked !== "object" || masked === null) return masked;
  return Object.fromEntries(
    Object.entries(masked).map(([key, section]) => [
      key,
      (key === "policy" || key === "teacher") && typeof section === "object" ? ofServer(section as Server) : section,
    ]),
  );
}

function ofServer(server: Server): Server {
  const { api_key_env: variable, vllm } = server;
  const args: unknown = vllm?.args;
  return {
    ...server,
    ...(typeof variable === "string" && { api_key_env: variableOr(variable) }),
    ...(Array.isArray(args) && { vllm: { ...vllm, args: withoutKeyArguments(args.map(String)) } }),
  };
}

/** The value of an option of a recipe, such as `policy.url`, in the same way. */
export function hideStoredValue(option: string, value: unknown): unknown {
  return option.endsWith(".api_key_env") && typeof value === "string" ? variableOr(value) : maskUrlsIn(value);
}

function variableOr(name: string): string {
  return variableNameFault(name) === undefined ? name : "***";
}
