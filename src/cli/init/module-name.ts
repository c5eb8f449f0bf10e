import { RlvrError } from "../../core/errors.ts";
import { verifierNames } from "../../verifiers/verifier-names.ts";

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** What a person can have a module written of. */
export type ModuleKind = "verifier" | "generator";

/**
 * Refuses a name that cannot be a module's.
 * @throws RlvrError `bad_usage` with a name that could.
 */
export function checkModuleName(kind: ModuleKind, name: string): void {
  if (!NAME.test(name)) {
    const near = kebab(name);
    throw new RlvrError("bad_usage", `a ${kind} cannot be called ${JSON.stringify(name)}`, {
      advice: `Use small letters, digits and dashes, a letter first${NAME.test(near) ? `: ${near}` : ""}.`,
    });
  }
  if (kind === "verifier" && verifierNames().includes(name)) {
    throw new RlvrError("bad_usage", `a verifier called ${name} comes with rlvr`, {
      advice: `Choose another name, such as my-${name}.`,
    });
  }
}

/** A name in small letters and dashes: `lastLine` and `last_line` become `last-line`. */
function kebab(name: string): string {
  return name
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+/g, "-")
    .toLowerCase()
    .replaceAll(/^-|-$/g, "");
}
