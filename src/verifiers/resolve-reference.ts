import { registerHooks } from "node:module";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isPresent } from "../core/files/files.ts";
import { RlvrError } from "../core/errors.ts";
import { unknownName } from "../core/nearest-name.ts";
import { COMBINATORS } from "./combinators.ts";
import { PYTHON, verifierInPython } from "./python/python-reference.ts";
import { verifierNames } from "./verifier-names.ts";

/**
 * What a person may name as a verifier, as it then holds wherever it is read:
 * - a name of the library, such as `math`, or a combinator's, such as `all`: stays as it is;
 * - the path of a module, beginning with `.` or `/` or ending in .ts, .js, .mts or .mjs: becomes absolute;
 * - `python:FILE.py:FUNCTION`: the file's path becomes absolute; `reasoning-gym:DATASET` stays as it is;
 * - anything else is a package, looked up from the folder as an import in it would be: becomes the path of its module.
 * @param folder what a relative path or a package is looked up from: that of the recipe, or the one the user stands in.
 * @throws RlvrError `missing_file` for a path that leads nowhere, `unknown_name` for a package that is not there.
 */
export function resolveReference(name: string, folder: string): string {
  if (verifierNames().includes(name)) return name;
  const inPython = name.startsWith(PYTHON) ? PYTHON + resolve(folder, name.slice(PYTHON.length).trim()) : name;
  if (verifierInPython(inPython) !== undefined) return inPython;
  return userModule(name, folder, "verifier", (cause) => {
    const { message, advice } = unknownName("verifier", name, verifierNames());
    return new RlvrError("unknown_name", message, { advice: `${advice} ${howToName(name, folder)}`, cause });
  });
}

/**
 * The path of a generator's module, which is named by its path or as a package, as verifiers are.
 * @throws like {@link resolveReference}.
 */
export function resolveGenerator(name: string, folder: string): string {
  return userModule(
    name,
    folder,
    "generator",
    (cause) =>
      new RlvrError("unknown_name", `there is no generator "${name}"`, { advice: howToName(name, folder), cause }),
  );
}

function howToName(name: string, folder: string): string {
  return `A module is named by its path, such as ./${name}.ts; a package has to be installed in ${folder}.`;
}

/** The path of a module that a user wrote or installed. */
function userModule(name: string, folder: string, kind: string, unknown: (cause: unknown) => RlvrError): string {
  if (!isPath(name)) return packageModule(name, folder, unknown);
  const path = resolve(folder, name);
  if (isPresent(path)) return path;
  throw new RlvrError("missing_file", `there is no ${kind} module at ${path}`, {
    advice: "Correct the path; it is relative to the recipe that names it or, on the command line, to your folder.",
  });
}

/** A verifier as a person gives it: its name, and its options beside it. */
export interface NamedVerifier {
  readonly name?: string | undefined;
  readonly python?: string | undefined;
  readonly [option: string]: unknown;
}

/** Where a relative path among options starts; the option by its keys and indexes. */
type FolderOf = (option: readonly string[]) => string;

/**
 * A verifier with its name resolved, and with those of the verifiers that a combinator combines.
 * @param path the keys and indexes that lead to it.
 * @throws like {@link resolveReference}.
 */
export function resolveVerifier<Entry extends NamedVerifier>(
  entry: Entry,
  folderOf: FolderOf,
  path: readonly string[] = [],
): Entry & { readonly name: string } {
  const { name, python, ...rest } = entry;
  const key = python === undefined ? "name" : "python";
  const reference = resolveReference(name ?? PYTHON + (python ?? ""), folderOf([...path, key]));
  const of = COMBINATORS.has(reference) && Array.isArray(rest["of"]) ? rest["of"] : undefined;
  const resolved = of?.map((member: unknown, index) =>
    // What is no entry is refused by the combinator's own schema.
    isNamed(member) ? resolveVerifier(member, folderOf, [...path, "of", String(index)]) : member,
  );
  return { name: reference, ...rest, ...(resolved && { of: resolved }) } as unknown as Entry & {
    readonly name: string;
  };
}

function isNamed(value: unknown): value is NamedVerifier {
  if (typeof value !== "object" || value === null) return false;
  const { name, python } = value as NamedVerifier;
  return typeof (name ?? python) === "string";
}

function isPath(name: string): boolean {
  return name.startsWith(".") || isAbsolute(name) || /\.[cm]?[jt]s$/.test(name);
}

/** The module that `import "name"` would load in a module of the folder. */
function packageModule(name: string, folder: string, unknown: (cause: unknown) => RlvrError): string {
  const parentURL = pathToFileURL(join(folder, "recipe.js")).href;
  const hooks = registerHooks({
    resolve: (specifier, context, next) => next(specifier, specifier === name ? { ...context, parentURL } : context),
  });
  try {
    return fileURLToPath(import.meta.resolve(name));
  } catch (error) {
    throw unknown(error);
  } finally {
    hooks.deregister();
  }
}
