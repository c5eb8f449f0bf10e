import { serverRoot } from "../core/secrets/server-url.ts";
import type { Recipe } from "./recipe-schema.ts";

/**
 * A recipe whose server URLs end before `/v1`, which requests bring themselves.
 * @param onNote called for each URL that was cut.
 */
export function withServerRoots(recipe: Recipe, onNote: (text: string) => void = () => undefined): Recipe {
  const root = (option: string) => (url: string) => {
    const cut = serverRoot(url);
    if (cut !== url.replace(/\/+$/, "")) onNote(`${option}: /v1 is cut off ${url}: requests add it themselves.`);
    return cut;
  };
  const { policy, teacher } = recipe;
  const { url } = policy;
  const roots = Array.isArray(url) ? url.map(root("policy.url")) : url && root("policy.url")(url);
  return {
    ...recipe,
    ...(roots !== undefined && { policy: { ...policy, url: roots } }),
    ...(teacher !== undefined && { teacher: { ...teacher, url: root("teacher.url")(teacher.url) } }),
  };
}
