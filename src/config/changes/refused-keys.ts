import type { Override } from "../load-document.ts";
import { variableNameFault } from "../../core/secrets/api-key.ts";
import { RlvrError } from "../../core/errors.ts";
import { serverUrlFault } from "../../core/secrets/server-url.ts";

/** Options that could hold a key in recipes of older versions, each with what refuses it now. */
const CHECKS = [
  ["policy", "url", serverUrlFault],
  ["policy", "api_key_env", variableNameFault],
  ["teacher", "url", serverUrlFault],
  ["teacher", "api_key_env", variableNameFault],
] as const;

/** Stands in changes for what was in the place of a variable's name. */
const REFUSED = "REFUSED";

type Sections = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

/**
 * A stored recipe without the keys in it, where each option that holds one is set anew.
 * @param what it is, for messages.
 * @throws RlvrError `bad_recipe` with how to change it, when one is not.
 */
export function withoutRefusedKeys(stored: unknown, what: string, overrides: readonly Override[]): unknown {
  let recipe = stored as Sections;
  for (const [section, key, faultOf] of CHECKS) {
    const options = recipe[section];
    const values = [options?.[key] ?? []].flat();
    if (!values.some((value) => typeof value === "string" && faultOf(value) !== undefined)) continue;
    const isSet = overrides.some(({ path }) => [section, key].every((part, at) => path[at] === part));
    if (!isSet) throw keyHeld(what, section, key);
    const plain = key === "url" ? values.flatMap((value) => plainUrl(String(value)) ?? []) : [REFUSED];
    recipe = { ...recipe, [section]: { ...options, [key]: Array.isArray(options?.[key]) ? plain : plain[0] } };
  }
  return recipe;
}

/** A server's URL without user, password, query and fragment; undefined of what is none. */
function plainUrl(text: string): string | undefined {
  const url = URL.parse(text);
  return url === null ? undefined : url.origin + url.pathname.replace(/\/+$/, "");
}

function keyHeld(what: string, section: string, key: string): RlvrError {
  const set =
    key === "url" ? `${section}.url=http://HOST:PORT --set ${section}.api_key_env=NAME` : `${section}.api_key_env=NAME`;
  const held =
    key === "url" ? "a user, password or query" : "something else than the name of a variable, such as a key";
  return new RlvrError("bad_recipe", `${section}.${key} of ${what} holds ${held}, which is refused now`, {
    advice: `Put the key into an environment variable and name it: rlvr resume RUN --set ${set}`,
  });
}
