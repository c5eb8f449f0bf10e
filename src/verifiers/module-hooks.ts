import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { modulePath } from "../core/package-files.ts";

/** What a verifier module may import wherever it lies, when it has no copy of its own: this package, its tests and its zod. */
const OURS: ReadonlyMap<string, () => string> = new Map([
  ["rlvr", () => pathToFileURL(modulePath("src/index")).href],
  ["rlvr/testing", () => pathToFileURL(modulePath("src/testing")).href],
  ["zod", () => import.meta.resolve("zod")],
]);

let registered = false;

/** From now on, imports of `rlvr`, `rlvr/testing` and `zod` that would fail lead to ours. */
export function offerOurModules(): void {
  if (registered) return;
  registered = true;
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        const ours = OURS.get(specifier);
        if (ours === undefined) throw error;
        return next(ours(), context);
      }
    },
  });
}
