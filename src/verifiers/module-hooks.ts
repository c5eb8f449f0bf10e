import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { modulePath } from "../core/package-files.ts";

/** What a verifier module may import wherever it lies, when it has no copy of its own: this package and its zod. */
const OURS: ReadonlyMap<string, () => string> = new Map([
  ["rlvr", () => pathToFileURL(modulePath("src/index")).href],
  ["zod", () => import.meta.resolve("zod")],
]);

let registered = false;

/** From now on, imports of `rlvr` and `zod` that would fail lead to ours. */
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
