import { registerHooks } from "node:module";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isPresent } from "../core/files.ts";
import { RlvrError } from "../core/errors.ts";
import { unknownName } from "../core/nearest-name.ts";
import { verifierNames } from "./verifier-names.ts";

/**
 * What a person may name as a verifier, as it then holds wherever it is read:
 * - a name of the library, such as `math`, or a combinator's, such as `all`: stays as it is;
 * - the path of a module, beginning with `.` or `/` or ending in .ts, .js, .mts or .mjs: becomes absolute;
 * - anything else is a package, looked up from the folder as an import in it would be: becomes the path of its module.
 * @param folder what a relative path or a package is looked up from: that of the recipe, or the one the user stands in.
 * @throws RlvrError `missing_file` for a path that leads nowhere, `unknown_name` for a package that is not there.
 */
export function resolveReference(name: string, folder: string): string {
  if (verifierNames().includes(name)) return name;
  if (!isPath(name)) return packageModule(name, folder);
  const path = resolve(folder, name);
  if (isPresent(path)) return path;
  throw new RlvrError("missing_file", `there is no verifier module at ${path}`, {
    advice: "Correct the path; it is relative to the recipe that names it or, on the command line, to your folder.",
  });
}

function isPath(name: string): boolean {
  return name.startsWith(".") || isAbsolute(name) || /\.[cm]?[jt]s$/.test(name);
}

/** The module that `import "name"` would load in a module of the folder. */
function packageModule(name: string, folder: string): string {
  const parentURL = pathToFileURL(join(folder, "recipe.js")).href;
  const hooks = registerHooks({
    resolve: (specifier, context, next) => next(specifier, specifier === name ? { ...context, parentURL } : context),
  });
  try {
    return fileURLToPath(import.meta.resolve(name));
  } catch (error) {
    const { message, advice } = unknownName("verifier", name, verifierNames());
    throw new RlvrError("unknown_name", message, {
      advice: `${advice} A module is named by its path, such as ./${name}.ts; a package has to be installed in ${folder}.`,
      cause: error,
    });
  } finally {
    hooks.deregister();
  }
}
