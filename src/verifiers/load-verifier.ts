import { isAbsolute } from "node:path";
import { unknownName } from "../core/nearest-name.ts";
import type { Verifier } from "./define-verifier.ts";
import { loadVerifierModule } from "./load-module.ts";
import { BUILT_IN } from "./library/built-in.ts";
import { verifierInPython } from "./python/python-reference.ts";
import { verifierNames } from "./verifier-names.ts";

/**
 * The verifier of a reference, as resolve-reference.ts gives it: one of the library, the default export of the module at
 * a path, or what is judged in Python. Combinators are not verifiers by themselves: see open-verifier.ts.
 * @throws RlvrError `unknown_name` with the nearest name; `missing_file` or `verifier_failed` when a module is not there,
 * does not load or exports something else.
 */
export async function loadVerifier(reference: string): Promise<Verifier> {
  const builtIn = BUILT_IN.get(reference);
  if (builtIn !== undefined) return builtIn();
  const inPython = verifierInPython(reference);
  if (inPython !== undefined) return inPython;
  if (isAbsolute(reference)) return loadVerifierModule(reference);
  throw unknownName("verifier", reference, verifierNames());
}
