import { COMBINATORS } from "./combinators.ts";
import { BUILT_IN } from "./library/built-in.ts";

/** Every name that comes with rlvr: the library's and the combinators'. */
export function verifierNames(): string[] {
  return [...BUILT_IN.keys(), ...COMBINATORS.keys()];
}
