import { keyHider } from "../core/secrets/hide-key.ts";
import { maskUrls } from "../core/secrets/mask-urls.ts";

/** Variables of this process's environment by which clients in Python log in. */
const KEYS = ["WANDB_API_KEY", "HF_TOKEN"];

/** What a client in Python told, without the keys that it was given. */
export function withoutClientKeys(told: string): string {
  return KEYS.reduce<string>((text, name) => keyHider(process.env[name]).hide(text), maskUrls(told));
}
