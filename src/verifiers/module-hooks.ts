import { readFileSync, realpathSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { sha256 } from "../core/files/files.ts";
import { modulePath, packagePath } from "../core/package-files.ts";

/** What a verifier module may import wherever it lies, when it has no copy of its own: this package, its tests and its zod. */
const OURS: ReadonlyMap<string, () => string> = new Map([
  ["rlvr", () => pathToFileURL(modulePath("src/index")).href],
  ["rlvr/testing", () => pathToFileURL(modulePath("src/testing")).href],
  ["zod", () => import.meta.resolve("zod")],
]);

/** Which modules each module imports, by URL: all that were loaded since the hooks were set. */
const imports = new Map<string, Set<string>>();

let registered = false;

/** From now on, imports of `rlvr`, `rlvr/testing` and `zod` that would fail lead to ours; it is noted who imports whom. */
export function setModuleHooks(): void {
  if (registered) return;
  registered = true;
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = orOurs(specifier, (name) => next(name, context));
      if (context.parentURL !== undefined) {
        const known = imports.get(context.parentURL) ?? new Set();
        imports.set(context.parentURL, known.add(resolved.url));
      }
      return resolved;
    },
  });
}

function orOurs<Resolved>(specifier: string, resolve: (name: string) => Resolved): Resolved {
  try {
    return resolve(specifier);
  } catch (error) {
    const ours = OURS.get(specifier);
    if (ours === undefined) throw error;
    return resolve(ours());
  }
}

/** Hash of a loaded module's source and of all that it imports, this package aside. */
export function moduleHash(path: string): string {
  const own = pathToFileURL(packagePath("src")).href;
  // Node knows modules by their real paths.
  const urls = [pathToFileURL(realpathSync(path)).href];
  // The list grows while it is walked.
  for (const url of urls)
    for (const next of imports.get(url) ?? [])
      if (next.startsWith("file:") && !next.startsWith(own) && !urls.includes(next)) urls.push(next);
  return sha256(urls.map((url) => sha256(readFileSync(fileURLToPath(url)))).join("\n"));
}
