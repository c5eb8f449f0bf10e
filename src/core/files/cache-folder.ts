import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * Where this user's caches are: `$XDG_CACHE_HOME/rlvr`, or `~/.cache/rlvr`. By the XDG base directory specification an
 * empty or relative value counts as unset. Made and checked by makePrivateFolder where it is used.
 */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment["XDG_CACHE_HOME"] ?? "";
  return join(isAbsolute(base) ? base : join(homedir(), ".cache"), "rlvr");
}
