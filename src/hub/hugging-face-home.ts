import { homedir } from "node:os";
import { join } from "node:path";

/** Where the hub's programs keep what is a user's: `HF_HOME`, `$XDG_CACHE_HOME/huggingface` or `~/.cache/huggingface`. */
export function huggingFaceHome(environment: NodeJS.ProcessEnv = process.env): string {
  const { HF_HOME: home = "", XDG_CACHE_HOME: caches = "" } = environment;
  return home === "" ? join(caches === "" ? join(homedir(), ".cache") : caches, "huggingface") : home;
}
