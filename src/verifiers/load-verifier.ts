import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { RlvrError, messageOf } from "../core/errors.ts";
import { isPresent } from "../core/files.ts";
import { unknownName } from "../core/nearest-name.ts";
import type { Verifier } from "./define-verifier.ts";
import { offerOurModules } from "./module-hooks.ts";
import { BUILT_IN } from "./library/built-in.ts";
import { verifierInPython } from "./python/python-reference.ts";

/**
 * The verifier of a name, the default export of the module at an absolute path, or what is judged in Python:
 * `python:/path/of/file.py:function`, `reasoning-gym:DATASET`.
 * @throws RlvrError `unknown_name` with the nearest name; `missing_file` or `verifier_failed` when the module is not
 * there, does not load or exports something else.
 */
export async function loadVerifier(name: string): Promise<Verifier> {
  if (isAbsolute(name)) return loadModule(name);
  const inPython = verifierInPython(name);
  if (inPython !== undefined) return inPython;
  const load = BUILT_IN.get(name);
  if (load === undefined) throw unknownName("verifier", name, BUILT_IN.keys());
  return load();
}

async function loadModule(path: string): Promise<Verifier> {
  if (!isPresent(path)) {
    throw new RlvrError("missing_file", `there is no verifier module at ${path}`, {
      advice: "Correct the path, or name a verifier that comes with rlvr.",
    });
  }
  offerOurModules();
  let loaded: { readonly default?: unknown };
  try {
    loaded = await import(pathToFileURL(path).href);
  } catch (error) {
    throw new RlvrError("verifier_failed", `the verifier module ${path} does not load: ${messageOf(error)}`, {
      advice: "Correct the module. TypeScript has to be erasable: no enums, no namespaces, imports with their endings.",
      cause: error,
    });
  }
  if (isVerifier(loaded.default)) return loaded.default;
  throw new RlvrError("verifier_failed", `the verifier module ${path} has no verifier as its default export`, {
    advice: "End the module with: export default defineVerifier({ name, version, options, verify }).",
  });
}

function isVerifier(value: unknown): value is Verifier {
  if (typeof value !== "object" || value === null) return false;
  const { name, version, options, verify } = value as Partial<Record<keyof Verifier, unknown>>;
  if (typeof name !== "string" || typeof version !== "string" || typeof verify !== "function") return false;
  // Not `instanceof`: a module may bring its own copy of zod.
  return typeof (options as { readonly safeParse?: unknown } | undefined)?.safeParse === "function";
}
