import { pathToFileURL } from "node:url";
import { RlvrError, messageOf } from "../core/errors.ts";
import { isPresent } from "../core/files/files.ts";
import { thinkingSchema } from "../core/thinking.ts";
import type { Verifier } from "./define-verifier.ts";
import { setModuleHooks } from "./module-hooks.ts";

/** What to do about an error of Node's loader, by its code. */
const FIXES: Readonly<Record<string, string>> = {
  ERR_MODULE_NOT_FOUND:
    "Correct the import: a relative one needs its ending (./helper.ts), a package has to be installed beside the module.",
  ERR_UNSUPPORTED_DIR_IMPORT: "Import a file rather than a folder: ./helpers/index.ts.",
  ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX:
    "TypeScript has to be erasable here: no enums, no namespaces, no parameter properties. Write those as plain objects.",
  ERR_INVALID_TYPESCRIPT_SYNTAX: "Correct the syntax; `npx tsc --noEmit FILE` shows where it breaks.",
  ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING:
    "A package has to ship JavaScript: build it (tsc), or name the .ts file by a path outside of node_modules.",
  ERR_UNKNOWN_FILE_EXTENSION: "A verifier module is a .ts, .mts, .js or .mjs file; .tsx does not load.",
  ERR_PACKAGE_PATH_NOT_EXPORTED: "The package does not export that path: import one that its package.json lists.",
  ERR_IMPORT_ATTRIBUTE_MISSING: 'Import JSON with its type: import data from "./data.json" with { type: "json" }.',
};

/**
 * The default export of the module at an absolute path.
 * @throws RlvrError `missing_file` or `verifier_failed` when the module is not there, does not load or exports
 * something else.
 */
export async function loadModule(path: string): Promise<Verifier> {
  if (!isPresent(path)) {
    throw new RlvrError("missing_file", `there is no verifier module at ${path}`, {
      advice: "Correct the path, or name a verifier that comes with rlvr.",
    });
  }
  setModuleHooks();
  let loaded: { readonly default?: unknown };
  try {
    loaded = await import(pathToFileURL(path).href);
  } catch (error) {
    throw new RlvrError("verifier_failed", `the verifier module ${path} does not load: ${messageOf(error)}`, {
      advice: FIXES[String((error as NodeJS.ErrnoException).code)] ?? "Correct the module: it throws while it loads.",
      cause: error,
    });
  }
  if (isVerifier(loaded.default)) {
    if (thinkingSchema.optional().safeParse(loaded.default.thinking).success) return loaded.default;
    throw new RlvrError("verifier_failed", `the verifier module ${path} has a \`thinking\` that does not exist`, {
      advice:
        'It is "auto", "none" or your own markers, { open: "<reason>", close: "</reason>" }; left out, it is "auto".',
    });
  }
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
