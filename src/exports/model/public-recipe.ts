const URL_START = /^[a-z][a-z0-9+.-]*:\/\//i;
const HUB = /^hf:\/\//;
/** The folders of a path from a root, in a text such as `--chat-template=/home/me/x.jinja`. */
const FOLDERS = /(?<=^|[\s:=,'"(])(?:~|[A-Za-z]:)?[\\/](?:[^\\/\s:,'"]+[\\/])+/g;
/** A model's folder in the cache of the hub, which keeps `OWNER/NAME` in its name. */
const CACHED = /(?:^|[\\/])models--([\w.-]+?)--([\w.-]+)[\\/]snapshots[\\/]([0-9a-f]{40})[\\/]?$/;
/** An address that an argument of a server gives: `--endpoint=http://10.0.0.7:4317`. */
const ARGUMENT_URL = /(?<=^-[^\s=]*=)[a-z][a-z0-9+.-]*:\/\/.*$/i;
const ROOTED = /^(?:~|[A-Za-z]:)?[\\/]/;

/**
 * A recipe as others may read it: of each path on this machine its last part alone, and no address of a server. What the
 * recipe holds of keys are names of variables. Pure.
 */
export function publicRecipe(recipe: unknown): unknown {
  if (typeof recipe === "string") return publicText(recipe);
  if (Array.isArray(recipe)) return recipe.map(publicRecipe);
  if (typeof recipe !== "object" || recipe === null) return recipe;
  return Object.fromEntries(Object.entries(recipe).map(([name, value]) => [name, publicRecipe(value)]));
}

function publicText(text: string): string {
  if (HUB.test(text)) return text;
  const cached = cachedModel(text);
  if (cached !== undefined) return `${cached.name}@${cached.commit}`;
  if (URL_START.test(text)) return "(a server)";
  if (ROOTED.test(text) && !text.includes("\n")) return lastPart(text);
  return text.replace(ARGUMENT_URL, "(a server)").replaceAll(FOLDERS, "");
}

/** The model that a folder of the Hugging Face hub's cache holds; undefined for any other folder. Pure. */
export function cachedModel(folder: string): { readonly name: string; readonly commit: string } | undefined {
  const [, owner, name, commit] = CACHED.exec(folder) ?? [];
  return commit === undefined ? undefined : { name: `${owner}/${name}`, commit };
}

/** The last part of a path, which names a file or folder without saying where it is. Pure. */
export function lastPart(path: string): string {
  return path.split(/[\\/]+/).findLast((part) => part !== "") ?? "";
}
