import { pathToFileURL } from "node:url";
import { RlvrError, messageOf } from "../core/errors.ts";
import { isPresent } from "../core/files/files.ts";
import { thinkingSchema } from "../core/thinking.ts";
import type { Verifier } from "./define-verifier.ts";
import type { Generator } from "./generators/define-generator.ts";
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
  ERR_UNKNOWN_FILE_EXTENSION: "A module is a .ts, .mts, .js or .mjs file; .tsx does not load.",
  ERR_PACKAGE_PATH_NOT_EXPORTED: "The package does not export that path: import one that its package.json lists.",
  ERR_IMPORT_ATTRIBUTE_MISSING: 'Import JSON with its type: import data from "./data.json" with { type: "json" }.',
};

/** What a module of a user is to have as its default export. */
interface ModuleKind<T> {
  readonly kind: "verifier" | "generator";
  /** The call that makes one. */
  readonly made: string;
  readonly is: (value: unknown) => value is T;
}

const VERIFIER: ModuleKind<Verifier> = {
  kind: "verifier",
  made: "defineVerifier({ name, version, options, verify })",
  is: (value): value is Verifier => hasParts(value, ["verify"]),
};

const GENERATOR: ModuleKind<Generator> = {
  kind: "generator",
  made: "defineGenerator({ name, version, options, arms, generate })",
  is: (value): value is Generator => hasParts(value, ["arms", "generate"]),
};

/**
 * The verifier that the module at an absolute path exports.
 * @throws RlvrError `missing_file` or `verifier_failed` when the module is not there, does not load or exports
 * something else.
 */
export async function loadVerifierModule(path: string): Promise<Verifier> {
  const verifier = await loadModule(path, VERIFIER);
  if (thinkingSchema.optional().safeParse(verifier.thinking).success) return verifier;
  throw new RlvrError("verifier_failed", `the verifier module ${path} has a \`thinking\` that does not exist`, {
    advice:
      'It is "auto", "none" or your own markers, { open: "<reason>", close: "</reason>" }; left out, it is "auto".',
  });
}

/**
 * The generator that the module at an absolute path exports.
 * @throws RlvrError `missing_file` or `generator_failed` when the module is not there, does not load or exports
 * something else.
 */
export function loadGenerator(path: string): Promise<Generator> {
  return loadModule(path, GENERATOR);
}

async function loadModule<T>(path: string, { kind, made, is }: ModuleKind<T>): Promise<T> {
  if (!isPresent(path)) {
    throw new RlvrError("missing_file", `there is no ${kind} module at ${path}`, {
      advice: `Correct the path${kind === "verifier" ? ", or name a verifier that comes with rlvr" : ""}.`,
    });
  }
  setModuleHooks();
  let loaded: { readonly default?: unknown };
  try {
    loaded = await import(pathToFileURL(path).href);
  } catch (error) {
    throw new RlvrError(`${kind}_failed`, `the ${kind} module ${path} does not load: ${messageOf(error)}`, {
      advice: FIXES[String((error as NodeJS.ErrnoException).code)] ?? "Correct the module: it throws while it loads.",
      cause: error,
    });
  }
  if (is(loaded.default)) return loaded.default;
  throw new RlvrError(`${kind}_failed`, `the ${kind} module ${path} has no ${kind} as its default export`, {
    advice: `End the module with: export default ${made}.`,
  });
}

/** Whether a value has what every such module has, and these functions. */
function hasParts(value: unknown, functions: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { name, version, options, ...rest } = value as Readonly<Record<string, unknown>>;
  if (typeof name !== "string" || typeof version !== "string") return false;
  if (!functions.every((each) => typeof rest[each] === "function")) return false;
  // Not `instanceof`: a module may bring its own copy of zod.
  return typeof (options as { readonly safeParse?: unknown } | undefined)?.safeParse === "function";
}
